import { Type } from "@sinclair/typebox";
import type { Config } from "../config/index.ts";
import { deadline, isoTime } from "../lib/index.ts";
import { shape } from "../protocol/index.ts";
import { nodeCommand, type NodeCommand } from "./command.ts";
import { failed, NodeFailure } from "./failure.ts";
import { type Ask, firstFix } from "./first-fix.ts";
import { type Fix, fixFromGpsd } from "./fixes.ts";
import { type Accuracy, hasGeoClue, readGeoClue } from "./geoclue.ts";
import { readGpsd } from "./gpsd.ts";
import { absent, type Absence, type Machine } from "./machine.ts";

/** location.get: from the config, else from gpsd or GeoClue. */

const { lenient, oneOf, optional } = shape;

type Settings = Config["node"]["location"];

interface Known {
  readonly fix: Fix;
  readonly atMs: number;
  /** How exact it was asked for. */
  readonly accuracy: Accuracy;
}

const timeoutDefaultMs = 10_000;

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
    run: async ({ timeoutMs = timeoutDefaultMs, maxAgeMs = 0, desiredAccuracy: accuracy = "balanced" }, { signal }) => {
      const { clock } = machine;
      const isFresh = last !== undefined && clock.elapsedMs() - last.atMs <= maxAgeMs;
      if (last && isFresh && suits(last, accuracy)) return answer(last.fix, accuracy, clock.nowMs());
      const time = Math.min(60_000, Math.max(1_000, timeoutMs));
      using limit = deadline(clock, time, signal);
      let waitsFor = "";
      const order = { accuracy, signal: limit.signal, waitsFor: (what: string) => void (waitsFor = `: ${what}`) };
      try {
        last = { fix: await firstFix(sources, order, clock), atMs: clock.elapsedMs(), accuracy };
      } catch (error) {
        if (error instanceof NodeFailure || !limit.isOver) throw error;
        throw failed("LOCATION_TIMEOUT", `nothing told the place within ${time} ms${waitsFor}`, error);
      }
      return answer(last.fix, accuracy, clock.nowMs());
    },
  });
}

function suits(known: Known, accuracy: Accuracy): boolean {
  const exactness: readonly Accuracy[] = ["coarse", "balanced", "precise"];
  return exactness.indexOf(known.accuracy) >= exactness.indexOf(accuracy);
}

function sourcesOf(machine: Machine, settings: Settings): readonly Ask[] {
  const { latitude: lat, longitude: lon, accuracyMeters, gpsd } = settings;
  if (lat !== undefined && lon !== undefined) return [async () => ({ lat, lon, accuracyMeters, source: "config" })];
  const asks: Ask[] = [];
  // gpsd may listen elsewhere: a place that the config names is asked in any case.
  if (gpsd !== "127.0.0.1:2947" || machine.which("gpsd") !== undefined) {
    asks.push(async ({ signal }) => fixFromGpsd(await readGpsd(gpsd, signal)));
  }
  if (hasGeoClue(machine)) asks.push((order) => readGeoClue(machine, order));
  return asks;
}

/** Coarse is about a kilometre: the place is rounded here, not by whoever reads it. */
function answer(fix: Fix, accuracy: Accuracy, nowMs: number): object {
  const { lat, lon, accuracyMeters, timestamp = isoTime(nowMs), ...rest } = fix;
  const isPrecise = accuracy !== "coarse";
  if (isPrecise) return { lat, lon, accuracyMeters, ...rest, timestamp, isPrecise };
  const blurred = { lat: rounded(lat), lon: rounded(lon), accuracyMeters: Math.max(1_000, accuracyMeters) };
  return { ...blurred, timestamp, isPrecise, source: fix.source };
}

function rounded(degrees: number): number {
  return Math.round(degrees * 100) / 100;
}
