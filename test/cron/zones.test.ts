import { expect, test } from "bun:test";
import { loadExpressions } from "../../src/cron/expressions.ts";

/** Forty zones over two years, against a walk through every minute on the runtime's own clock of the zone. */

const zones = `
  UTC Europe/Berlin Europe/London Europe/Lisbon Europe/Istanbul Europe/Moscow Europe/Chisinau
  America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage
  America/Adak America/St_Johns America/Halifax America/Havana America/Santiago America/Asuncion
  America/Sao_Paulo America/Nuuk America/Miquelon Atlantic/Azores Africa/Cairo Africa/Casablanca
  Africa/Johannesburg Africa/Lagos Asia/Beirut Asia/Gaza Asia/Jerusalem Asia/Kathmandu Asia/Kolkata
  Asia/Tokyo Asia/Tehran Australia/Adelaide Australia/Lord_Howe Australia/Sydney Antarctica/Troll
  Pacific/Auckland Pacific/Chatham
`
  .trim()
  .split(/\s+/);

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const fromMs = Date.UTC(2027, 0, 1);
const untilMs = Date.UTC(2029, 0, 1);
const expressions = await loadExpressions();

/** From which moment on the zone's clock has which distance from UTC. */
function changesOf(zone: string): [atMs: number, offsetMs: number][] {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  const offsetAt = (atMs: number) => Date.parse(`${format.format(atMs).replace(" ", "T")}Z`) - atMs;
  const changes: [number, number][] = [[fromMs - 2 * dayMs, offsetAt(fromMs - 2 * dayMs)]];
  for (let atMs = fromMs - 2 * dayMs; atMs < untilMs; atMs += 6 * hourMs) {
    const offsetMs = offsetAt(atMs);
    if (offsetMs === changes.at(-1)![1]) continue;
    let changeMs = atMs - 6 * hourMs;
    while (offsetAt(changeMs) !== offsetMs) changeMs += minuteMs;
    changes.push([changeMs, offsetMs]);
  }
  return changes;
}

/** Calls for every minute with what the zone's clock shows then. */
function walk(changes: readonly [number, number][], visit: (atMs: number, wallMs: number) => void): void {
  for (const [index, [startMs, offsetMs]] of changes.entries()) {
    const endMs = changes[index + 1]?.[0] ?? untilMs;
    for (let atMs = Math.max(startMs, fromMs); atMs < endMs; atMs += minuteMs) visit(atMs, atMs + offsetMs);
  }
}

function slotsOf(expr: string, zone: string, [startMs, endMs]: readonly [number, number]): number[] {
  const found: number[] = [];
  for (let at = expressions.next(expr, zone, startMs - 1); at !== undefined && at < endMs;) {
    found.push(at);
    at = expressions.next(expr, zone, at);
  }
  return found;
}

test("there are forty zones", () => {
  expect(new Set(zones).size).toBe(40);
});

test.each(zones)("%s: every day has its time once, and repeated times follow the clock", (zone) => {
  const changes = changesOf(zone);
  const daily = new Map<number, number>();
  const repeated: number[] = [];
  walk(changes, (atMs, wallMs) => {
    const day = Math.floor(wallMs / dayMs);
    const minute = Math.round((wallMs - day * dayMs) / minuteMs);
    if (minute >= 150 && !daily.has(day)) daily.set(day, atMs);
    if (minute >= 60 && minute < 240 && minute % 20 === 0) repeated.push(atMs);
  });
  // The first local day began before the walk.
  const expected = [...daily.values()].filter((atMs) => atMs > fromMs);
  expect(slotsOf("30 2 * * *", zone, [expected[0]!, untilMs])).toEqual(expected);
  for (const [changeMs] of changes.slice(1)) {
    const around = [Math.max(fromMs, changeMs - dayMs), changeMs + dayMs] as const;
    const seen = repeated.filter((atMs) => atMs >= around[0] && atMs < around[1]);
    expect(slotsOf("*/20 1-3 * * *", zone, around)).toEqual(seen);
  }
});
