import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KindGuard, type TSchema, Type } from "@sinclair/typebox";
import { Ajv } from "ajv";
import { artefacts } from "../scripts/generate/artefacts.ts";
import { declarations, definitionsOf } from "../scripts/generate/declarations.ts";
import { partsOf } from "../scripts/generate/shape.ts";
import { swiftPackage } from "../scripts/generate/swift-package.ts";
import { defaultConfig } from "../src/config/index.ts";
import { connected, shape } from "../src/protocol/index.ts";

/** What is derived from the declarations is fresh, true of recorded frames, and refuses what it cannot say. */

const { arrayOf, closed, named, nonEmpty, oneOf, optional } = shape;

const schemas = join(import.meta.dir, "../schemas");
const fixtures = join(import.meta.dir, "fixtures/wire");
const derived = artefacts();

test("schemas are fresh", () => {
  const onDisk = readdirSync(schemas, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(schemas.length + 1))
    .filter((path) => !path.startsWith("swift/.build/"));
  const stale = [...derived].filter(([path, text]) => !onDisk.includes(path) || read(path) !== text);
  const leftOver = onDisk.filter((path) => !derived.has(path));
  const paths = [...stale.map(([path]) => path), ...leftOver];
  if (paths.length > 0) throw new Error(`schemas/${paths.join(", schemas/")}: run bun run generate`);
});

const ajv = new Ajv({ strict: false, allErrors: true });
const protocol = JSON.parse(derived.get("protocol.schema.json")!) as { definitions: Record<string, object> };
ajv.addSchema(protocol, "protocol");

/** Why a value is not what a definition says; empty when it is. */
function complaints(definition: string, value: unknown): string[] {
  const validate = ajv.getSchema(`protocol#/definitions/${definition}`);
  if (!validate) return [`there is no definition ${definition}`];
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const frameNames: Readonly<Record<string, string>> = { req: "RequestFrame", res: "ResponseFrame", event: "EventFrame" };

for (const file of readdirSync(fixtures)) {
  test(`the recorded frame ${file} is what protocol.schema.json says`, () => {
    const { payload, frame } = JSON.parse(readFileSync(join(fixtures, file), "utf8")) as Recorded;
    expect(complaints(frameNames[frame.type] ?? "GatewayFrame", frame)).toEqual([]);
    if (payload !== undefined) expect(complaints(payload, frame.params ?? frame.payload)).toEqual([]);
  });
}

interface Recorded {
  readonly payload?: string;
  readonly frame: { readonly type: string; readonly params?: unknown; readonly payload?: unknown };
}

test("a frame that breaks its definition is told", () => {
  expect(complaints("ChatHistoryParams", { sessionKey: "", extra: 1 })).toHaveLength(2);
});

test("every definition compiles", () => {
  for (const name of Object.keys(protocol.definitions)) {
    expect(ajv.getSchema(`protocol#/definitions/${name}`)).toBeDefined();
  }
});

test("the config schema admits an empty file and the defaults, and refuses unknown settings", () => {
  const validate = ajv.compile(JSON.parse(derived.get("config.schema.json")!) as object);
  expect([{}, defaultConfig(), { gateway: { port: 1 } }].map((config) => validate(config))).toEqual([true, true, true]);
  expect([{ gatway: {} }, { gateway: { port: "1" } }].map((config) => validate(config))).toEqual([false, false]);
});

const unmappable: readonly (readonly [name: string, payload: () => TSchema, message: string])[] = [
  ["an object without a name", () => closed({ a: closed({}) }), "OddEvent.a: an object without a name"],
  ["an object neither closed nor open", () => Type.Object({ a: nonEmpty() }), "OddEvent: neither closed nor open"],
  ["an open object that is sent", () => shape.lenient({}), "OddEvent: an open object in what the gateway sends"],
  ["a tuple", () => closed({ a: Type.Tuple([nonEmpty(), nonEmpty()]) }), "OddEvent.a: Type.Tuple has no counterpart"],
  ["a date", () => closed({ a: Type.Date() }), "OddEvent.a: Type.Date has no counterpart"],
  [
    "an intersection",
    () => closed({ a: Type.Intersect([closed({}), closed({})]) }),
    "OddEvent.a: Type.Intersect has no",
  ],
  ["a literal number", () => closed({ a: Type.Literal(3) }), "OddEvent.a: a literal number"],
  [
    "a union that nothing tells apart",
    () => closed({ a: arrayOf(Type.Union([nonEmpty(), Type.Integer()])) }),
    "OddEvent.a[]: a union that no literal tells apart",
  ],
  [
    "a union without a name",
    () =>
      closed({ a: Type.Union([named("One", { kind: Type.Literal("1") }), named("Two", { kind: Type.Literal("2") })]) }),
    "OddEvent.a: a union without a name",
  ],
  [
    "null among several types",
    () => closed({ a: Type.Union([nonEmpty(), Type.Integer(), Type.Null()]) }),
    "OddEvent.a: null among several types",
  ],
  ["a set with one string twice", () => closed({ a: oneOf("x", "x") }), "OddEvent.a: the same string twice"],
  ["strings with one Swift case", () => closed({ a: oneOf("a-b", "a_b") }), "A: two strings come to the same Swift"],
  [
    "properties with one Swift name",
    () => closed({ "a-b": nonEmpty(), a_b: nonEmpty() }),
    "OddEvent: two properties come to the same Swift name",
  ],
  [
    "an enum that hides a type",
    () => closed({ usage: oneOf("a", "b"), other: named("Usage", {}) }),
    "OddEvent.usage: its Swift enum would hide the type Usage",
  ],
  [
    "one name for two schemas",
    () => closed({ a: named("Thing", {}), b: named("Thing", { c: optional(nonEmpty()) }) }),
    "Thing: two different schemas have this name",
  ],
  ["a name that is none", () => closed({ a: named("a thing", {}) }), "a thing: not the name of a type"],
];

for (const [name, payload, message] of unmappable) {
  test(`the generator refuses ${name}, with the path and the cure`, () => {
    expect(() => derive(payload())).toThrow(message);
    expect(() => derive(payload())).toThrow(/: .+; .+/);
  });
}

test("the Swift of a payload keeps nulls, reserved words and words of later versions", () => {
  const files = derive(
    closed({
      default: optional(Type.Unknown()),
      "is-on": Type.Boolean(),
      note: optional(shape.nullable(nonEmpty())),
      left: shape.nullable(shape.count()),
      mode: oneOf("in_flight", "unknown"),
    }),
  );
  const source = files.get("Sources/ClawdiaProtocol/Models.swift");
  for (const line of [
    "  public var `default`: JSONValue?",
    "  public var isOn: Bool",
    '    case isOn = "is-on"',
    "  public var note: Nullable<String>?",
    "    self.note = try container.decodePresent(Nullable<String>.self, forKey: .note)",
    "    try container.encode(self.left, forKey: .left)",
    "    case inFlight",
    "    case unrecognized(String)",
  ]) {
    expect(source?.split("\n")).toContain(line);
  }
});

function derive(payload: TSchema) {
  const odd = { summary: "Says something odd.", access: connected(), delivery: "sure", payload };
  const all = { methods: {}, events: { odd }, others: [] };
  return swiftPackage(all, definitionsOf(all));
}

for (const [name, { params }] of Object.entries(declarations.methods)) {
  test(`what ${name} takes has a maximum everywhere`, () => {
    expect(unbounded(params, name)).toEqual([]);
  });
}

function unbounded(schema: TSchema, path: string): string[] {
  const isEndless =
    (KindGuard.IsString(schema) && schema.maxLength === undefined && schema.pattern === undefined) ||
    (KindGuard.IsArray(schema) && schema.maxItems === undefined);
  const inside = partsOf(schema, path).flatMap(([part, at]) => unbounded(part, at));
  return isEndless ? [path, ...inside] : inside;
}

test("every method and event is summed up in a sentence", () => {
  const all = [...Object.entries(declarations.methods), ...Object.entries(declarations.events)];
  expect(all.filter(([, { summary }]) => !/^[A-Z`].{10,}[^.]\.$/.test(summary)).map(([name]) => name)).toEqual([]);
});

function read(path: string): string {
  return readFileSync(join(schemas, path), "utf8");
}
