import { expect, test } from "bun:test";
import { startsAnew } from "../../src/inbox/fresh-start.ts";
import { lastHourMs } from "../../src/lib/index.ts";

const nowMs = 1_800_000_000_000;
const minute = 60_000;
const off = { resetMode: "off" as const, resetHour: 4, resetIdleMinutes: 60 };
const idle = { ...off, resetMode: "idle" as const };
const daily = { ...off, resetMode: "daily" as const };
const fourMs = lastHourMs(nowMs, 4);

const rows: readonly (readonly [
  name: string,
  lastMs: number | undefined,
  settings: typeof off | typeof idle | typeof daily,
  expected: boolean,
])[] = [
  ["a conversation that has none of that", nowMs - 1_000 * minute, off, false],
  ["a new conversation", undefined, daily, false],
  ["one that paused too long", nowMs - 61 * minute, idle, true],
  ["one that paused as long as it may", nowMs - 60 * minute, idle, false],
  ["one from before four", fourMs - 1, daily, true],
  ["one from four on", fourMs, daily, false],
];

for (const [name, lastMs, settings, expected] of rows) {
  test(`${name} ${expected ? "starts anew" : "goes on"}`, () => {
    expect(startsAnew(lastMs, nowMs, settings)).toBe(expected);
  });
}

test("the last full hour is at most a day ago and never to come", () => {
  for (let hour = 0; hour < 24; hour++) {
    const ago = nowMs - lastHourMs(nowMs, hour);
    expect(ago >= 0 && ago < 25 * 3_600_000).toBe(true);
  }
});
