import { type Static, Type } from "@sinclair/typebox";
import { isoTime, parseJson5 } from "../lib/index.ts";
import { type Call, invalidRequest, methodsFor, NoParams, operator, shape } from "../protocol/index.ts";
import type { Changed, ChangeRequest, ConfigKeeper } from "./config-keeper.ts";
import { Config } from "./config.schema.ts";
import { usualDelayMs } from "./live-config.ts";
import type { ConfigFile } from "./load.ts";
import { hintsOf } from "./hints.ts";
import { copiesMax } from "./history.ts";
import { configBytesMax } from "./parse.ts";
import { redactConfig } from "./redact.ts";
import { issuesMax, shownConfig } from "./shown-config.ts";

const { arrayOf, closed, count, named, nonEmpty, nullable, oneOf, optional, recordOf, sessionKeyText, text, timeMs } =
  shape;

interface Deps {
  readonly configKeeper: ConfigKeeper;
  readonly clock: { nowMs(): number };
  readonly version: string;
  /** Ends the process soon, to be started again; in how many milliseconds. Absent where nobody would start it. */
  readonly askRestart: ((reason: string, delayMs: number) => number) | undefined;
  /** A line that the session reads at its next turn. */
  readonly tellSession: (sessionKey: string, line: string) => Promise<void>;
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

const pathsMax = 1024;

const whole = { raw: nonEmpty(configBytesMax), baseHash: optional(nonEmpty(64)) };

/** For changes that clients feel: when, what is said about it, and to which session. */
const restartWishes = {
  sessionKey: optional(sessionKeyText()),
  note: optional(text(4096)),
  restartDelayMs: optional(count()),
};

const outcome = {
  ok: Type.Literal(true),
  path: nonEmpty(4096),
  config: Type.Unknown(),
  hash: nonEmpty(64),
  changed: arrayOf(text(1024), pathsMax),
  needsRestart: arrayOf(text(256), 64),
  felt: arrayOf(text(512), 8),
};
const Outcome = closed(outcome);

const restartWords = {
  restart: named("ConfigRestart", {
    ok: Type.Boolean(),
    pid: Type.Integer(),
    signal: Type.Literal("SIGUSR1"),
    delayMs: count(),
    reason: text(8192),
    mode: oneOf("emit", "signal"),
  }),
  sentinel: named("ConfigSentinel", {
    path: nullable(text(4096)),
    payload: named("ConfigSentinelPayload", {
      kind: oneOf("config-apply", "update"),
      status: text(64),
      ts: timeMs(),
      message: nullable(text(4096)),
      doctorHint: text(256),
    }),
  }),
};
const RestartWords = closed(restartWords);

const refusals = ["INVALID_REQUEST", "RATE_LIMITED", "UNAVAILABLE"] as const;

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
      issues: arrayOf(Issue, issuesMax),
      warnings: arrayOf(Issue, issuesMax),
      legacyIssues: arrayOf(Issue, issuesMax),
    }),
    handle: (_params, { configKeeper }, { principal }) => {
      const file = configKeeper.read();
      if (principal.role === "node") return whatNodesRead(file);
      return {
        ...shownConfig(file),
        warnings: configKeeper.needsRestart.map((path) => ({ path, message: "holds from the next start on" })),
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
  "config.set": method({
    summary: "Replaces the config's text; what can change does at once. Marks of secrets keep what is there.",
    access: operator("admin"),
    params: closed({ ...whole, mayShrink: optional(Type.Boolean()), isTrial: optional(Type.Boolean()) }),
    result: named("ConfigSetResult", outcome),
    errors: refusals,
    handle: async ({ raw, ...params }, { configKeeper }, call) => {
      configKeeper.permit();
      return outcomeOf(await configKeeper.replace(raw, requestOf(params, call)));
    },
  }),
  "config.apply": method({
    summary: "As config.set. Where settings hold from the next start on, the service is restarted if there is one.",
    access: operator("admin"),
    params: closed({ ...whole, ...restartWishes }),
    result: named("ConfigApplyResult", { ...outcome, ...restartWords }),
    errors: refusals,
    handle: async ({ raw, ...params }, deps, call) => {
      deps.configKeeper.permit();
      const changed = await deps.configKeeper.replace(raw, requestOf(params, call));
      return applied(changed, params, deps);
    },
  }),
  "config.patch": method({
    summary: "Applies a JSON merge patch to the config's text: null takes away, lists replace, comments stay.",
    access: operator("admin"),
    params: closed({ ...whole, ...restartWishes }),
    result: named("ConfigPatchResult", { ...outcome, ...restartWords }),
    errors: refusals,
    handle: async ({ raw, ...params }, deps, call) => {
      deps.configKeeper.permit();
      const changed = await deps.configKeeper.patch(patchIn(raw), requestOf(params, call));
      return applied(changed, params, deps);
    },
  }),
  "config.history": method({
    summary: "The dated copies of the config, the newest first.",
    access: operator("admin"),
    params: NoParams,
    result: closed({
      copies: arrayOf(
        named("ConfigCopy", {
          id: nonEmpty(64),
          atMs: timeMs(),
          kind: oneOf("good", "set-aside"),
          isUsable: Type.Boolean(),
        }),
        copiesMax * 2,
      ),
    }),
    handle: (_params, { configKeeper: { history } }) => ({
      copies: history.list().map((copy) => ({ ...copy, isUsable: history.read(copy.id) !== undefined })),
    }),
  }),
  "config.rollback": method({
    summary: "Goes back to a dated copy; without an id to the good one before the one in use.",
    access: operator("admin"),
    params: closed({ id: optional(nonEmpty(64)), isTrial: optional(Type.Boolean()) }),
    result: named("ConfigRollbackResult", outcome),
    errors: refusals,
    handle: async ({ id, ...params }, { configKeeper }, call) => {
      configKeeper.permit();
      return outcomeOf(await configKeeper.rollback(id, requestOf(params, call)));
    },
  }),
};

interface Wishes extends Omit<ChangeRequest, "by"> {
  readonly sessionKey?: string | undefined;
  readonly note?: string | undefined;
}

function requestOf({ sessionKey: _key, note: _note, ...params }: Wishes, { principal }: Call): ChangeRequest {
  return { ...params, restartDelayMs: delayOf(params), by: principal.id };
}

/** A delay as the protocol has it. */
function delayOf({ restartDelayMs = usualDelayMs }: Wishes): number {
  return Math.min(restartDelayMs, delayMsMax);
}

function outcomeOf({ file, changed, needsRestart, felt }: Changed): Static<typeof Outcome> {
  return {
    ok: true,
    path: file.path,
    config: redactConfig(file.config),
    hash: file.hash,
    changed: changed.slice(0, pathsMax),
    needsRestart: [...needsRestart],
    felt: felt.map((line) => line.slice(0, 512)),
  };
}

/** `restart.ok`: clients are ended after `delayMs`, be it that the process is started again, be it that it moves. */
async function applied(changed: Changed, wishes: Wishes, deps: Deps) {
  const { note, sessionKey } = wishes;
  if (sessionKey !== undefined) {
    const names = changed.changed.join(", ").slice(0, namesCharsMax) || "nothing";
    await deps.tellSession(sessionKey, `The config was changed (${names})${note === undefined ? "." : `: ${note}`}`);
  }
  return { ...outcomeOf(changed), ...restartOf(changed, wishes, deps) };
}

const namesCharsMax = 1_000;
const delayMsMax = 60_000;

function restartOf({ needsRestart, felt }: Changed, wishes: Wishes, deps: Deps): Static<typeof RestartWords> {
  const { note } = wishes;
  const ts = deps.clock.nowMs();
  const needed = `needs a restart: ${needsRestart.join(", ")}`;
  const restartsInMs = needsRestart.length === 0 ? undefined : deps.askRestart?.(needed, delayOf(wishes));
  const isFelt = restartsInMs !== undefined || felt.length > 0;
  const delayMs = restartsInMs ?? (isFelt ? delayOf(wishes) : 0);
  const words = [...felt, ...(needsRestart.length === 0 ? [] : [needed])];
  const reason = words.length === 0 ? "nothing needs a restart" : words.join("; ");
  return {
    restart: { ok: isFelt, pid: process.pid, signal: "SIGUSR1", delayMs, reason, mode: "emit" },
    sentinel: {
      path: null,
      payload: { kind: "config-apply", status: "ok", ts, message: note ?? null, doctorHint: "clawdia status" },
    },
  };
}

function patchIn(raw: string): Readonly<Record<string, unknown>> {
  let patch: unknown;
  try {
    patch = parseJson5(raw);
  } catch (error) {
    throw invalidRequest(error instanceof Error ? error.message : String(error));
  }
  if (typeof patch === "object" && patch !== null && !Array.isArray(patch)) return { ...patch };
  throw invalidRequest("config.patch raw must be an object");
}

/** A telephone wants the colour and the name of the main session; the rest is none of its business. */
function whatNodesRead({ config: { ui, session } }: ConfigFile) {
  const config = { ui, session: { mainKey: session.mainKey, scope: session.scope } };
  const nothing = { issues: [], warnings: [], legacyIssues: [] };
  return { path: "clawdia.json", exists: true, raw: null, parsed: config, valid: true, config, ...nothing };
}
