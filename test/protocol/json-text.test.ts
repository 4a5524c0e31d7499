import { expect, test } from "bun:test";
import { countKeys, isWellFormed, PreparedJson, scanJson } from "../../src/protocol/json-text.ts";

const shapes: readonly (readonly [text: string, depth: number, keys: number, surrogateEscapes: boolean])[] = [
  ["", 0, 0, false],
  ["1", 0, 0, false],
  ["[]", 1, 0, false],
  ['{"a":{"b":[1]}}', 3, 2, false],
  ['"{[:"', 0, 0, false],
  ['{"a\\":":1}', 1, 1, false],
  ['"\\\\"', 0, 0, false],
  ['{"a":"\\ud800"}', 1, 1, true],
  ['"\\uD8', 0, 0, true],
  ['"\\uDfff"', 0, 0, true],
  ['"\\ud7ff"', 0, 0, false],
  ['"\\u00d8"', 0, 0, false],
  ['"\\\\ud800"', 0, 0, false],
  ['"open', 0, 0, false],
  ["]]]]{{", 0, 0, false],
];
for (const [text, depth, keys, surrogateEscapes] of shapes) {
  test(`${text || "nothing"}: depth ${depth}, keys ${keys}`, () => {
    expect(scanJson(text)).toEqual({ depth, keys, surrogateEscapes });
  });
}

test("keys are counted through arrays and objects, own ones only", () => {
  const values = [
    '{"a":1,"b":{"c":[{"d":2},{"d":3}]}}',
    "[]",
    "1",
    "null",
    '{"__proto__":{"x":1}}',
    '{"constructor":1}',
  ];
  expect(values.map((text) => countKeys(JSON.parse(text)))).toEqual([5, 0, 0, 0, 2, 1]);
});

test("the scan and the parsed value count alike, whatever is in it", () => {
  const values = [{ a: { b: [{ c: ":" }, { "d:e": "{" }] } }, [[], {}], { "": { "": 1 } }, "x", { 'q"': '\\"' }];
  for (const value of values) expect(scanJson(JSON.stringify(value)).keys).toBe(countKeys(value));
});

test("a lone surrogate is found in values and keys, at any depth", () => {
  const bad = ["\ud800", { a: ["\udc00"] }, { "\ud83e": 1 }, [[["\udd80\ud83e"]]]];
  const good = ["🦀", { "🦀": ["🦀"] }, 1, null, []];
  expect(bad.map(isWellFormed)).toEqual(bad.map(() => false));
  expect(good.map(isWellFormed)).toEqual(good.map(() => true));
});

test("a prepared payload is written once and keeps its value", () => {
  let writes = 0;
  const prepared = new PreparedJson({ toJSON: () => ++writes });
  expect([prepared.text, prepared.text, writes]).toEqual(["1", "1", 1]);
});
