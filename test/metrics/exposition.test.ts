import { expect, test } from "bun:test";
import { Counts, expose, Histogram } from "../../src/metrics/exposition.ts";

test("families are told with their help, their kind, and escaped labels", () => {
  const labels = { model: 'a"b\\c\nd' };
  expect(
    expose([
      { name: "x_total", help: "One\nline.", kind: "counter", samples: [{ value: 1 }, { labels, value: 2.5 }] },
      { name: "y", help: "None yet.", kind: "gauge", samples: [] },
    ]),
  ).toBe(
    [
      "# HELP x_total One\\nline.",
      "# TYPE x_total counter",
      "x_total 1",
      'x_total{model="a\\"b\\\\c\\nd"} 2.5',
      "# HELP y None yet.",
      "# TYPE y gauge",
      "",
    ].join("\n"),
  );
});

test("a histogram counts each value in every bucket that holds it", () => {
  const histogram = new Histogram([1, 2]);
  for (const value of [0.5, 1, 1.5, 9]) histogram.add(value);
  expect(histogram.lines("s")).toEqual([
    's_bucket{le="1"} 2',
    's_bucket{le="2"} 3',
    's_bucket{le="+Inf"} 4',
    "s_sum 12",
    "s_count 4",
  ]);
});

test("labels that are too many are counted together", () => {
  const counts = new Counts(2);
  for (const model of ["a", "b", "c", "d", "a"]) counts.add({ model });
  expect(counts.samples).toEqual([
    { labels: { model: "a" }, value: 2 },
    { labels: { model: "b" }, value: 1 },
    { labels: { model: "other" }, value: 2 },
  ]);
});
