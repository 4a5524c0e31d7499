import { invalidRequest } from "../protocol/index.ts";
import type { SessionSettings } from "./session.ts";

/** Which values the session settings take, and what is stored for them. Pure. */

const levels: Readonly<Record<string, string>> = {
  off: "off",
  minimal: "minimal",
  min: "minimal",
  low: "low",
  on: "low",
  medium: "medium",
  med: "medium",
  mid: "medium",
  high: "high",
  max: "high",
  highest: "high",
  xhigh: "xhigh",
};

interface Field {
  readonly values: Readonly<Record<string, string>>;
  /** This value is the default, so it is stored as absence. */
  readonly clearing?: string;
}

const closedSet = (...values: string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(values.map((value) => [value, value]));

const fields: Readonly<Record<string, Field>> = {
  thinkingLevel: { values: levels, clearing: "off" },
  verboseLevel: { values: closedSet("on", "off", "full"), clearing: "off" },
  reasoningLevel: { values: closedSet("on", "off", "stream"), clearing: "off" },
  elevatedLevel: { values: closedSet("on", "off", "ask", "full") },
  responseUsage: { values: closedSet("off", "tokens", "full", "on"), clearing: "off" },
  execHost: { values: closedSet("sandbox", "gateway", "node") },
  execSecurity: { values: closedSet("deny", "allowlist", "full") },
  execAsk: { values: closedSet("off", "on-miss", "always") },
  sendPolicy: { values: closedSet("allow", "deny") },
  groupActivation: { values: closedSet("mention", "always") },
};

export const settingNames = Object.keys(fields);

/** The settings with the patch over them. null clears; a value outside the set is refused with the set. */
export function patchSettings(before: SessionSettings, patch: Readonly<Record<string, unknown>>): SessionSettings {
  const after: Record<string, string | undefined> = { ...before };
  for (const name of settingNames) {
    if (!Object.hasOwn(patch, name) || patch[name] === undefined) continue;
    const value = accepted(name, patch[name]);
    if (value === undefined || value === fields[name]!.clearing) delete after[name];
    else after[name] = value;
  }
  return after;
}

/** A level as `agent` and `chat.send` take it; apps send "" and "default" for none. */
export function thinkingLevelOf(value: string | undefined): string | undefined {
  const level = value?.trim().toLowerCase();
  if (level === undefined || level === "" || level === "default") return undefined;
  return accepted("thinkingLevel", level);
}

function accepted(name: string, value: unknown): string | undefined {
  if (value === null) return undefined;
  const { values } = fields[name]!;
  const key = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (Object.hasOwn(values, key)) return values[key];
  throw invalidRequest(`invalid ${name} (use ${[...new Set(Object.values(values))].join("|")})`);
}
