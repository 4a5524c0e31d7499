import type { TSchema } from "@sinclair/typebox";
import type { Chance } from "./chance.ts";

/** Values for a schema: mostly right, and every way of wrong that has broken a gateway before. */

const hostileStrings: readonly string[] = [
  "",
  " ",
  "\u0000",
  "../../etc/passwd",
  "..%2f..%2f",
  "agent:main:main",
  "main",
  "global",
  "unknown",
  "undefined",
  "null",
  "__proto__",
  "constructor",
  "\u202eabc",
  "a".repeat(300),
  "😀".repeat(50),
  "'; DROP TABLE runs; --",
  "\r\nX-Injected: yes",
  "\u001b[31mred",
  "CON",
  "/absolute/path",
];

const wrongTypes: readonly unknown[] = [null, true, 0, -1, 1.5, 1e308, "text", [], {}, [[]], { a: { b: {} } }];

/** A value of the schema; `wrongness` is the share of members that are not. */
export function valueFor(schema: TSchema, chance: Chance, wrongness: number): unknown {
  if (chance.is(wrongness)) return chance.pick(wrongTypes);
  if (schema["const"] !== undefined) return schema["const"];
  const members = schema["anyOf"] as TSchema[] | undefined;
  if (members) return valueFor(chance.pick(members), chance, wrongness);
  switch (schema["type"]) {
    case "object":
      return objectFor(schema, chance, wrongness);
    case "array":
      return Array.from({ length: chance.below(4) }, () => valueFor(schema["items"] as TSchema, chance, wrongness));
    case "string":
      return chance.is(0.4) ? chance.pick(hostileStrings) : word(chance);
    case "integer":
      return chance.pick([0, 1, 2, 10, 1000, Number.MAX_SAFE_INTEGER, -1]);
    case "number":
      return chance.unit() * 1000;
    case "boolean":
      return chance.is(0.5);
    case "null":
      return null;
    default:
      return chance.pick(wrongTypes);
  }
}

function objectFor(schema: TSchema, chance: Chance, wrongness: number): Record<string, unknown> {
  const made: Record<string, unknown> = Object.create(null);
  const required = (schema["required"] ?? []) as string[];
  for (const [name, property] of Object.entries((schema["properties"] ?? {}) as Record<string, TSchema>)) {
    const isLeftOut = required.includes(name) ? chance.is(wrongness) : chance.is(0.6);
    if (!isLeftOut) made[name] = valueFor(property, chance, wrongness);
  }
  if (chance.is(wrongness))
    made[chance.pick(["extra", "__proto__", "constructor", "prototype", "toString"])] = { polluted: true };
  return made;
}

function word(chance: Chance): string {
  return `w${chance.below(1000)}`;
}

/** Text that is meant to be JSON, spoiled: cut, doubled, bits turned, deep, with lone surrogates or doubled keys. */
export function spoil(text: string, chance: Chance): string {
  const at = chance.below(text.length);
  switch (chance.below(7)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + String.fromCharCode(chance.below(0x1_0000)) + text.slice(at + 1);
    case 2:
      return text + text;
    case 3:
      return `${"[".repeat(chance.below(5000))}${text}`;
    case 4:
      return text.replace('"params"', '"id":"again","params"');
    case 5:
      return text.replace(/"w\d+"/, '"\\ud800"');
    default:
      return text.replace("{", `{"__proto__":{"polluted":true},`);
  }
}
