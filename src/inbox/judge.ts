import type { AccountPolicy, BindingSettings, Config } from "../config/index.ts";
import type { Clock, Log } from "../lib/index.ts";
import type { Accounts, Peer } from "../providers/index.ts";
import type { SessionKey, Sessions } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import { admit, isKnownSender } from "./admit.ts";
import type { ApprovalRequest, Approvals } from "./approvals.ts";
import { type ReadCommand, readCommand } from "./chat-commands.ts";
import { startsAnew } from "./fresh-start.ts";
import { type InboundRow, type InboxStore, releasedReason } from "./inbox.store.ts";
import { route } from "./route.ts";

/** T1b: every accepted row gets its verdict, and the reason of it, on disk. */

/** Rows that are judged in one transaction. */
export const judgeBatch = 64;
/** An album's pictures come one by one. */
const albumWaitMs = 700;

export interface JudgeParts {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly approvals: Approvals;
  readonly accounts: () => Accounts;
  readonly clock: Pick<Clock, "nowMs">;
  readonly log: Log;
  readonly policyOf: (provider: string, accountId: string) => AccountPolicy;
  readonly bindings: () => readonly BindingSettings[];
  readonly messages: Config["messages"];
  readonly session: Config["session"];
  readonly defaultAgentId: () => string;
  /** Whether a run of the session runs or waits. */
  readonly isBusy: (key: SessionKey) => boolean;
  /** Says something to a chat through the outbox. Call it inside a transaction. */
  readonly say: (to: { provider: string; accountId: string; peer: Peer }, text: string, idem: string) => void;
  /** A message was taken on, for read receipts and reactions. */
  readonly taken: (row: InboundRow) => void;
  readonly asked: (request: ApprovalRequest) => void;
}

export interface CommandRow {
  readonly row: InboundRow;
  readonly read: ReadCommand;
}

export class Judge {
  readonly #parts: JudgeParts;
  readonly #store: InboxStore;

  constructor(parts: JudgeParts, store: InboxStore) {
    this.#parts = parts;
    this.#store = store;
  }

  /** Judges the oldest rows; `isMore` when there are further ones. Commands are given back, to be run one by one. */
  async judge(): Promise<{ readonly commands: readonly CommandRow[]; readonly isMore: boolean }> {
    const rows = this.#store.accepted(judgeBatch);
    if (rows.length === 0) return { commands: [], isMore: false };
    const commands: CommandRow[] = [];
    await this.#parts.database.commit(() => {
      commands.length = 0;
      for (const row of rows) {
        const read = this.#judgeOne(row);
        if (read) commands.push({ row: this.#store.find(row.id)!, read });
      }
    });
    for (const { id } of rows) {
      const row = this.#store.find(id);
      if (row?.state === "routed") this.#parts.taken(row);
    }
    return { commands, isMore: rows.length === judgeBatch };
  }

  #judgeOne(row: InboundRow): ReadCommand | undefined {
    const { approvals, sessions, clock, messages, accounts } = this.#parts;
    const { message, provider, accountId } = row;
    const policy = this.#parts.policyOf(provider, accountId);
    const approved = approvals.find(provider, accountId, message.sender.id);
    const isMessage = message.event.kind === "message" || message.event.kind === "button";
    const read = isMessage ? readCommand(message.text) : undefined;
    const place = this.#routeOf(row, undefined);
    const state = accounts().state(provider, accountId);
    const verdict = admit({
      message,
      policy,
      approved,
      tellsMentions: accounts().provider(provider)?.can.tellsMentions ?? false,
      activation: sessions.find(place.sessionKey)?.settings.groupActivation as "mention" | "always" | undefined,
      isCommand:
        read !== undefined && message.text.trim().startsWith("/") && isKnownSender({ message, policy, approved }),
      nowMs: clock.nowMs(),
      connectedAtMs: state?.connectedAtMs ?? clock.nowMs(),
      catchUpMs: messages.catchUpMinutes * 60_000,
      wasHeld: row.reason === releasedReason,
    });
    if (verdict.kind === "ask-approval") {
      this.#askApproval(row);
      return undefined;
    }
    if (verdict.kind !== "admitted") {
      this.#store.update(row.id, { state: verdict.kind, reason: verdict.reason });
      this.#parts.log.debug("message.not-answered", { id: row.id, reason: verdict.reason });
      return undefined;
    }
    const { agentId, sessionKey } = this.#routeOf(row, verdict.agentId);
    const key = sessions.canonical(sessionKey);
    const nowMs = clock.nowMs();
    // What a run works on is not taken from under it.
    const isIdle = !this.#parts.isBusy(key) && this.#store.routedOf(key).length === 0;
    const last = sessions.find(key)?.lastHumanAtMs;
    if (isIdle && startsAnew(last, nowMs, this.#parts.session)) sessions.reset(key);
    sessions.heard(key, {
      delivery: { provider, accountId, peer: message.ref.peer },
      displayName: message.ref.peer.kind === "direct" ? message.sender.name : message.chatTitle,
      atMs: nowMs,
    });
    const waitMs = message.albumId === undefined ? this.#debounceOf(row, policy) : albumWaitMs;
    this.#store.update(row.id, { state: "routed", agentId, sessionKey: key, readyAtMs: row.receivedAtMs + waitMs });
    return read;
  }

  /** Text of one person gathers; files and commands do not wait. */
  #debounceOf({ message }: InboundRow, policy: AccountPolicy): number {
    return message.media.length > 0 || readCommand(message.text) !== undefined ? 0 : policy.debounceMs;
  }

  #askApproval(row: InboundRow): void {
    const { provider, accountId, message } = row;
    const asked = this.#parts.approvals.ask(provider, accountId, message.sender, message.ref.peer.id);
    this.#store.update(row.id, {
      state: asked.kind === "full" ? "ignored" : "held",
      reason: asked.kind === "full" ? "too many strangers wait for approval already" : "the sender waits for approval",
    });
    if (asked.kind !== "code") return;
    const text =
      `I am a personal assistant and do not know you yet. Your code is ${asked.code}. ` +
      `Ask my owner to approve it: clawdia approvals approve ${asked.code}`;
    this.#parts.say({ provider, accountId, peer: message.ref.peer }, text, `approval:${row.id}`);
    this.#parts.asked(this.#parts.approvals.bySender(provider, accountId, message.sender.id)!);
  }

  #routeOf({ provider, accountId, message }: InboundRow, groupAgentId: string | undefined) {
    const { session } = this.#parts;
    const [bindings, defaultAgentId] = [this.#parts.bindings(), this.#parts.defaultAgentId()];
    return route({ provider, accountId, message, bindings, defaultAgentId, groupAgentId, session });
  }
}
