import type { ConfigFile } from "./load.ts";
import { redactConfig, redactSource } from "./redact.ts";

export const issuesMax = 64;

/** The config's file as it is shown: every secret is a mark. */
export function shownConfig({ path, source, written, issues, config, hash }: ConfigFile) {
  return {
    path,
    exists: source !== undefined,
    raw: source === undefined ? null : redactSource(source, written),
    parsed: redactConfig(written),
    valid: issues.length === 0,
    config: redactConfig(config),
    hash,
    issues: issues.slice(0, issuesMax),
  };
}
