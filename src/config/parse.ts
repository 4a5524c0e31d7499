import type { TSchema } from "@sinclair/typebox";
import { parseJson5, isPlainObject } from "../lib/index.ts";
import { checkerOf, problemsOf } from "../protocol/index.ts";
import type { AccountPolicy } from "./account-policy.schema.ts";
import { Config } from "./config.schema.ts";
import { type Lookup, resolveReferences } from "./references.ts";

/** Text of a config file, read and judged. Pure: what is on disk and in the environment is `load.ts`'s concern. */
export interface ParsedConfig {
  readonly config: Config;
  /** As written, before defaults. */
  readonly written: unknown;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
}

/** Largest config text that is read. */
export const configBytesMax = 1024 * 1024;

/** With `lookup`, secrets that stand elsewhere are taken from there; without it references stay as they are. */
export function parseConfig(source: string, lookup?: Lookup): ParsedConfig {
  if (Buffer.byteLength(source) > configBytesMax) {
    const message = `larger than ${configBytesMax} bytes: this cannot be meant`;
    return { config: defaultConfig(), written: null, issues: [{ path: "", message }] };
  }
  let written: unknown;
  try {
    written = source.trim() === "" ? {} : parseJson5(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { config: defaultConfig(), written: null, issues: [{ path: "", message: `not JSON5: ${message}` }] };
  }
  // What most people have. The defaults fit the schema, which a test sees to; the check would cost a start some 6 ms.
  if (isPlainObject(written) && Object.keys(written).length === 0) {
    return { config: defaultConfig(), written, issues: [] };
  }
  const resolved = lookup ? resolveReferences(written, lookup) : { value: written, issues: [] };
  if (resolved.issues.length > 0) return { config: defaultConfig(), written, issues: resolved.issues };
  const filled = withDefaults(Config, resolved.value);
  const checker = checkerOf(Config);
  if (checker.Check(filled)) return { config: filled, written, issues: [] };
  const [first] = checker.Errors(filled);
  const path = (first?.path ?? "").slice(1).replaceAll("/", ".");
  return { config: defaultConfig(), written, issues: [{ path, message: problemsOf(Config, filled) }] };
}

export function defaultConfig(): Config {
  return withDefaults(Config, {}) as Config;
}

/** What an account has that the config does not name: a login made it, or its network has no settings (WebChat). */
export function accountDefaults(provider: string): AccountPolicy {
  const name = isConfigurable(provider) ? provider : "telegram";
  const { accounts } = parseConfig(`{ providers: { ${name}: { accounts: { main: {} } } } }`).config.providers[name];
  return accounts["main"]!;
}

function isConfigurable(provider: string): provider is keyof Config["providers"] {
  return Object.hasOwn(defaultConfig().providers, provider);
}

/** The value with every default of the schema filled in; unknown keys and wrong types stay for the check to find. */
function withDefaults(schema: TSchema, value: unknown): unknown {
  const start = value === undefined ? structuredClone(schema["default"]) : value;
  if (Array.isArray(start) && isPlainObject(schema["items"])) {
    return start.map((item) => withDefaults(schema["items"] as TSchema, item));
  }
  if (!isPlainObject(start)) return start;
  const each = memberSchema(schema);
  if (each) return Object.fromEntries(Object.entries(start).map(([name, item]) => [name, withDefaults(each, item)]));
  const properties: unknown = schema["properties"];
  if (!isPlainObject(properties)) return start;
  const filled: Record<string, unknown> = { ...start };
  for (const [name, property] of Object.entries(properties)) {
    const inner = withDefaults(property as TSchema, Object.hasOwn(start, name) ? start[name] : undefined);
    if (inner !== undefined) filled[name] = inner;
  }
  return filled;
}

/** The schema of every value of an object with open keys. */
function memberSchema(schema: TSchema): TSchema | undefined {
  const patterns: unknown = schema["patternProperties"];
  return isPlainObject(patterns) ? (Object.values(patterns)[0] as TSchema | undefined) : undefined;
}
