import type { AccountPolicy, BindingSettings, Config } from "../config/index.ts";
import { type Clock, errorFields, failpoint, type Ids, type Log, shorten, slept } from "../lib/index.ts";
import type { Account, Accounts, InboundMessage, Peer } from "../providers/index.ts";
import type { Run, RunDelivery, RunId, Runs } from "../runs/index.ts";
import type { SessionKey, Sessions } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import { admit, isKnownSender } from "./admit.ts";
import type { Approvals } from "./approvals.ts";
import { type CommandParts, type ReadCommand, readCommand, runCommand } from "./chat-commands.ts";
import { envelope, saidText } from "./envelope.ts";
import { type InboundRow, InboxStore } from "./inbox.store.ts";
import { MediaIntake, type MediaIntakeParts } from "./media-intake.ts";
import { route } from "./route.ts";

/** Rows that are judged in one transaction. */
const judgeBatch = 64;
const lookMs = 1_000;
/** An album's pictures come one by one. */
const albumWaitMs = 700;
const droppedCharsMax = 120;

export interface InboxParts extends Omit<MediaIntakeParts, "store" | "linkOf"> {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly runs: Runs;
  readonly approvals: Approvals;
  readonly accounts: () => Accounts;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly policyOf: (provider: string, accountId: string) => AccountPolicy;
  readonly bindings: readonly BindingSettings[];
  readonly messages: Config["messages"];
  readonly session: Config["session"];
  readonly defaultAgentId: string;
  readonly runTimeoutMs: number;
  readonly commands: Omit<CommandParts, "sessions" | "stop">;
  /** Says something to a chat through the outbox. Call it inside a transaction. */
  readonly say: (to: { provider: string; accountId: string; peer: Peer }, text: string, idem: string) => void;
  readonly wakeOutbox: () => void;
  /** A message was taken on, for read receipts and reactions. */
  readonly taken: (row: InboundRow) => void;
  readonly asked: () => void;
}

/** From a network to a turn: stores, judges, routes, gathers, starts. Everything it knows is on disk. */
export class Inbox implements AsyncDisposable {
  readonly #parts: InboxParts;
  readonly #store: InboxStore;
  readonly #media: MediaIntake;
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;
  #isStopping = false;

  constructor(parts: InboxParts) {
    this.#parts = parts;
    this.#store = new InboxStore(parts.database);
    this.#media = new MediaIntake({
      ...parts,
      store: this.#store,
      linkOf: (provider, accountId) => parts.accounts().link(provider, accountId),
    });
  }

  get store(): InboxStore {
    return this.#store;
  }

  /** Resolves once the message is on disk; a repeat ends here. */
  async receive(account: Account, message: InboundMessage): Promise<void> {
    const { database, ids, clock } = this.#parts;
    await database.commit(() => this.#store.insert(ids.sortable("in"), this.#keyOf(account), message, clock.nowMs()));
    failpoint("inbox.stored");
    this.wake();
  }

  start(): void {
    this.#loop = this.#look();
  }

  /** Stores what comes, and starts nothing any more. */
  stopStarting(): void {
    this.#isStopping = true;
  }

  wake(): void {
    if (this.#stop.signal.aborted || !this.#loop) return;
    this.#parts.clock.soon(() => void this.#pump());
  }

  /** Messages that want to go into a run that runs. Call it inside the transaction that stores them. */
  takeSteering(run: Run): readonly string[] {
    if (this.#parts.messages.queueMode !== "steer") return [];
    const rows = this.#store.routedOf(run.sessionKey).filter((row) => this.#isReady(row));
    for (const row of rows) this.#store.update(row.id, { state: "claimed", runId: run.id });
    return rows.map((row) => this.#promptOf([row], { isQueued: false, dropped: [], context: [] }));
  }

  /** The messages that waited for the session are not answered any more. */
  dropWaiting(key: SessionKey, reason: string): number {
    const rows = this.#store.routedOf(key);
    for (const row of rows) this.#store.update(row.id, { state: "ignored", reason });
    return rows.length;
  }

  /** A person was approved: what they wrote before is judged again. Call it inside a transaction. */
  release(provider: string, accountId: string, senderId: string): number {
    const held = this.#store.heldOf(provider, accountId, senderId);
    for (const row of held) this.#store.update(row.id, { state: "accepted" });
    return held.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#stop.abort();
    await this.#loop;
    await this.#media[Symbol.asyncDispose]();
  }

  async #look(): Promise<void> {
    do await this.#pump();
    while (await slept(this.#parts.clock, lookMs, this.#stop.signal));
  }

  #pumping: Promise<void> | undefined;
  #wantsMore = false;

  /** One at a time; what is asked for meanwhile runs once more afterwards. */
  async #pump(): Promise<void> {
    if (this.#pumping) {
      this.#wantsMore = true;
      return this.#pumping;
    }
    this.#pumping = this.#pumpNow()
      .catch((error: unknown) => this.#parts.log.error("inbox.failed", errorFields(error)))
      .finally(() => {
        this.#pumping = undefined;
        if (!this.#wantsMore) return;
        this.#wantsMore = false;
        this.wake();
      });
    return this.#pumping;
  }

  async #pumpNow(): Promise<void> {
    if (this.#isStopping) return;
    for (const command of await this.#judge()) await this.#command(command.row, command.read);
    this.#media.fetch(this.#store.routed(), () => this.wake());
    await this.#startRuns();
    this.#parts.wakeOutbox();
  }

  /** T1b: every accepted row gets its verdict. Commands are given back, to be run one by one. */
  async #judge(): Promise<{ row: InboundRow; read: ReadCommand }[]> {
    const rows = this.#store.accepted(judgeBatch);
    if (rows.length === 0) return [];
    const commands: { row: InboundRow; read: ReadCommand }[] = [];
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
    if (rows.length === judgeBatch) this.#wantsMore = true;
    return commands;
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
    this.#parts.asked();
  }

  async #command(row: InboundRow, read: ReadCommand): Promise<void> {
    const { commands, sessions, database, runs } = this.#parts;
    const key = row.sessionKey as SessionKey;
    const answer = await runCommand(
      read,
      {
        sessionKey: key,
        argument: read.argument,
        senderId: row.message.sender.id,
        isOwner: this.#isOwner(row),
        agentId: row.agentId!,
      },
      {
        ...commands,
        sessions,
        stop: async (sessionKey) => {
          const dropped = await database.commit(() => {
            this.#store.update(row.id, { state: "claimed" });
            return this.dropWaiting(sessionKey, "stopped by the person");
          });
          return dropped + (await runs.abort(sessionKey, undefined, "stop")).length;
        },
      },
    );
    await database.commit(() => {
      this.#store.update(row.id, { state: "done", reason: `command /${read.name}` });
      const { provider, accountId, message } = row;
      this.#parts.say({ provider, accountId, peer: message.ref.peer }, answer, `command:${row.id}`);
    });
  }

  /** T2: what is ready of every session that is free becomes a run. */
  async #startRuns(): Promise<void> {
    const { runs, messages } = this.#parts;
    const bySession = Map.groupBy(this.#store.routed(), (row) => row.sessionKey as SessionKey);
    for (const [key, rows] of bySession) {
      if (rows.some((row) => !this.#isReady(row) && row.message.albumId !== undefined)) continue;
      const ready = rows.filter((row) => this.#isReady(row));
      if (ready.length === 0) continue;
      const busy = runs.isBusy(key);
      if (busy && messages.queueMode === "interrupt") await runs.abort(key, undefined, "interrupt");
      else if (busy && messages.queueMode !== "followup") continue;
      await this.#claim(key, ready);
    }
  }

  /** Rows of one chat and person-set become one run; those of other chats in the same session wait for theirs. */
  async #claim(key: SessionKey, ready: readonly InboundRow[]): Promise<void> {
    const { database, runs, messages, log } = this.#parts;
    const chat = ready.filter((row) => sameChat(row, ready[0]!));
    const together = messages.queueMode === "followup" ? firstGroup(chat) : chat;
    const { kept, dropped } = this.#bound(together);
    if (kept.length === 0) return;
    const run = await database.commit(() => {
      for (const row of dropped) this.#store.update(row.id, { state: "ignored", reason: "too many messages waited" });
      return this.#addRun(key, kept, dropped);
    });
    failpoint("inbox.claimed");
    log.info("turn.started", { runId: run.id, sessionKey: key, messages: kept.length });
    runs.enter(run);
  }

  #addRun(key: SessionKey, rows: readonly InboundRow[], dropped: readonly InboundRow[]): Run {
    const { runs, ids, messages, policyOf, runTimeoutMs } = this.#parts;
    const last = rows.at(-1)!;
    const { provider, accountId, message } = last;
    const isGroup = message.ref.peer.kind !== "direct";
    const context = isGroup
      ? this.#store.contextOf(provider, accountId, message.ref.peer, policyOf(provider, accountId).historyMax)
      : [];
    const delivery: RunDelivery = {
      provider,
      accountId,
      peer: message.ref.peer,
      senderId: message.sender.id,
      isOwner: rows.every((row) => this.#isOwner(row)),
      replyToId: message.ref.messageId,
    };
    const images = rows.flatMap((row) => this.#media.imagesOf(row));
    const run = runs.add({
      id: ids.uuid() as RunId,
      principal: `${provider}:${accountId}:${message.sender.id}`,
      source: "inbox",
      sessionKey: key,
      input: {
        text: this.#promptOf(rows, {
          isQueued: rows.length > 1,
          context,
          dropped:
            messages.queueDrop === "summarize"
              ? dropped.map((row) => shorten(saidText([row]).replace(/\s+/g, " "), droppedCharsMax))
              : [],
        }),
        imageCount: images.length,
        thinkingLevel: undefined,
        extraSystemPrompt: undefined,
      },
      images,
      timeoutMs: runTimeoutMs,
      delivery,
      saidText: saidText(rows),
    });
    for (const row of [...rows]) this.#store.update(row.id, { state: "claimed", runId: run.id });
    for (const row of context) this.#store.update(row.id, { state: "done", reason: "shown as context", runId: run.id });
    return run;
  }

  #bound(rows: readonly InboundRow[]): { kept: readonly InboundRow[]; dropped: readonly InboundRow[] } {
    const { queueMax, queueDrop } = this.#parts.messages;
    if (rows.length <= queueMax) return { kept: rows, dropped: [] };
    if (queueDrop === "new") return { kept: rows.slice(0, queueMax), dropped: rows.slice(queueMax) };
    return { kept: rows.slice(-queueMax), dropped: rows.slice(0, -queueMax) };
  }

  #promptOf(
    rows: readonly InboundRow[],
    rest: { isQueued: boolean; dropped: readonly string[]; context: readonly InboundRow[] },
  ): string {
    const label = this.#parts.accounts().provider(rows[0]!.provider)?.label ?? rows[0]!.provider;
    return envelope({ ...rest, label, rows, fileOf: (row, index) => this.#media.fileOf(row, index) });
  }

  #routeOf({ provider, accountId, message }: InboundRow, groupAgentId: string | undefined) {
    const { bindings, defaultAgentId, session } = this.#parts;
    return route({ provider, accountId, message, bindings, defaultAgentId, groupAgentId, session });
  }

  #isReady(row: InboundRow): boolean {
    return row.readyAtMs <= this.#parts.clock.nowMs() && row.kept.length >= row.message.media.length;
  }

  #isOwner({ provider, accountId, message }: InboundRow): boolean {
    const { approvals, policyOf } = this.#parts;
    return (
      policyOf(provider, accountId).owners.includes(message.sender.id) ||
      approvals.find(provider, accountId, message.sender.id)?.isOwner === true
    );
  }

  #keyOf({ provider, id }: Account) {
    return { provider, id };
  }
}

function sameChat(left: InboundRow, right: InboundRow): boolean {
  const [one, other] = [left.message.ref.peer, right.message.ref.peer];
  return (
    left.provider === right.provider &&
    left.accountId === right.accountId &&
    one.id === other.id &&
    one.threadId === other.threadId
  );
}

/** One message, or the pictures of one album. */
function firstGroup(rows: readonly InboundRow[]): readonly InboundRow[] {
  const [first] = rows;
  if (first?.message.albumId === undefined) return rows.slice(0, 1);
  return rows.filter(({ message }) => message.albumId === first.message.albumId);
}
