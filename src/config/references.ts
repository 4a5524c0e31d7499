import { isPlainObject } from "../lib/index.ts";
import type { TSchema } from "@sinclair/typebox";
import { Config } from "./config.schema.ts";

/**
 * A secret may stand elsewhere, and the config names the place: `${NAME}` is an environment variable, `${file:PATH}` a
 * file, `${secret:NAME}` a file in the state's secrets folder. Only settings that are secrets may say so, and only as
 * their whole value. References are resolved in memory, when the config is read; what is written keeps them.
 */
export interface Reference {
  readonly kind: "environment" | "file" | "secret";
  readonly name: string;
}

/** The secret behind a reference; undefined when there is none. */
export type Lookup = (reference: Reference) => string | undefined;

export interface Resolved {
  readonly value: unknown;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
}

const pattern = /^\$\{(?:(?<place>file|secret):)?(?<name>[^{}]{1,1024})\}$/;
const variablePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
const secretNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** What the text refers to; undefined for a text that is no reference. */
export function referenceIn(text: unknown): Reference | undefined {
  const { place, name } = (typeof text === "string" ? pattern.exec(text)?.groups : undefined) ?? {};
  if (name === undefined) return undefined;
  if (place === "file") return { kind: "file", name };
  if (place === "secret") return secretNamePattern.test(name) ? { kind: "secret", name } : undefined;
  return variablePattern.test(name) ? { kind: "environment", name } : undefined;
}

/** A copy with every reference replaced by the secret behind it; one without a secret stays, and is an issue. */
export function resolveReferences(written: unknown, lookup: Lookup): Resolved {
  const issues: Resolved["issues"][number][] = [];
  const value = resolveAt(Config, written, "");
  return { value, issues };

  function resolveAt(schema: TSchema, at: unknown, path: string): unknown {
    if (schema["secret"] === true) return textsAt(at, path);
    if (Array.isArray(at)) {
      const items = schema["items"] as TSchema | undefined;
      return items ? at.map((item, index) => resolveAt(items, item, below(path, String(index)))) : at;
    }
    if (!isPlainObject(at)) return at;
    const each = Object.values((schema["patternProperties"] ?? {}) as Record<string, TSchema>)[0];
    const properties = (schema["properties"] ?? {}) as Record<string, TSchema>;
    return mapped(at, (item, name) => {
      const inner = Object.hasOwn(properties, name) ? properties[name] : each;
      return inner ? resolveAt(inner, item, below(path, name)) : item;
    });
  }

  function textsAt(at: unknown, path: string): unknown {
    if (isPlainObject(at)) return mapped(at, (item, name) => textsAt(item, below(path, name)));
    const reference = referenceIn(at);
    if (!reference) return at;
    const found = lookup(reference);
    if (found === undefined) issues.push({ path, message: `${placeOf(reference)} is not there, or empty` });
    return found ?? at;
  }
}

function placeOf({ kind, name }: Reference): string {
  if (kind === "environment") return `the environment variable ${name}`;
  return kind === "file" ? `the file ${name}` : `the secret ${name} in the state's secrets folder`;
}

function mapped(
  value: Readonly<Record<string, unknown>>,
  change: (item: unknown, name: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, change(item, name)]));
}

function below(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
