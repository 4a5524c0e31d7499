import type { Environment } from "../config/index.ts";
import { readEnvText } from "../lib/index.ts";
import type { Report } from "./report.ts";
import { type Fields, fieldsOf, type Source, stringOf } from "./source.ts";

/**
 * OpenClaw puts variables into any text of its config: from the environment, from `.env` beside the config, and from
 * `env` of the config itself. A service has none of them, so their values are taken over now.
 */
export function resolvedConfig(source: Source, environment: Environment, report: Report): Fields {
  const config = source.config();
  const own = fieldsOf(config["env"]);
  const variables: Fields = {
    ...own,
    ...fieldsOf(own["vars"]),
    ...readEnvText(source.text(".env") ?? ""),
    ...environment,
  };
  const missing = new Set<string>();
  const filled = fieldsOf(fill(config, variables, missing));
  for (const name of missing) {
    const why = `the variable is not set: clawdia config edit, where the old config says \${${name}}`;
    report.left.push({ what: `what ${name} stands for`, why });
  }
  return filled;
}

const pattern = /\$\{([A-Z_][A-Z0-9_]*)\}/g;

/** A text with a variable that is not set is left out whole. */
function fill(value: unknown, variables: Fields, missing: Set<string>): unknown {
  if (Array.isArray(value)) {
    return value.map((one) => fill(one, variables, missing)).filter((one) => one !== undefined);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one, variables, missing)]));
  }
  if (typeof value !== "string") return value;
  const unset = [...value.matchAll(pattern)].map(([, name]) => name!).filter((name) => !stringOf(variables[name]));
  for (const name of unset) missing.add(name);
  return unset.length > 0 ? undefined : value.replace(pattern, (_all, name: string) => String(variables[name]));
}
