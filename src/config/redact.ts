import type { TSchema } from "@sinclair/typebox";
import { Config } from "./config.schema.ts";

/** Stands in for a secret wherever a config is shown. Given back unchanged it means: keep what is there. */
export const redacted = "__CLAWDIA_REDACTED__";

/** Dot paths of the settings that are marked secret in the schema. */
export const secretPaths: readonly string[] = findSecrets(Config, "");

/** A copy with every secret replaced. Works on the filled config and on the tree as it was written. */
export function redactConfig(value: unknown): unknown {
  return redactAt(value, "");
}

/** The file's text with the values of its secrets replaced, comments and layout kept. */
export function redactSource(source: string, written: unknown): string {
  let shown = source;
  for (const path of secretPaths) {
    const secret = valueAt(written, path.split("."));
    if (typeof secret === "string" && secret !== "") shown = shown.replaceAll(secret, redacted);
  }
  return shown;
}

function redactAt(value: unknown, path: string): unknown {
  if (secretPaths.includes(path)) return value === undefined ? undefined : redacted;
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
  return properties.flatMap(([name, property]) => findSecrets(property, path === "" ? name : `${path}.${name}`));
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  return typeof value === "object" && value !== null && Object.hasOwn(value, head)
    ? valueAt((value as Record<string, unknown>)[head], rest)
    : undefined;
}
