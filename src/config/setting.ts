import type { TSchema } from "@sinclair/typebox";
import { json5TextAt, setJson5 } from "../lib/index.ts";
import { Config } from "./config.schema.ts";
import { secretPaths } from "./redact.ts";

/** One setting, by the path under which people name it. */

/** `gateway.port`, `agents.list.0.name`, `models.aliases["gpt-4.1"]`: names and places. Undefined for another form. */
export function readPath(written: string): readonly string[] | undefined {
  const step = /\["((?:[^"\\]|\\.)+)"\]|\[(\d+)\]|\.?([^.[\]"]+)/y;
  const path: string[] = [];
  while (step.lastIndex < written.length) {
    const found = step.exec(written);
    if (!found) return undefined;
    path.push((found[1]?.replaceAll(/\\(.)/g, "$1") ?? found[2] ?? found[3])!);
  }
  return path.length === 0 || written.startsWith(".") ? undefined : path;
}

/** What the schema says of it; undefined when there is no such setting. */
export function settingAt(path: readonly string[]): TSchema | undefined {
  return path.reduce<TSchema | undefined>((schema, name) => schema && memberAt(schema, name), Config);
}

export function isSecretSetting(path: readonly string[]): boolean {
  return secretPaths.some((secret) => {
    const names = secret.split(".");
    return names.length <= path.length && names.every((name, index) => name === "*" || name === path[index]);
  });
}

/** Sets it in the config's text. Lists on the way that are not there yet are made. Throws as `setJson5` does. */
export function setSetting(text: string, path: readonly string[], value: unknown): string {
  const lists = path.map((_, index) => path.slice(0, index)).filter((list) => settingAt(list)?.["items"] !== undefined);
  const missing = lists.filter((list) => json5TextAt(text, list) === undefined);
  return setJson5(
    missing.reduce((made, list) => setJson5(made, list, []), text),
    path,
    value,
  );
}

/** The settings below it, for somebody who mistyped. */
export function namesBelow(path: readonly string[]): readonly string[] {
  const schema = settingAt(path);
  return schema ? Object.keys((schema["properties"] ?? {}) as object) : [];
}

/** A word from the command line as the value that the setting takes: JSON5, or a text where one is wanted. */
export function wordAsValue(word: string, parsed: unknown, path: readonly string[]): unknown {
  const schema = settingAt(path);
  const wantsText = schema !== undefined && typesOf(schema).includes("string");
  if (parsed === undefined) return word;
  return wantsText && typeof parsed !== "string" ? word : parsed;
}

function typesOf(schema: TSchema): readonly string[] {
  const members = (schema["anyOf"] ?? []) as readonly TSchema[];
  return [schema, ...members].flatMap((one) => (typeof one["type"] === "string" ? [one["type"]] : []));
}

function memberAt(schema: TSchema, name: string): TSchema | undefined {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, TSchema>>;
  if (Object.hasOwn(properties, name)) return properties[name];
  const items = schema["items"] as TSchema | undefined;
  if (items) return /^\d+$/.test(name) ? items : undefined;
  const named = (schema["patternProperties"] ?? {}) as Readonly<Record<string, TSchema>>;
  return Object.entries(named).find(([pattern]) => new RegExp(pattern).test(name))?.[1];
}
