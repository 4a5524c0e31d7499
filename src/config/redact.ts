import type { TSchema } from "@sinclair/typebox";
import { json5TextAt, parseJson5, replaceJson5 } from "../lib/index.ts";
import { Config } from "./config.schema.ts";
import { referenceIn } from "./references.ts";

/** Stands in for a secret wherever a config is shown. Given back unchanged it means: keep what is there. */
export const redacted = "__CLAWDIA_REDACTED__";

/** Dot paths of the settings that are marked secret in the schema. */
export const secretPaths: readonly string[] = findSecrets(Config, "");
/** Their last names: what is called like a secret is not shown, wherever somebody put it. */
const secretNames = [...new Set(secretPaths.map((path) => path.slice(path.lastIndexOf(".") + 1)))];

/** A copy with every secret replaced; references stay. Works on the filled config and on the tree as written. */
export function redactConfig(value: unknown): unknown {
  return redactAt(value, "");
}

/**
 * The file's text with the values of its secrets replaced, comments and layout kept. A text whose secrets are written
 * in a way that cannot be found gives way to the tree.
 */
export function redactSource(source: string, written: unknown): string {
  // The longest first: one may be the beginning of another.
  const secrets = secretsIn(written, [])
    .map(({ text }) => text)
    .toSorted((left, right) => right.length - left.length);
  let shown = hideValues(source, written).replace(namedString, (all, head: string, quote: string) =>
    referenceIn(all.slice(head.length + 1, -1)) ? all : `${head}${quote}${redacted}${quote}`,
  );
  for (const secret of secrets) if (secret !== redacted) shown = shown.replaceAll(secret, redacted);
  if (secrets.length === 0 || isFreeOf(shown, secrets)) return shown;
  return `${JSON.stringify(redactConfig(written), undefined, 2)}\n`;
}

/** A secret's name, a colon and a string, which may lack its end. */
const nameAndColon = `(?<![\\w$])["']?(?:${secretNames.join("|")})["']?\\s*:\\s*`;
const restOfString = `(?:(?!\\2)[^\\\\\\n]|\\\\[\\s\\S])*(?:\\2|(?=\\n)|$)`;
const namedString = new RegExp(`(${nameAndColon})(["'])${restOfString}`, "g");

function isFreeOf(shown: string, secrets: readonly string[]): boolean {
  try {
    return secretsIn(parseJson5(shown), []).every(({ text }) => !secrets.includes(text));
  } catch {
    return false;
  }
}

interface SecretText {
  readonly path: readonly string[];
  readonly text: string;
}

/** Every text at a secret's place, or under a secret's name in another one. A reference is no secret. */
function secretsIn(value: unknown, path: readonly string[]): SecretText[] {
  if (isSecret(path.join("."))) return textsIn(value, path);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => secretsIn(item, [...path, key]));
}

function textsIn(value: unknown, path: readonly string[]): SecretText[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key]));
  }
  if (typeof value === "string") return value === "" || referenceIn(value) ? [] : [{ path, text: value }];
  return typeof value === "number" ? [{ path, text: `${value}` }] : [];
}

/** The secrets in their places, whatever way they are written. A text without a tree is left to the words. */
function hideValues(source: string, written: unknown): string {
  try {
    return secretsIn(written, []).reduce((shown, { path }) => {
      const quote = json5TextAt(shown, path)?.startsWith("'") ? "'" : '"';
      return replaceJson5(shown, path, `${quote}${redacted}${quote}`);
    }, source);
  } catch (error) {
    if (error instanceof SyntaxError) return source;
    throw error;
  }
}

function isSecret(path: string): boolean {
  return secretPaths.includes(path) || secretNames.includes(path.slice(path.lastIndexOf(".") + 1));
}

function redactAt(value: unknown, path: string): unknown {
  if (isSecret(path)) return value === undefined || referenceIn(value) ? value : hidden(value);
  if (Array.isArray(value)) return value.map((item) => redactAt(item, `${path}.*`));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    redactAt(item, path === "" ? key : `${path}.${key}`),
  ]);
  return Object.fromEntries(entries) as unknown;
}

/** A map that names only references is shown; of any other not even the names are. */
function hidden(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return redacted;
  const texts = Object.values(value);
  return texts.length > 0 && texts.every((text) => referenceIn(text)) ? value : redacted;
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
