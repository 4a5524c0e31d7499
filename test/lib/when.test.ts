import { expect, test } from "bun:test";
import { isoTime, parseSpan, parseWhen } from "../../src/lib/index.ts";

/** A Wednesday, 13:30 in Berlin. */
const nowMs = Date.parse("2027-05-05T11:30:00Z");

const spans: [written: string, ms: number | undefined][] = [
  ["90s", 90_000],
  ["20m", 1_200_000],
  ["20 min", 1_200_000],
  ["1h30m", 5_400_000],
  ["1.5h", 5_400_000],
  ["2d", 172_800_000],
  ["0m", 0],
  ["", undefined],
  ["soon", undefined],
  ["10", undefined],
  ["99999d", undefined],
];

test.each(spans)("the span %j", (written, ms) => {
  expect(parseSpan(written)).toBe(ms);
});

const moments: [written: string, iso: string | undefined][] = [
  ["+20m", "2027-05-05T11:50:00.000Z"],
  ["in 2h", "2027-05-05T13:30:00.000Z"],
  ["14:00", "2027-05-05T12:00:00.000Z"],
  ["9:00", "2027-05-06T07:00:00.000Z"],
  ["9am", "2027-05-06T07:00:00.000Z"],
  ["6.30 pm", "2027-05-05T16:30:00.000Z"],
  ["12am", "2027-05-05T22:00:00.000Z"],
  ["today 9:00", "2027-05-05T07:00:00.000Z"],
  ["tomorrow", "2027-05-06T07:00:00.000Z"],
  ["tomorrow 9:00", "2027-05-06T07:00:00.000Z"],
  ["Tomorrow at 18:15", "2027-05-06T16:15:00.000Z"],
  ["friday 18:30", "2027-05-07T16:30:00.000Z"],
  ["wed 9:00", "2027-05-12T07:00:00.000Z"],
  ["wednesday 15:00", "2027-05-05T13:00:00.000Z"],
  ["2027-05-06", "2027-05-05T22:00:00.000Z"],
  ["2027-05-06 09:00", "2027-05-06T07:00:00.000Z"],
  ["2027-05-06T09:00:30", "2027-05-06T07:00:30.000Z"],
  ["2027-05-06T09:00Z", "2027-05-06T09:00:00.000Z"],
  ["2027-05-06T09:00:00.250+05:30", "2027-05-06T03:30:00.000Z"],
  ["1809430200000", "2027-05-04T11:30:00.000Z"],
  // The clock jumps over 2:30 on this day.
  ["2027-03-28 02:30", "2027-03-28T01:00:00.000Z"],
  ["2027-02-29", undefined],
  ["2027-13-01", undefined],
  ["25:00", undefined],
  ["13pm", undefined],
  ["someday", undefined],
  ["9", undefined],
  ["", undefined],
  ["+", undefined],
];

test.each(moments)("the moment %j", (written, iso) => {
  const found = parseWhen(written, nowMs, "Europe/Berlin");
  expect(found === undefined ? undefined : isoTime(found)).toBe(iso);
});

test("there is no moment in a zone that there is not", () => {
  expect(parseWhen("9:00", nowMs, "Mars/Olympus")).toBeUndefined();
});
