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

/** What GeoClue's `where-am-i` prints: `Latitude:    52.5200°` and so on, one block a location; the last one counts. */
export function fixFromGeoClue(printed: string): Fix | undefined {
  const last = (name: string) => {
    const found = [...printed.matchAll(new RegExp(`^\\s*${name}:\\s*(-?[\\d.]+)`, "gm"))].at(-1)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const [lat, lon] = [last("Latitude"), last("Longitude")];
  if (lat === undefined || lon === undefined) return undefined;
  return {
    lat,
    lon,
    accuracyMeters: last("Accuracy") ?? gpsAccuracyMeters,
    ...present({ altitudeMeters: last("Altitude"), speedMps: last("Speed"), headingDeg: last("Heading") }),
    source: "geoclue",
  };
}

function present<T extends Readonly<Record<string, unknown>>>(facts: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
