import { Type } from "@sinclair/typebox";
import type { Config } from "../config/index.ts";
import { deadline, isoTime } from "../lib/index.ts";
import { shape } from "../protocol/index.ts";
import { nodeCommand, type NodeCommand } from "./command.ts";
import { failed, NodeFailure } from "./failure.ts";
import { type Fix, fixFromGeoClue, fixFromGpsd } from "./fixes.ts";
import { readGpsd } from "./gpsd.ts";
import { absent, type Absence, type Machine } from "./machine.ts";
import { runToEnd } from "./program.ts";

/** location.get: from the config, else from gpsd, else from GeoClue. */

const { lenient, oneOf, optional } = shape;

type Settings = Config["node"]["location"];
type Ask = (signal: AbortSignal) => Promise<Fix | undefined>;

interface Known {
  readonly fix: Fix;
  readonly atMs: number;
}

const timeoutDefaultMs = 10_000;
/** GeoClue's own demonstration program: a client of GeoClue must live as long as it asks, which busctl does not. */
const geoClueProgram = "/usr/libexec/geoclue-2.0/demos/where-am-i";
const geoClueBytesMax = 64 * 1024;

export function locationCommand(machine: Machine, settings: Settings): NodeCommand | Absence {
  const name = "location.get";
  if (!settings.enabled) return absent(name, "it is switched off: node.location.enabled in the config");
  const sources = sourcesOf(machine, settings);
  if (sources.length === 0) {
    return absent(
      name,
      "nothing knows the place: set node.location.latitude and longitude, or install gpsd or GeoClue",
    );
  }
  let last: Known | undefined;
  return nodeCommand({
    name,
    params: lenient({
      timeoutMs: optional(Type.Number({ minimum: 0 })),
      maxAgeMs: optional(Type.Number({ minimum: 0 })),
      desiredAccuracy: optional(oneOf("coarse", "balanced", "precise")),
    }),
    run: async ({ timeoutMs = timeoutDefaultMs, maxAgeMs = 0, desiredAccuracy = "balanced" }, { signal }) => {
      const { clock } = machine;
      if (last && clock.elapsedMs() - last.atMs <= maxAgeMs) return answer(last.fix, desiredAccuracy, clock.nowMs());
      const time = Math.min(60_000, Math.max(1_000, timeoutMs));
      using limit = deadline(clock, time, signal);
      try {
        last = { fix: await firstOf(sources, limit.signal), atMs: clock.elapsedMs() };
      } catch (error) {
        if (error instanceof NodeFailure || !limit.isOver) throw error;
        throw failed("LOCATION_TIMEOUT", `nothing told the place within ${time} ms`, error);
      }
      return answer(last.fix, desiredAccuracy, clock.nowMs());
    },
  });
}

function sourcesOf(machine: Machine, settings: Settings): readonly Ask[] {
  const { latitude: lat, longitude: lon, accuracyMeters, gpsd } = settings;
  if (lat !== undefined && lon !== undefined) return [async () => ({ lat, lon, accuracyMeters, source: "config" })];
  const asks: Ask[] = [];
  // gpsd may listen elsewhere: a place that the config names is asked in any case.
  if (gpsd !== "127.0.0.1:2947" || machine.which("gpsd") !== undefined) {
    asks.push(async (signal) => fixFromGpsd(await readGpsd(gpsd, signal)));
  }
  if (machine.exists(geoClueProgram)) asks.push((signal) => askGeoClue(machine, signal));
  return asks;
}

async function firstOf(sources: readonly Ask[], signal: AbortSignal): Promise<Fix> {
  const problems: string[] = [];
  for (const ask of sources) {
    try {
      const fix = await ask(signal);
      if (fix) return fix;
      problems.push("no fix");
    } catch (error) {
      signal.throwIfAborted();
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw failed("LOCATION_UNAVAILABLE", `nobody knows the place: ${problems.join("; ")}`);
}

async function askGeoClue(machine: Machine, signal: AbortSignal): Promise<Fix | undefined> {
  const order = { command: geoClueProgram, args: ["-t", "8", "-a", "8"], bytesMax: geoClueBytesMax };
  const result = await runToEnd(machine, order, signal);
  if (result.kind !== "done") throw failed("LOCATION_UNAVAILABLE", `GeoClue refuses: ${result.words}`);
  return fixFromGeoClue(new TextDecoder().decode(result.bytes));
}

/** Coarse is about a kilometre: the place is rounded here, not by whoever reads it. */
function answer(fix: Fix, accuracy: "coarse" | "balanced" | "precise", nowMs: number): object {
  const { lat, lon, accuracyMeters, timestamp = isoTime(nowMs), ...rest } = fix;
  const isPrecise = accuracy !== "coarse";
  if (isPrecise) return { lat, lon, accuracyMeters, ...rest, timestamp, isPrecise };
  const blurred = { lat: rounded(lat), lon: rounded(lon), accuracyMeters: Math.max(1_000, accuracyMeters) };
  return { ...blurred, timestamp, isPrecise, source: fix.source };
}

function rounded(degrees: number): number {
  return Math.round(degrees * 100) / 100;
}
