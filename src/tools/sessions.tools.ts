import { Type } from "@sinclair/typebox";
import type { Tool } from "../engine/index.ts";
import { type Ids, isoTime, shorten } from "../lib/index.ts";
import type { RunId, Runs } from "../runs/index.ts";
import { type SessionKey, type Sessions, textOf } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import { defineTool, failure } from "./define-tool.ts";

/** The agent's other conversations: what there is, what was said, saying something there, and starting work aside. */

export interface SessionToolsParts {
  readonly sessions: Sessions;
  readonly runs: () => Runs;
  readonly database: Database;
  readonly ids: Ids;
  readonly runTimeoutMs: () => number;
}

const rowsMax = 50;
const messageCharsMax = 2_000;
const taskCharsMax = 20_000;

const key = Type.String({ minLength: 1, maxLength: 512, description: "Session key, as sessions_list shows it" });
const closed = { additionalProperties: false };

export function sessionTools(parts: SessionToolsParts): readonly Tool[] {
  const { sessions } = parts;
  const list = defineTool({
    name: "sessions_list",
    description: "Lists your conversations, the one used last first, with their keys.",
    params: Type.Object({}, closed),
    effect: "read",
    ownerOnly: true,
    run: (_input, { agentId }) => {
      const found = sessions.list({ agentId, includeGlobal: true, includeUnknown: false, limit: rowsMax });
      const lines = found.map((one) => `${one.key} (${one.displayName ?? one.kind}, ${isoTime(one.updatedAtMs)})`);
      return Promise.resolve({ text: lines.join("\n") || "There is none." });
    },
  });
  const history = defineTool({
    name: "sessions_history",
    description: "Reads the newest messages of one of your conversations, oldest first.",
    params: Type.Object({ key, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: rowsMax })) }, closed),
    effect: "read",
    ownerOnly: true,
    run: (input, { agentId }) => {
      const session = sessions.isKey(input.key) ? sessions.find(input.key) : undefined;
      if (!session || session.agentId !== agentId) return Promise.resolve(failure(`You have no session ${input.key}.`));
      const messages = sessions.transcript.recent(session.sessionId, input.limit ?? 20);
      const lines = messages.map((message) => `${message.role}: ${shorten(textOf(message), messageCharsMax)}`);
      return Promise.resolve({ text: lines.join("\n") || "Nothing was said there." });
    },
  });
  const send = defineTool({
    name: "sessions_send",
    description: "Says something to yourself in another of your conversations; the answer stays there.",
    params: Type.Object({ key, message: Type.String({ minLength: 1, maxLength: taskCharsMax }) }, closed),
    effect: "idempotent",
    ownerOnly: true,
    run: async (input, call) => {
      const session = sessions.isKey(input.key) ? sessions.find(input.key) : undefined;
      if (!session || session.agentId !== call.agentId) return failure(`You have no session ${input.key}.`);
      if (session.key === call.sessionKey) return failure("That is the conversation that you are in.");
      await start(parts, session.key, input.message, call);
      return { text: `It was said in ${session.key}.` };
    },
  });
  const spawn = defineTool({
    name: "sessions_spawn",
    description:
      "Starts work of its own in a new conversation, and gives its key; read it later with sessions_history.",
    params: Type.Object({ task: Type.String({ minLength: 1, maxLength: taskCharsMax }) }, closed),
    effect: "idempotent",
    ownerOnly: true,
    run: async ({ task }, call) => {
      if (call.sessionKey.includes(":subagent:")) return failure("Work that was spawned spawns no further work.");
      const spawned = sessions.canonical(`agent:${call.agentId}:subagent:${call.runId}-${call.callId}`.toLowerCase());
      await start(parts, spawned, task, call);
      return { text: `It works in ${spawned} now.` };
    },
  });
  return [list, history, send, spawn];
}

/** A run that the same call started before is not started again. */
async function start(
  { runs, database, runTimeoutMs }: SessionToolsParts,
  sessionKey: SessionKey,
  text: string,
  call: { readonly runId: string; readonly callId: string },
): Promise<void> {
  const id = `${call.runId}:${call.callId}` as RunId;
  if (runs().find(id)) return;
  const run = await database.commit(() =>
    runs().add({
      id,
      principal: `run:${call.runId}`,
      source: "spawn",
      sessionKey,
      input: { text, imageCount: 0, thinkingLevel: undefined, extraSystemPrompt: undefined },
      images: [],
      timeoutMs: runTimeoutMs(),
    }),
  );
  runs().enter(run);
}
