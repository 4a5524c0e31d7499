import { type TSchema, Type } from "@sinclair/typebox";
import { isoTime } from "../lib/index.ts";
import { methodsFor, NoParams, operator, shape } from "../protocol/index.ts";
import { Config } from "./config.schema.ts";
import type { ConfigFile } from "./load.ts";
import { redactConfig, redactSource, secretPaths } from "./redact.ts";

const { arrayOf, closed, named, nonEmpty, nullable, optional, recordOf, text } = shape;

interface Deps {
  /** Reads the file as it is now. */
  readonly readConfig: () => ConfigFile;
  readonly clock: { nowMs(): number };
  readonly version: string;
}

const method = methodsFor<Deps>();

const Issue = named("ConfigIssue", { path: text(512), message: text(4096) });

const Hint = named("ConfigUiHint", {
  label: optional(text(128)),
  help: optional(text(1024)),
  group: optional(text(64)),
  order: optional(Type.Integer()),
  advanced: optional(Type.Boolean()),
  sensitive: optional(Type.Boolean()),
  placeholder: optional(text(128)),
  itemTemplate: optional(Type.Unknown()),
});

export const configMethods = {
  "config.get": method({
    summary: "The config file and what it comes to, with secrets replaced.",
    access: operator("admin"),
    params: NoParams,
    result: named("ConfigGetResult", {
      path: nonEmpty(4096),
      exists: Type.Boolean(),
      raw: nullable(text(2 * 1024 * 1024)),
      parsed: Type.Unknown(),
      valid: Type.Boolean(),
      config: Type.Unknown(),
      hash: optional(nonEmpty(64)),
      issues: arrayOf(Issue, 64),
      warnings: arrayOf(Issue, 64),
      legacyIssues: arrayOf(Issue, 64),
    }),
    handle: (_params, { readConfig }, { principal }) => {
      const file = readConfig();
      if (principal.role === "node") return whatNodesRead(file);
      return {
        path: file.path,
        exists: file.source !== undefined,
        raw: file.source === undefined ? null : redactSource(file.source, file.written),
        parsed: redactConfig(file.written),
        valid: file.issues.length === 0,
        config: redactConfig(file.config),
        hash: file.hash,
        issues: [...file.issues],
        warnings: [],
        legacyIssues: [],
      };
    },
  }),
  "config.schema": method({
    summary: "The config's JSON Schema with hints for forms.",
    access: operator("admin"),
    params: NoParams,
    result: closed({
      schema: Type.Unknown(),
      uiHints: recordOf(Hint),
      version: nonEmpty(64),
      generatedAt: nonEmpty(64),
    }),
    handle: (_params, { clock, version }) => ({
      schema: JSON.parse(JSON.stringify(Config)) as unknown,
      uiHints: hintsOf(Config, ""),
      version,
      generatedAt: isoTime(clock.nowMs()),
    }),
  }),
};

/** A telephone wants the colour and the name of the main session; the rest is none of its business. */
function whatNodesRead({ config: { ui, session } }: ConfigFile) {
  const config = { ui, session: { mainKey: session.mainKey, scope: session.scope } };
  const nothing = { issues: [], warnings: [], legacyIssues: [] };
  return { path: "clawdia.json", exists: true, raw: null, parsed: config, valid: true, config, ...nothing };
}

function hintsOf(schema: TSchema, path: string): Record<string, { label: string; help?: string; sensitive?: true }> {
  const hints: Record<string, { label: string; help?: string; sensitive?: true }> = {};
  for (const [name, property] of Object.entries((schema["properties"] ?? {}) as Record<string, TSchema>)) {
    const at = path === "" ? name : `${path}.${name}`;
    hints[at] = {
      label: name,
      ...(property.description && { help: property.description }),
      ...(secretPaths.includes(at) && { sensitive: true as const }),
    };
    Object.assign(hints, hintsOf(property, at));
  }
  return hints;
}
