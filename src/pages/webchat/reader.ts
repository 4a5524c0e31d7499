import type { ChatParts } from "./asking.ts";
import { asked } from "./asking.ts";
import { conversationOf, may, withConversation } from "./chat-state.ts";
import { outdated, unansweredRun, withFailure, withHistory, withRun } from "./conversation.ts";
import { keepHistory, keepSessions, keptHistory, keptSessions } from "./offline.ts";

/** Brings sessions and histories to the screen: from the gateway, or from this browser's copies while it is away. */

const historyUsual = 200;
/** As many as the gateway gives. */
const historyMax = 1000;
const sessionsMax = 500;

export class Reader {
  readonly #parts: ChatParts;
  readonly #limits = new Map<string, number>();
  readonly #reading = new Set<string>();
  #listing: Promise<void> | undefined;
  #isListStale = false;

  constructor(parts: ChatParts) {
    this.#parts = parts;
  }

  async restoreSessions(): Promise<void> {
    const kept = await keptSessions(this.#parts.keep);
    if (kept) this.#parts.state.update((state) => ({ ...state, ...kept }));
  }

  /** This browser's copy of a session, where nothing newer is there. */
  async restoreHistory(sessionKey: string): Promise<void> {
    const kept = await keptHistory(this.#parts.keep, sessionKey);
    if (!kept) return;
    this.#parts.state.update((state) =>
      withConversation(state, sessionKey, (before) =>
        before.freshness === "none"
          ? { ...before, messages: kept.messages, keptAtMs: kept.atMs, freshness: "kept" }
          : before,
      ),
    );
  }

  /** Reads the list; calls that come meanwhile share one more reading. */
  async readSessions(): Promise<void> {
    this.#isListStale = true;
    this.#listing ??= this.#readSessions().finally(() => {
      this.#listing = undefined;
    });
    await this.#listing;
  }

  async readHistory(sessionKey: string): Promise<void> {
    if (sessionKey === "" || this.#reading.has(sessionKey)) return;
    this.#reading.add(sessionKey);
    try {
      while (!(await this.#readOnce(sessionKey)));
    } finally {
      this.#reading.delete(sessionKey);
    }
    await this.keepCopy(sessionKey);
    await this.#askAboutRun(sessionKey);
  }

  /** What is on the screen, for reading it while the gateway is away. */
  async keepCopy(sessionKey: string): Promise<void> {
    const { freshness, messages } = conversationOf(this.#parts.state.value, sessionKey);
    if (freshness === "fresh") await keepHistory(this.#parts.keep, sessionKey, { messages, atMs: Date.now() });
  }

  async readEarlier(sessionKey: string): Promise<void> {
    this.#limits.set(sessionKey, historyMax);
    this.#parts.state.update((state) => withConversation(state, sessionKey, outdated));
    await this.readHistory(sessionKey);
  }

  async #readSessions(): Promise<void> {
    const { state, keep } = this.#parts;
    while (this.#isListStale) {
      this.#isListStale = false;
      const params = { limit: sessionsMax, includeGlobal: true, includeDerivedTitles: true, includeLastMessage: true };
      const answer = await asked(this.#parts, (client) => client.call("sessions.list", params));
      if (!answer) return;
      state.update((before) => ({ ...before, rows: answer.sessions }));
      const { rows, mainKey, agentId } = state.value;
      await keepSessions(keep, { rows, mainKey, agentId });
    }
  }

  /** False when the conversation went on while it was read: then the answer may lack its newest messages. */
  async #readOnce(sessionKey: string): Promise<boolean> {
    const { state } = this.#parts;
    const { revision } = conversationOf(state.value, sessionKey);
    const limit = this.#limits.get(sessionKey) ?? historyUsual;
    const answer = await asked(this.#parts, (client) => client.call("chat.history", { sessionKey, limit }));
    if (!answer) return true;
    if (conversationOf(state.value, sessionKey).revision !== revision) return false;
    state.update((before) =>
      withConversation(before, sessionKey, (conversation) => withHistory(conversation, answer.messages, limit)),
    );
    return true;
  }

  /** After a reload nothing tells whether the last question is still being answered, so the page asks. */
  async #askAboutRun(sessionKey: string): Promise<void> {
    const { state } = this.#parts;
    const runId = unansweredRun(conversationOf(state.value, sessionKey));
    if (runId === undefined || !may(state.value, "operator.write")) return;
    const answer = await asked(this.#parts, (client) => client.call("agent.wait", { runId, timeoutMs: 0 }));
    const conversation = conversationOf(state.value, sessionKey);
    if (!answer || unansweredRun(conversation) !== runId) return;
    if (answer.status === "timeout") {
      state.update((before) => withConversation(before, sessionKey, (known) => withRun(known, runId)));
    } else if (answer.status === "error") {
      const reason = answer.error ?? "the run failed";
      state.update((before) => withConversation(before, sessionKey, (known) => withFailure(known, runId, reason)));
    }
  }
}
