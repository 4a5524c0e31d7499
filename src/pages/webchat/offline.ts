import type { Answer } from "../shared/answers.ts";
import type { Keep } from "../shared/keep.ts";
import type { ChatMessage } from "./conversation.ts";

/** Copies of what was read last, so that it can be read again while the gateway is away. */

export type SessionRow = Answer<"sessions.list">["sessions"][number];

export interface KeptSessions {
  readonly rows: readonly SessionRow[];
  readonly mainKey: string;
  readonly agentId: string;
}

export interface KeptHistory {
  readonly messages: readonly ChatMessage[];
  readonly atMs: number;
}

const sessionsName = "sessions";
const historyName = (sessionKey: string) => `history:${sessionKey}`;
/** Messages of one session, and sessions: enough to look something up, not an archive. */
const messagesMax = 100;
const historiesMax = 30;

export function keepSessions(keep: Keep, sessions: KeptSessions): Promise<void> {
  return keep.put("offline", sessionsName, sessions);
}

export function keptSessions(keep: Keep): Promise<KeptSessions | undefined> {
  return keep.get("offline", sessionsName);
}

export async function keepHistory(keep: Keep, sessionKey: string, history: KeptHistory): Promise<void> {
  const messages = history.messages.slice(-messagesMax);
  await keep.put("offline", historyName(sessionKey), { ...history, messages });
  await forgetOldest(keep);
}

export function keptHistory(keep: Keep, sessionKey: string): Promise<KeptHistory | undefined> {
  return keep.get("offline", historyName(sessionKey));
}

export function forgetHistory(keep: Keep, sessionKey: string): Promise<void> {
  return keep.remove("offline", historyName(sessionKey));
}

async function forgetOldest(keep: Keep): Promise<void> {
  const histories = (await keep.all<KeptHistory>("offline")).filter(([name]) => name !== sessionsName);
  const oldest = histories.sort(([, left], [, right]) => right.atMs - left.atMs).slice(historiesMax);
  for (const [name] of oldest) await keep.remove("offline", name);
}
