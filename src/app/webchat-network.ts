import type { Clock, Ids } from "../lib/index.ts";
import type { Publish } from "../protocol/index.ts";
import type { Events } from "../gateway/index.ts";
import type { WebChatNetwork } from "../providers/index.ts";
import { noUsage, type Sessions } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";

/** WebChat's wires: a message that is sent there is stored in the session's history and told to every client. */
export function webChatNetwork(parts: {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly publishChat: Publish<Events>;
}): WebChatNetwork {
  const { database, sessions, clock, publishChat } = parts;
  return {
    show: async (sessionKey, text, sendId) => {
      const session = sessions.isKey(sessionKey) ? sessions.find(sessionKey) : undefined;
      if (!session) return undefined;
      const runId = `sent-${sendId}`;
      const timestamp = clock.nowMs();
      const content = [{ type: "text" as const, text }];
      const isNew = await database.commit(() => {
        if (sessions.transcript.ofRun(session.sessionId, runId).length > 0) return false;
        const message = { role: "assistant" as const, content, timestamp, runId, stopReason: "sent", usage: noUsage };
        sessions.transcript.append(session, message);
        return true;
      });
      if (isNew) {
        publishChat("chat", {
          runId,
          sessionKey: session.key,
          seq: 0,
          state: "final",
          message: { role: "assistant", content, timestamp, runId, stopReason: "sent" },
          stopReason: "sent",
        });
      }
      return runId;
    },
  };
}
