import { expect, test } from "bun:test";
import type { TSchema } from "@sinclair/typebox";
import { Config, parseConfig, setSetting, settingAt } from "../../src/config/index.ts";
import { json5TextAt, parseJson5, unsetJson5 } from "../../src/lib/index.ts";

/** Every setting of the schema can be set and taken away in a file that is full of comments. */

interface Setting {
  readonly path: readonly string[];
  readonly schema: TSchema;
}

const file = `// first
{
  // above
  gateway: { allowedHosts: [/* none yet */] }, // beside
  "messages": {
    queueMax: 5, /* five */
  },
  /* between */ logging: { level: 'warn' },
  agents: { list: [{ id: "main" /* me */ }] },
  // last
}
// end
`;
const comments = [
  "// first",
  "// above",
  "/* none yet */",
  "// beside",
  "/* five */",
  "/* between */",
  "/* me */",
  "// last",
  "// end",
];

function settingsOf(schema: TSchema, path: readonly string[]): Setting[] {
  const own = path.length > 0 ? [{ path, schema }] : [];
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, TSchema>);
  const members = Object.values((schema["patternProperties"] ?? {}) as Record<string, TSchema>);
  return [
    ...own,
    ...properties.flatMap(([name, inner]) => settingsOf(inner, [...path, name])),
    ...members.flatMap((inner) => settingsOf(inner, [...path, "one"])),
    ...(schema["items"] ? settingsOf(schema["items"] as TSchema, [...path, "0"]) : []),
  ];
}

const words = [
  "x",
  "1",
  "a/b",
  "https://a.example/",
  "/x",
  "NAME",
  "a.example:80",
  "#112233",
  "12345",
  "+15551234567",
  "none",
  "DE",
  "08:30",
  "wss://a.example/",
  "secretsecretsecret",
  `${"M".repeat(24)}.${"a".repeat(6)}.${"b".repeat(30)}`,
  `12345:${"a".repeat(24)}`,
  `xoxb-${"1".repeat(12)}`,
  `xapp-${"1".repeat(12)}`,
];

/** Some value that the setting takes; undefined when none of ours is. */
function sampleOf(schema: TSchema): unknown {
  if (schema["const"] !== undefined) return schema["const"];
  const [first] = (schema["anyOf"] ?? []) as readonly TSchema[];
  if (first) return sampleOf(first);
  switch (schema["type"]) {
    case "boolean":
      return schema["default"] !== true;
    case "integer":
    case "number":
      return schema["minimum"] ?? 1;
    case "array":
      return [];
    case "object": {
      const required = ((schema["required"] ?? []) as readonly string[]).filter(
        (name) => (schema["properties"] as Record<string, TSchema>)[name]!["default"] === undefined,
      );
      return Object.fromEntries(
        required.map((name) => [name, sampleOf((schema["properties"] as Record<string, TSchema>)[name]!)]),
      );
    }
    default: {
      const pattern = new RegExp(String(schema["pattern"] ?? ""));
      const most = Number(schema["maxLength"] ?? 99);
      return words.find(
        (word) => pattern.test(word) && word.length <= most && word.length >= Number(schema["minLength"] ?? 0),
      );
    }
  }
}

const settings = settingsOf(Config, []);

test("the settings are found by their paths", () => {
  expect(settings.length).toBeGreaterThan(150);
  for (const { path, schema } of settings)
    expect([path.join("."), settingAt(path) === schema]).toEqual([path.join("."), true]);
});

test("each of them is set and taken away, and neither a comment nor another setting is lost", () => {
  const before = parseJson5(file);
  for (const { path, schema } of settings) {
    const name = path.join(".");
    const value = sampleOf(schema);
    expect([name, value === undefined]).toEqual([name, false]);
    const set = setSetting(file, path, value);
    expect([name, valueAt(parseJson5(set), path)]).toEqual([name, value]);
    expect([name, lost(file, set, json5TextAt(file, path))]).toEqual([name, []]);
    const unset = unsetJson5(set, path);
    expect([name, valueAt(parseJson5(unset), path)]).toEqual([name, undefined]);
    expect([name, lost(set, unset, json5TextAt(set, path))]).toEqual([name, []]);
    if (valueAt(before, path.slice(0, 1)) === undefined) {
      expect([name, parseJson5(unsetJson5(unset, path.slice(0, 1)))]).toEqual([name, before]);
      expect([name, comments.filter((comment) => !unset.includes(comment))]).toEqual([name, []]);
    }
    if (path.length === 2) expect([name, parseConfig(setSetting("{}", path, value)).issues]).toEqual([name, []]);
  }
});

/** Comments that went, but for those inside of what was meant to go. */
function lost(before: string, after: string, replaced = ""): string[] {
  const gone = comments.filter((comment) => before.includes(comment) && !after.includes(comment));
  return gone.filter((comment) => !replaced.includes(comment));
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
}
