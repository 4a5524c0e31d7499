import type { AccountPolicy, Config } from "../config/index.ts";
import { type Clock, deadline, errorFields, type Log, slept, Throttle, unlessAborted } from "../lib/index.ts";
import type { Outbox, OutboxRow } from "../outbox/index.ts";
import type { Capabilities, Link, MessageRef } from "../providers/index.ts";
import type { Run, RunDelivery, RunSignal } from "../runs/index.ts";
import type { Database } from "../storage/index.ts";
import { draftIdem, limitsOf, type Markup } from "./replies.ts";

/** What a chat sees of a turn while it goes on: typing sign, growing draft, reaction to what was taken on. */

/** Text that is shorter is not worth a draft of its own yet. */
const draftCharsMin = 24;
/** The typing sign goes out by itself after this time without a sign of the run. */
const typingMaxMs = 600_000;
const editMaxMs = 20_000;

export interface LiveTurnsParts {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly markup: Markup;
  readonly clock: Clock;
  readonly log: Log;
  readonly linkOf: (provider: string, accountId: string) => Link | undefined;
  readonly canOf: (provider: string) => Capabilities | undefined;
  readonly policyOf: (provider: string, accountId: string) => AccountPolicy;
  readonly messages: Pick<Config["messages"], "typing">;
}

interface Turn {
  readonly run: Run;
  readonly delivery: RunDelivery;
  readonly over: AbortController;
  readonly editing: Throttle;
  text: string;
  shown: string;
  isTyping: boolean;
  draftId: string | undefined;
}

export class LiveTurns implements Disposable {
  readonly #parts: LiveTurnsParts;
  readonly #turns = new Map<string, Turn>();
  /** Edits on their way, by run. */
  readonly #edits = new Map<string, Promise<void>>();

  constructor(parts: LiveTurnsParts) {
    this.#parts = parts;
  }

  hear(signal: RunSignal): void {
    const { run } = signal;
    if (!run.delivery) return;
    switch (signal.kind) {
      case "started":
        return this.#start(run, run.delivery);
      case "text":
        return this.#grow(run, signal.text);
      case "tool":
        return;
      default:
        return this.#end(run);
    }
  }

  /** A message was taken on: it is marked as read and gets its reaction. */
  taken(delivery: RunDelivery, isMention: boolean): void {
    const { provider, accountId, peer, replyToId } = delivery;
    const link = this.#parts.linkOf(provider, accountId);
    const policy = this.#parts.policyOf(provider, accountId);
    if (!link || replyToId === undefined) return;
    const ref: MessageRef = { peer, messageId: replyToId };
    if (policy.readReceipts && link.markRead) this.#quietly("read receipt", link.markRead(ref));
    if (policy.ackReaction === "" || !wantsAck(policy.ackScope, peer.kind === "direct", isMention)) return;
    this.#react(link, ref, policy.ackReaction);
  }

  /** A reply is there: the reaction may go, and a draft that was sent may grow. */
  settled(row: OutboxRow): void {
    if (row.kind === "draft") {
      const turn = row.runId === undefined ? undefined : this.#turns.get(row.runId);
      turn?.editing.request();
    }
  }

  /** Resolves once no edit of the run's draft is on its way. */
  async whenQuiet(runId: string): Promise<void> {
    await this.#edits.get(runId);
  }

  [Symbol.dispose](): void {
    for (const turn of this.#turns.values()) {
      turn.over.abort();
      turn.editing.close();
    }
    this.#turns.clear();
  }

  #start(run: Run, delivery: RunDelivery): void {
    const can = this.#parts.canOf(delivery.provider);
    const interval = delivery.peer.kind === "direct" ? can?.editIntervalMs.direct : can?.editIntervalMs.group;
    const turn: Turn = {
      run,
      delivery,
      over: new AbortController(),
      editing: new Throttle(this.#parts.clock, interval ?? 0, () => this.#edit(turn)),
      text: "",
      shown: "",
      isTyping: false,
      draftId: this.#parts.outbox.store.findByIdem(draftIdem(run.id))?.id,
    };
    this.#turns.set(run.id, turn);
    if (this.#parts.messages.typing === "instant") void this.#type(turn);
  }

  #grow(run: Run, text: string): void {
    const turn = this.#turns.get(run.id);
    if (!turn) return;
    turn.text = text;
    if (this.#parts.messages.typing !== "never") void this.#type(turn);
    const can = this.#parts.canOf(turn.delivery.provider);
    const policy = this.#parts.policyOf(turn.delivery.provider, turn.delivery.accountId);
    const interval = turn.delivery.peer.kind === "direct" ? can?.editIntervalMs.direct : can?.editIntervalMs.group;
    if (policy.streaming === "off" || !interval || !can?.verbs.includes("edit")) return;
    if (turn.draftId !== undefined) return turn.editing.request();
    const visible = this.#parts.markup.visibleText(text);
    if (visible.length >= draftCharsMin) void this.#draft(turn, visible, can);
  }

  /** The first words go out as a message, which the reply will be an edit of. */
  async #draft(turn: Turn, visible: string, can: Capabilities): Promise<void> {
    const { database, outbox, markup, log } = this.#parts;
    const { run, delivery } = turn;
    turn.draftId = "";
    turn.shown = visible;
    try {
      turn.draftId = await database.commit(() =>
        outbox.add({
          idem: draftIdem(run.id),
          provider: delivery.provider,
          accountId: delivery.accountId,
          peer: delivery.peer,
          kind: "draft",
          content: {
            text: markup.draftText(visible, limitsOf(can)),
            replyToId: delivery.peer.kind === "direct" ? undefined : delivery.replyToId,
          },
          class: "reply",
          runId: run.id,
          sessionKey: run.sessionKey,
        }),
      );
      outbox.wake();
    } catch (error) {
      log.warn("draft.failed", { runId: run.id, ...errorFields(error) });
    }
  }

  #edit(turn: Turn): void {
    const { outbox, markup, clock, log, linkOf, canOf } = this.#parts;
    const { delivery } = turn;
    const link = linkOf(delivery.provider, delivery.accountId);
    const can = canOf(delivery.provider);
    const row = turn.draftId === undefined || turn.draftId === "" ? undefined : outbox.store.find(turn.draftId);
    const visible = markup.visibleText(turn.text);
    if (!link?.edit || !can || row?.state !== "sent" || row.messageId === undefined) return;
    const runId = turn.run.id;
    if (visible === turn.shown || this.#edits.has(runId) || turn.over.signal.aborted) return;
    turn.shown = visible;
    const message = { sendId: row.sendId, peer: row.peer, text: markup.draftText(visible, limitsOf(can)) };
    const limit = deadline(clock, editMaxMs);
    const ref: MessageRef = { peer: row.peer, messageId: row.messageId };
    const edit = unlessAborted(link.edit(ref, message, limit.signal), limit.signal)
      .catch((error: unknown) => log.debug("draft.edit-failed", { runId, ...errorFields(error) }))
      .finally(() => {
        limit[Symbol.dispose]();
        this.#edits.delete(runId);
        // Text that came meanwhile is shown with the next edit.
        if (this.#turns.get(runId) === turn) turn.editing.request();
      });
    this.#edits.set(runId, edit);
  }

  async #type(turn: Turn): Promise<void> {
    if (turn.isTyping) return;
    turn.isTyping = true;
    const { clock, canOf, linkOf } = this.#parts;
    const { provider, accountId, peer } = turn.delivery;
    const interval = canOf(provider)?.typingIntervalMs ?? 0;
    if (interval === 0) return;
    const startedAtMs = clock.elapsedMs();
    do linkOf(provider, accountId)?.typing?.(peer, true);
    while (clock.elapsedMs() - startedAtMs < typingMaxMs && (await slept(clock, interval, turn.over.signal)));
    linkOf(provider, accountId)?.typing?.(peer, false);
  }

  #end(run: Run): void {
    const turn = this.#turns.get(run.id);
    this.#turns.delete(run.id);
    turn?.over.abort();
    turn?.editing.close();
    this.#parts.outbox.wake();
    if (!run.delivery) return;
    const { provider, accountId, peer, replyToId } = run.delivery;
    const policy = this.#parts.policyOf(provider, accountId);
    const link = this.#parts.linkOf(provider, accountId);
    if (!policy.ackRemoved || replyToId === undefined || !link?.react) return;
    const ref: MessageRef = { peer, messageId: replyToId };
    this.#react(link, ref, null);
  }

  #react(link: Link, ref: MessageRef, emoji: string | null): void {
    if (!link.react) return;
    const limit = deadline(this.#parts.clock, editMaxMs);
    const reacting = link.react(ref, emoji, limit.signal).finally(() => limit[Symbol.dispose]());
    this.#quietly("reaction", reacting);
  }

  #quietly(what: string, work: Promise<void>): void {
    void work.catch((error: unknown) => this.#parts.log.debug("courtesy.failed", { what, ...errorFields(error) }));
  }
}

function wantsAck(scope: AccountPolicy["ackScope"], isDirect: boolean, isMention: boolean): boolean {
  switch (scope) {
    case "all":
      return true;
    case "direct":
      return isDirect;
    case "group-all":
      return !isDirect;
    case "group-mentions":
      return !isDirect && isMention;
    default:
      return false;
  }
}
