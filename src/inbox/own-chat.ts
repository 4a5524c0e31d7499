import type { MessagesSettings } from "../config/index.ts";
import type { Idempotency, RequestIdentity } from "../idempotency/index.ts";
import { type Clock, type Ids, shorten } from "../lib/index.ts";
import type { OperatorScope, Publish } from "../protocol/index.ts";
import { type Accepted, commandEnd, type RunRequest, type Runs } from "../runs/index.ts";
import { noUsage, type SessionKey, type Sessions } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import type { chatEvents } from "./chat.events.ts";
import { chatCommands, type ReadCommand } from "./chat-commands.ts";
import type { Inbox } from "./inbox.ts";
import type { InboundRow } from "./inbox.store.ts";

/**
 * WebChat's way in: what clients of the gateway say. It passes through the inbox like every network's messages; only
 * nobody is asked for approval, since a client that may write speaks for the owner, and it names its run itself.
 */

const account = { provider: "webchat", id: "main" };
/** The run keeps the whole text; the inbox's row keeps this much for people to look at. */
const keptCharsMax = 500;

export interface OwnChatParts {
  readonly inbox: Inbox;
  readonly runs: Runs;
  readonly sessions: Sessions;
  readonly database: Database;
  readonly idempotency: Idempotency;
  readonly clock: Pick<Clock, "nowMs">;
  readonly ids: Ids;
  readonly messages: Pick<MessagesSettings, "queueMode">;
  readonly publishChat: Publish<typeof chatEvents>;
}

/** Who sent a command, and what they may do. */
export interface Asker {
  readonly identity: RequestIdentity;
  readonly scopes: readonly OperatorScope[];
}

export class OwnChat {
  readonly #parts: OwnChatParts;

  constructor(parts: OwnChatParts) {
    this.#parts = parts;
  }

  /** A message for the agent. Resolves once its row, its run and its key are on disk, together. */
  async say(request: Omit<RunRequest, "also" | "source">): Promise<Accepted> {
    const { runs, messages } = this.#parts;
    const { identity, sessionKey, input } = request;
    const isNew = runs.find(identity.key) === undefined;
    if (isNew && messages.queueMode === "interrupt") await runs.abort(sessionKey, undefined, "interrupt");
    return runs.accept({
      ...request,
      source: "chat.send",
      also: (run) => this.#record(identity, sessionKey, input.text, { state: "claimed", runId: run.id }),
    });
  }

  /**
   * A command. Its answer comes as the end of a run that has the request's key as id, and stands in the history, where
   * the agent does not read it. False when the same request was obeyed before.
   */
  async obey(read: ReadCommand, sessionKey: SessionKey, { identity, scopes }: Asker): Promise<boolean> {
    const { inbox, sessions, database, idempotency, clock } = this.#parts;
    if (idempotency.find(identity) !== undefined) return false;
    // A command is not obeyed whose answer could not be stored.
    await database.accept(() => undefined);
    const { agentId } = sessions.ensure(sessionKey);
    const { scope } = chatCommands[read.name]!;
    const mayUse = scopes.includes(scope) || scopes.includes("operator.admin");
    const call = { sessionKey, agentId, senderId: identity.principal, isOwner: true, isPrivate: true };
    const answer = mayUse ? await inbox.obey(read, call) : `/${read.name} needs the scope ${scope}.`;
    const said = read.argument === "" ? `/${read.name}` : `/${read.name} ${read.argument}`;
    const timestamp = clock.nowMs();
    const content = [{ type: "text" as const, text: answer }];
    await database.commit(() => {
      idempotency.remember(identity, identity.key);
      this.#record(identity, sessionKey, said, { state: "done", reason: `command /${read.name}` });
      const session = sessions.ensure(sessionKey);
      const about = { timestamp, runId: identity.key };
      const asked = { ...about, role: "user" as const, content: [{ type: "text" as const, text: said }] };
      const told = { ...about, role: "assistant" as const, content, stopReason: commandEnd, usage: noUsage };
      for (const message of [asked, told]) sessions.transcript.append(session, message);
    });
    this.#parts.publishChat("chat", {
      runId: identity.key,
      sessionKey,
      seq: 0,
      state: "final",
      message: { role: "assistant", content, timestamp, runId: identity.key, stopReason: commandEnd },
      stopReason: commandEnd,
    });
    return true;
  }

  #record(
    { principal, key }: RequestIdentity,
    sessionKey: SessionKey,
    text: string,
    state: Partial<Pick<InboundRow, "state" | "reason" | "runId">>,
  ): void {
    const { inbox, ids, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const id = ids.sortable("in");
    const message = {
      ref: { peer: { kind: "direct" as const, id: sessionKey }, messageId: key },
      event: { kind: "message" as const, id: "" },
      sender: { id: principal },
      sentAtMs: nowMs,
      text: shorten(text, keptCharsMax),
      media: [],
      mentionsSelf: true,
    };
    inbox.store.insert(id, account, message, nowMs);
    inbox.store.update(id, { ...state, sessionKey });
  }
}
