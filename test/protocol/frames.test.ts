import { expect, test } from "bun:test";
import {
  errorText,
  fits,
  GatewayError,
  parseRequest,
  ResponseFrame,
  responseOfText,
  responseText,
  toWire,
  unavailable,
  wireLimits,
} from "../../src/protocol/index.ts";
import { frameKeysMax } from "../../src/protocol/frames.ts";

const frame = (rest: object) => JSON.stringify({ type: "req", id: "1", method: "health", ...rest });

function outcome(raw: string): string {
  const parsed = parseRequest(raw);
  switch (parsed.kind) {
    case "request":
      return `${parsed.frame.id} ${parsed.frame.method} ${JSON.stringify(parsed.frame.params) ?? "without params"}`;
    case "not-request":
      return `${parsed.id}: ${parsed.problem}`;
    default:
      return parsed.kind;
  }
}

const { depthMax } = wireLimits;
const nested = (levels: number) =>
  `{"type":"req","id":"1","method":"x","params":${"[".repeat(levels)}${"]".repeat(levels)}}`;
const keyed = (count: number) =>
  frame({ params: Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1])) });

const rows: readonly (readonly [name: string, raw: string, outcome: string])[] = [
  ["a request", frame({ params: { a: 1 } }), '1 health {"a":1}'],
  ["a request without params", frame({}), "1 health without params"],
  ["a request with null for params", frame({ params: null }), "1 health null"],
  ["white space around it", ` \n${frame({})}\t`, "1 health without params"],
  ["extras of protocol 4", frame({ traceparent: "00-a", expectedProfileId: "p" }), "1 health without params"],
  ["nothing", "", "not-json"],
  ["half a frame", frame({}).slice(0, 20), "not-json"],
  ["two frames", `${frame({})}${frame({})}`, "not-json"],
  ["a comment", `/* */${frame({})}`, "not-json"],
  ["a byte order mark", `\ufeff${frame({})}`, "not-json"],
  ["an unknown key", frame({ extra: 1 }), "1: at root: unexpected property 'extra'"],
  ["another type", frame({ type: "res" }), "1: at /type: must be equal to constant"],
  ["an id that is a number", '{"type":"req","id":7,"method":"health"}', "invalid: at /id: must be string"],
  ["an empty id", frame({ id: "" }), "invalid: at /id: must NOT have fewer than 1 characters"],
  ["an id that is too long", frame({ id: "x".repeat(257) }), "invalid: at /id: must NOT have more than 256 characters"],
  ["no id", '{"type":"req","method":"health"}', "invalid: must have required property 'id'; at /id: must be string"],
  ["an array", "[1]", "invalid: must be object"],
  ["null", "null", "invalid: must be object"],
  ["a string", '"x"', "invalid: must be object"],
  ["the same key twice", '{"type":"req","id":"1","id":"2","method":"x"}', "2: the same key stands twice in one object"],
  [
    "the same key twice deep inside",
    frame({}).replace("}", ',"params":[{"a":{"b":1,"b":2}}]}'),
    "1: the same key stands twice in one object",
  ],
  ["the same key in two objects", frame({ params: [{ a: 1 }, { a: 2 }] }), '1 health [{"a":1},{"a":2}]'],
  ["colons and braces in texts", frame({ params: { "a:b": '{"c":[1]}' } }), '1 health {"a:b":"{\\"c\\":[1]}"}'],
  [
    "__proto__ as a key",
    '{"type":"req","id":"1","method":"x","params":{"__proto__":{"a":1}}}',
    '1 x {"__proto__":{"a":1}}',
  ],
  [
    "__proto__ twice",
    '{"type":"req","id":"1","method":"x","params":{"__proto__":1,"__proto__":2}}',
    "1: the same key stands twice in one object",
  ],
  ["a lone surrogate", '{"type":"req","id":"1","method":"x","params":"\\ud83e"}', "1: a string holds a lone surrogate"],
  [
    "a lone surrogate in a key",
    '{"type":"req","id":"1","method":"x","params":{"\\uDFFF":1}}',
    "1: a string holds a lone surrogate",
  ],
  ["a pair of surrogates", '{"type":"req","id":"1","method":"x","params":"\\ud83e\\udd80"}', '1 x "🦀"'],
  ["an escaped backslash before u", '{"type":"req","id":"1","method":"x","params":"\\\\ud83e"}', '1 x "\\\\ud83e"'],
  [
    "the deepest frame there may be",
    nested(depthMax - 1),
    `1 x ${"[".repeat(depthMax - 1)}${"]".repeat(depthMax - 1)}`,
  ],
  ["one level more", nested(depthMax), `invalid: nested deeper than ${depthMax} levels`],
  ["a hundred thousand levels", nested(100_000), `invalid: nested deeper than ${depthMax} levels`],
  ["more keys than a frame may have", keyed(frameKeysMax), `invalid: more than ${frameKeysMax} keys`],
];
for (const [name, raw, expected] of rows) {
  test(`${name}: ${expected.slice(0, 60)}`, () => expect(outcome(raw)).toBe(expected));
}

test("as many keys as a frame may have are read", () => {
  expect(parseRequest(keyed(frameKeysMax - 4)).kind).toBe("request");
});

test("a response names its request and leaves out what is absent", () => {
  expect(responseText('a"b', { x: 1 })).toBe('{"type":"res","id":"a\\"b","ok":true,"payload":{"x":1}}');
  expect(responseText("1", undefined)).toBe('{"type":"res","id":"1","ok":true,"payload":null}');
  expect(responseOfText("1", "[]")).toBe('{"type":"res","id":"1","ok":true,"payload":[]}');
});

test("an error on the wire has no nulls, and says retryable only where it is true", () => {
  const wires = [
    toWire(new GatewayError("INVALID_REQUEST", "no")),
    toWire(unavailable("later", { retryAfterMs: 12.2, details: { code: "X" }, cause: new Error("secret") })),
    toWire(unavailable("never", { retryable: false })),
  ];
  expect(wires).toEqual([
    { code: "INVALID_REQUEST", message: "no" },
    { code: "UNAVAILABLE", message: "later", details: { code: "X" }, retryable: true, retryAfterMs: 13 },
    { code: "UNAVAILABLE", message: "never" },
  ]);
  for (const wire of wires) {
    const text = errorText("1", wire);
    expect(text).not.toContain("null");
    expect(fits(ResponseFrame, JSON.parse(text))).toBe(true);
  }
  expect(errorText("1", wires[0]!, { runId: "r" })).toBe(
    '{"type":"res","id":"1","ok":false,"error":{"code":"INVALID_REQUEST","message":"no"},"payload":{"runId":"r"}}',
  );
});
