import { Type } from "@sinclair/typebox";
import { nextTurn, shorten } from "../lib/index.ts";
import { invalidRequest, methodsFor, operator, shape, unavailable } from "../protocol/index.ts";
import { textOf } from "./message.ts";
import { entryOnWire, rowOnWire, type Session, SessionEntry, SessionRow } from "./session.ts";
import type { SessionKey } from "./session-key.ts";
import type { Sessions } from "./sessions.ts";

const { arrayOf, closed, count, named, nonEmpty, nullable, oneOf, optional, sessionKeyText, text, timeMs } = shape;

/** Runs of a session, as far as sessions need them; lent by `runs`. */
export interface SessionRuns {
  /** Aborts what runs or waits; resolves true once nothing does, false when it takes longer than `waitMs`. */
  stopSession(key: SessionKey, waitMs: number): Promise<boolean>;
}

interface Deps {
  readonly sessions: Sessions;
  readonly sessionRuns: SessionRuns;
  readonly models: {
    readonly default: { readonly provider: string; readonly model: string; readonly contextTokens: number | null };
  };
  readonly clock: { nowMs(): number };
  readonly storePath: string;
}

const method = methodsFor<Deps>();

/** Rows of one reply. */
const rowsMax = 1000;
const previewKeysMax = 64;
const previewItemsMax = 50;
const previewCharsMax = 2000;
const deleteWaitMs = 15_000;
/** Rows of a list that are made before others get their turn; some hundred microseconds. */
const rowsPerTurn = 32;

const patchable = (charsMax = 64) => optional(nullable(text(charsMax)));

export const sessionsMethods = {
  "sessions.list": method({
    summary: "Lists sessions, the one used last first.",
    access: operator("read"),
    params: named("SessionsListParams", {
      limit: optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
      activeMinutes: optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
      includeGlobal: optional(Type.Boolean()),
      includeUnknown: optional(Type.Boolean()),
      includeDerivedTitles: optional(Type.Boolean()),
      includeLastMessage: optional(Type.Boolean()),
      label: optional(nonEmpty(64)),
      spawnedBy: optional(nonEmpty(512)),
      agentId: optional(nonEmpty(64)),
      search: optional(text(256)),
    }),
    result: named("SessionsListResult", {
      ts: timeMs(),
      path: nonEmpty(4096),
      count: count(),
      defaults: named("SessionsListDefaults", {
        modelProvider: nullable(nonEmpty(128)),
        model: nullable(nonEmpty(128)),
        contextTokens: nullable(count()),
      }),
      sessions: arrayOf(SessionRow, rowsMax),
    }),
    handle: async (params, { sessions, models, clock, storePath }) => {
      const ts = clock.nowMs();
      const found = await sessions.listInTurns({
        agentId: params.agentId,
        label: params.label,
        spawnedBy: params.spawnedBy,
        search: params.search,
        updatedSinceMs: params.activeMinutes === undefined ? undefined : ts - params.activeMinutes * 60_000,
        includeGlobal: params.includeGlobal === true || sessions.names.scope === "global",
        includeUnknown: params.includeUnknown === true,
        limit: Math.min(params.limit ?? rowsMax, rowsMax),
      });
      const { provider, model, contextTokens } = models.default;
      return {
        ts,
        path: storePath,
        count: found.length,
        defaults: { modelProvider: provider, model, contextTokens },
        sessions: await inTurns(found, rowsPerTurn, (session) => ({
          ...rowOnWire(session),
          ...(params.includeDerivedTitles && titled(sessions, session)),
          ...(params.includeLastMessage && lastSaid(sessions, session)),
        })),
      };
    },
  }),
  "sessions.preview": method({
    summary: "The last messages of several sessions, cut short.",
    access: operator("read"),
    params: named("SessionsPreviewParams", {
      keys: Type.Array(sessionKeyText(), { minItems: 1, maxItems: 4096 }),
      limit: optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
      maxChars: optional(Type.Integer({ minimum: 20, maximum: 1_000_000 })),
    }),
    result: named("SessionsPreviewResult", {
      ts: timeMs(),
      previews: arrayOf(
        named("SessionPreview", {
          key: sessionKeyText(),
          status: oneOf("ok", "empty", "missing", "error"),
          items: arrayOf(
            named("SessionPreviewItem", {
              role: oneOf("user", "assistant", "tool", "system", "other"),
              text: text(previewCharsMax),
            }),
            previewItemsMax,
          ),
        }),
        previewKeysMax,
      ),
    }),
    handle: async ({ keys, limit = 12, maxChars = 240 }, { sessions, clock }) => ({
      ts: clock.nowMs(),
      previews: await inTurns(keys.slice(0, previewKeysMax), 1, (key) =>
        preview(sessions, key, Math.min(limit, previewItemsMax), Math.min(maxChars, previewCharsMax)),
      ),
    }),
  }),
  "sessions.resolve": method({
    summary: "Finds one session by key, session id or label.",
    access: operator("admin"),
    params: named("SessionsResolveParams", {
      key: optional(sessionKeyText()),
      sessionId: optional(nonEmpty(128)),
      label: optional(nonEmpty(64)),
      agentId: optional(nonEmpty(64)),
      spawnedBy: optional(nonEmpty(512)),
      includeGlobal: optional(Type.Boolean()),
      includeUnknown: optional(Type.Boolean()),
    }),
    result: closed({ ok: Type.Literal(true), key: sessionKeyText() }),
    errors: ["INVALID_REQUEST"],
    handle: (params, { sessions }) => ({ ok: true as const, key: resolveOne(sessions, params) }),
  }),
  "sessions.patch": method({
    summary: "Sets or clears (null) overrides of a session; makes the session when it is not there.",
    access: operator("admin"),
    params: named("SessionsPatchParams", {
      key: sessionKeyText(),
      label: patchable(),
      thinkingLevel: patchable(),
      verboseLevel: patchable(),
      reasoningLevel: patchable(),
      responseUsage: patchable(),
      elevatedLevel: patchable(),
      execHost: patchable(),
      execSecurity: patchable(),
      execAsk: patchable(),
      execNode: patchable(128),
      model: patchable(128),
      spawnedBy: patchable(512),
      sendPolicy: patchable(),
      groupActivation: patchable(),
    }),
    result: named("SessionsPatchResult", {
      ok: Type.Literal(true),
      path: nonEmpty(4096),
      key: sessionKeyText(),
      entry: SessionEntry,
    }),
    errors: ["INVALID_REQUEST"],
    handle: ({ key, ...patch }, { sessions, storePath }) => {
      const session = sessions.patch(key, patch);
      return { ok: true as const, path: storePath, key: session.key, entry: entryOnWire(session) };
    },
  }),
  "sessions.reset": method({
    summary: "Starts a new conversation under the same key.",
    access: operator("admin"),
    params: named("SessionsResetParams", { key: sessionKeyText() }),
    result: named("SessionsResetResult", { ok: Type.Literal(true), key: sessionKeyText(), entry: SessionEntry }),
    errors: ["INVALID_REQUEST"],
    handle: ({ key }, { sessions }) => {
      const session = sessions.reset(key);
      return { ok: true as const, key: session.key, entry: entryOnWire(session) };
    },
  }),
  "sessions.delete": method({
    summary: "Deletes a session after aborting its run, with its transcript unless told otherwise.",
    access: operator("admin"),
    params: named("SessionsDeleteParams", { key: sessionKeyText(), deleteTranscript: optional(Type.Boolean()) }),
    result: named("SessionsDeleteResult", {
      ok: Type.Literal(true),
      key: sessionKeyText(),
      deleted: Type.Boolean(),
      archived: arrayOf(nonEmpty(4096), 16),
    }),
    errors: ["INVALID_REQUEST", "UNAVAILABLE"],
    handle: async ({ key, deleteTranscript = true }, { sessions, sessionRuns }) => {
      const canonical = sessions.canonical(key);
      sessions.refuseToDeleteMain(canonical);
      if (!(await sessionRuns.stopSession(canonical, deleteWaitMs))) {
        throw unavailable(`Session ${canonical} is still active; try again in a moment.`);
      }
      const deleted = await sessions.delete(canonical, deleteTranscript);
      return { ok: true as const, key: canonical, deleted, archived: [] };
    },
  }),
  "sessions.compact": method({
    summary: "Keeps the newest messages of a session and sets the rest aside.",
    access: operator("admin"),
    params: named("SessionsCompactParams", {
      key: sessionKeyText(),
      maxLines: optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    }),
    result: named("SessionsCompactResult", {
      ok: Type.Literal(true),
      key: sessionKeyText(),
      compacted: Type.Boolean(),
      reason: optional(nonEmpty(128)),
      kept: optional(count()),
      archived: optional(nonEmpty(4096)),
    }),
    handle: async ({ key, maxLines = 400 }, { sessions }) => {
      const canonical = sessions.canonical(key);
      const session = sessions.find(key);
      if (!session) return { ok: true as const, key: canonical, compacted: false, reason: "no session" };
      const { kept, archived } = await sessions.compact(session, maxLines);
      if (archived === 0) return { ok: true as const, key: canonical, compacted: false, kept };
      return { ok: true as const, key: canonical, compacted: true, archived: `${archived} messages`, kept };
    },
  }),
};

/** Some at a time: others get their turn in between. */
async function inTurns<T, R>(items: readonly T[], perTurn: number, make: (item: T) => R | Promise<R>): Promise<R[]> {
  const made: R[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % perTurn === 0) await nextTurn();
    made.push(await make(item));
  }
  return made;
}

function titled(sessions: Sessions, session: Session): { derivedTitle?: string } {
  const derivedTitle = sessions.transcript.titleOf(session.sessionId);
  return derivedTitle === undefined ? {} : { derivedTitle };
}

function lastSaid(sessions: Sessions, session: Session): { lastMessagePreview?: string } {
  const last = sessions.transcript.recent(session.sessionId, 1)[0];
  return last === undefined ? {} : { lastMessagePreview: shorten(textOf(last), 240) };
}

async function preview(sessions: Sessions, key: string, limit: number, maxChars: number) {
  if (!sessions.isKey(key)) return { key, status: "error" as const, items: [] };
  const session = sessions.find(key);
  if (!session) return { key, status: "missing" as const, items: [] };
  const messages = await sessions.transcript.recentInTurns(session.sessionId, limit);
  const items = messages.map((message) => ({ role: message.role, text: shorten(textOf(message), maxChars) }));
  return { key, status: items.length === 0 ? ("empty" as const) : ("ok" as const), items };
}

function resolveOne(
  sessions: Sessions,
  params: { key?: string; sessionId?: string; label?: string; agentId?: string; spawnedBy?: string },
): SessionKey {
  const { key, sessionId, label } = params;
  const given = [key, sessionId, label].filter((value) => value !== undefined).length;
  if (given === 0) throw invalidRequest("Either key, sessionId, or label is required");
  if (given > 1) throw invalidRequest("Provide either key, sessionId, or label (not multiple)");
  if (key !== undefined) {
    const session = sessions.find(key);
    if (!session) throw invalidRequest(`No session found: ${key}`);
    return session.key;
  }
  const [column, value] = sessionId === undefined ? (["label", label!] as const) : (["session_id", sessionId] as const);
  const matches = sessions
    .findBy(column, value)
    .filter(({ agentId }) => params.agentId === undefined || agentId === params.agentId)
    .filter(({ spawnedBy }) => params.spawnedBy === undefined || spawnedBy === params.spawnedBy);
  const what = column === "label" ? "label" : "sessionId";
  if (matches.length > 1) {
    throw invalidRequest(
      `Multiple sessions found for ${what}: ${value} (${matches.map((match) => match.key).join(", ")})`,
    );
  }
  const [only] = matches;
  if (!only)
    throw invalidRequest(column === "label" ? `No session found with label: ${value}` : `No session found: ${value}`);
  return only.key;
}
