import { isoTime } from "../lib/index.ts";

/** A place as gpsd and GeoClue tell it. Pure. */

export interface Fix {
  readonly lat: number;
  readonly lon: number;
  readonly accuracyMeters: number;
  readonly altitudeMeters?: number;
  readonly speedMps?: number;
  readonly headingDeg?: number;
  /** ISO 8601; absent: now. */
  readonly timestamp?: string;
  readonly source: string;
}

/** What a receiver is worth that does not say. */
const gpsAccuracyMeters = 25;
/** Below every place. */
const altitudeMin = -100_000;

/** A TPV report of gpsd (gpsd_json(5)); undefined as long as it has no fix. */
export function fixFromGpsd(report: unknown): Fix | undefined {
  if (typeof report !== "object" || report === null || !("class" in report) || report.class !== "TPV") return undefined;
  const told = report as Readonly<Record<string, unknown>>;
  const number = (name: string) =>
    typeof told[name] === "number" && Number.isFinite(told[name]) ? told[name] : undefined;
  const [lat, lon, mode = 0] = [number("lat"), number("lon"), number("mode")];
  if (lat === undefined || lon === undefined || mode < 2) return undefined;
  const sides = [number("epx"), number("epy")].filter((side) => side !== undefined);
  const accuracyMeters = number("eph") ?? (sides.length === 2 ? Math.hypot(...sides) : gpsAccuracyMeters);
  const time = typeof told["time"] === "string" ? told["time"] : undefined;
  return {
    lat,
    lon,
    accuracyMeters,
    ...present({
      altitudeMeters: number("altMSL") ?? number("alt"),
      speedMps: number("speed"),
      headingDeg: number("track"),
      timestamp: time,
    }),
    source: "gpsd",
  };
}

/** The properties of a location of GeoClue; what it does not know it says by numbers that cannot be. */
export function fixFromGeoClue(told: ReadonlyMap<string, unknown>): Fix {
  const number = (name: string, min: number) => {
    const value = Number(told.get(name));
    return Number.isFinite(value) && value >= min ? value : undefined;
  };
  const [seconds] = (told.get("Timestamp") ?? []) as readonly unknown[];
  return {
    lat: Number(told.get("Latitude")),
    lon: Number(told.get("Longitude")),
    accuracyMeters: number("Accuracy", 0) ?? gpsAccuracyMeters,
    ...present({
      altitudeMeters: number("Altitude", altitudeMin),
      speedMps: number("Speed", 0),
      headingDeg: number("Heading", 0),
      timestamp: Number(seconds) > 0 ? isoTime(Number(seconds) * 1000) : undefined,
    }),
    source: "geoclue",
  };
}

function present<T extends Readonly<Record<string, unknown>>>(facts: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
