import { assert } from "./assert.ts";

/**
 * Wall clocks of time zones. A wall time is a number too: the ms that the zone's clock would show as UTC. Everything
 * comes from the runtime's own table of zones.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Zones whose formats and segments are kept. */
const zonesMax = 64;
const segmentsMax = 32;
/** No zone changes its clock twice within a step, so steps of this length miss no change. */
const stepMs = 7 * dayMs;
const stepsMax = 30;

/** A span of time through which the zone's clock is the same distance from UTC. */
export interface ZoneSegment {
  readonly fromMs: number;
  /** The first moment that is not part of it. */
  readonly untilMs: number;
  readonly offsetMs: number;
}

interface Zone {
  readonly format: Intl.DateTimeFormat;
  segments: ZoneSegment[];
}

const zones = new Map<string, Zone>();

/** The zone of this machine, as a name. */
export function machineZone(): string {
  return new Intl.DateTimeFormat("en-US").resolvedOptions().timeZone;
}

export function isZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What the zone's clock shows at that moment. */
export function wallOf(zone: string, atMs: number): number {
  return atMs + segmentAt(zone, atMs).offsetMs;
}

/**
 * The moment at which the zone's clock shows that wall time: the first one where it does twice, and the end of the gap
 * where it never does.
 */
export function instantOf(zone: string, wallMs: number): number {
  const [before, after] = [segmentAt(zone, wallMs - dayMs).offsetMs, segmentAt(zone, wallMs + dayMs).offsetMs];
  const fitting = [wallMs - before, wallMs - after].filter((atMs) => wallOf(zone, atMs) === wallMs);
  if (fitting.length > 0) return Math.min(...fitting);
  return segmentAt(zone, wallMs - after).untilMs;
}

/** The segment around a moment. Its ends may lie closer than the zone's changes do, never farther. */
export function segmentAt(zone: string, atMs: number): ZoneSegment {
  const known = zoneOf(zone);
  const found = known.segments.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
  if (found) return found;
  const offsetMs = offsetAt(known, atMs);
  const made = { fromMs: edge(known, atMs, offsetMs, -1), untilMs: edge(known, atMs, offsetMs, 1), offsetMs };
  known.segments = [made, ...known.segments].slice(0, segmentsMax);
  return made;
}

/** Walks until the offset changes, and closes in on the change. */
function edge(zone: Zone, atMs: number, offsetMs: number, direction: 1 | -1): number {
  let inside = atMs;
  for (let step = 1; step <= stepsMax; step++) {
    const next = atMs + direction * step * stepMs;
    if (offsetAt(zone, next) !== offsetMs) return closeIn(zone, [inside, next], offsetMs, direction);
    inside = next;
  }
  return inside;
}

function closeIn(zone: Zone, [inside, outside]: [number, number], offsetMs: number, direction: 1 | -1): number {
  while (Math.abs(outside - inside) > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (offsetAt(zone, middle) === offsetMs) inside = middle;
    else outside = middle;
  }
  return direction === 1 ? outside : inside;
}

function offsetAt({ format }: Zone, atMs: number): number {
  const match = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/.exec(format.format(atMs));
  assert(match, "the runtime writes dates in its American form");
  const [month, day, year, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const wholeMs = Math.floor(atMs / 1000) * 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeMs;
}

/** Throws a RangeError for a name that is no zone's. */
function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  if (zones.size >= zonesMax) zones.delete(zones.keys().next().value!);
  const made: Zone = { format, segments: [] };
  zones.set(name, made);
  return made;
}
