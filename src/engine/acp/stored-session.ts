import { isPlainObject } from "../../lib/index.ts";

/**
 * Where the engine keeps what it must know of a session after a restart: one text per session key, which only it
 * understands. What `set` was given is on disk when it returns.
 */
export interface SessionIds {
  get(sessionKey: string): string | undefined;
  set(sessionKey: string, id: string): void;
}

/** The agent's own session, and the last run that was sent to it. */
export interface StoredSession {
  readonly sessionId: string;
  readonly runId: string;
}

/** Undefined also for a text that is not ours. */
export function readStored(text: string | undefined): StoredSession | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    if (!isPlainObject(value)) return undefined;
    const { sessionId, runId } = value;
    return typeof sessionId === "string" && typeof runId === "string" ? { sessionId, runId } : undefined;
  } catch {
    return undefined;
  }
}

export function writeStored(stored: StoredSession): string {
  return JSON.stringify(stored);
}
