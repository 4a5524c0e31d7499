import type { TSchema } from "@sinclair/typebox";
import { parseJson5 } from "../lib/index.ts";
import { Config } from "./config.schema.ts";

/** Stands in for a secret wherever a config is shown. Given back unchanged it means: keep what is there. */
export const redacted = "__CLAWDIA_REDACTED__";

/** Dot paths of the settings that are marked secret in the schema. */
export const secretPaths: readonly string[] = findSecrets(Config, "");
/** Their last names: what is called like a secret is not shown, wherever somebody put it. */
export const secretNames: readonly string[] = [
  ...new Set(secretPaths.map((path) => path.slice(path.lastIndexOf(".") + 1))),
];

/** A copy with every secret replaced. Works on the filled config and on the tree as it was written. */
export function redactConfig(value: unknown): unknown {
  return redactAt(value, "");
}

/**
 * The file's text with the values of its secrets replaced, comments and layout kept. A text whose secrets are written
 * in a way that cannot be found gives way to the tree.
 */
export function redactSource(source: string, written: unknown): string {
  // The longest first: one may be the beginning of another.
  const secrets = secretsIn(written, "").toSorted((left, right) => right.length - left.length);
  let shown = source.replace(namedString, (_all, head: string, quote: string) => `${head}${quote}${redacted}${quote}`);
  for (const secret of secrets) if (secret !== redacted) shown = shown.replaceAll(secret, redacted);
  if (secrets.length === 0 || isFreeOf(shown, secrets)) return shown;
  return `${JSON.stringify(redactConfig(written), undefined, 2)}\n`;
}

/** Every secret that the config holds. */
export function secretTexts(config: unknown): string[] {
  return secretsIn(config, "");
}

/** A secret's name, a colon and a string, which may lack its end. */
const nameAndColon = `(?<![\\w$])["']?(?:${secretNames.join("|")})["']?\\s*:\\s*`;
const restOfString = `(?:(?!\\2)[^\\\\\\n]|\\\\[\\s\\S])*(?:\\2|(?=\\n)|$)`;
const namedString = new RegExp(`(${nameAndColon})(["'])${restOfString}`, "g");

function isFreeOf(shown: string, secrets: readonly string[]): boolean {
  try {
    return secretsIn(parseJson5(shown), "").every((value) => !secrets.includes(value));
  } catch {
    return false;
  }
}

/** Every text at a secret's place, or under a secret's name in another one. */
function secretsIn(value: unknown, path: string): string[] {
  if (isSecret(path)) return textsIn(value);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => secretsIn(item, path === "" ? key : `${path}.${key}`));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(textsIn);
  if (typeof value === "string") return value === "" ? [] : [value];
  return typeof value === "number" ? [`${value}`] : [];
}

function isSecret(path: string): boolean {
  return secretPaths.includes(path) || secretNames.includes(path.slice(path.lastIndexOf(".") + 1));
}

function redactAt(value: unknown, path: string): unknown {
  if (isSecret(path)) return value === undefined ? undefined : redacted;
  if (Array.isArray(value)) return value.map((item) => redactAt(item, `${path}.*`));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    redactAt(item, path === "" ? key : `${path}.${key}`),
  ]);
  return Object.fromEntries(entries) as unknown;
}

function findSecrets(schema: TSchema, path: string): string[] {
  if (schema["secret"] === true) return [path];
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, TSchema>);
  // Names of an object with open keys, and places in an array, are written as *.
  const members = Object.values((schema["patternProperties"] ?? {}) as Record<string, TSchema>);
  const items = schema["items"] === undefined ? [] : [schema["items"] as TSchema];
  return [...properties, ...[...members, ...items].map((member) => ["*", member] as const)].flatMap(
    ([name, property]) => findSecrets(property, path === "" ? name : `${path}.${name}`),
  );
}
