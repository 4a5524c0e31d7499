import { type Clock, errorFields, failpoint, Lookout, Throttle } from "../lib/index.ts";
import type { Account, InboundMessage } from "../providers/index.ts";
import type { Run } from "../runs/index.ts";
import type { SessionKey } from "../sessions/index.ts";
import { type CommandCall, type CommandParts, type ReadCommand, runCommand } from "./chat-commands.ts";
import { type InboundRow, InboxStore, releasedReason } from "./inbox.store.ts";
import { type CommandRow, Judge, type JudgeParts } from "./judge.ts";
import { MediaIntake, type MediaIntakeParts } from "./media-intake.ts";
import { TurnStarter, type TurnStarterParts } from "./turn-starter.ts";

/** Whoever shows messages hears of changes at most this often. */
const tellIntervalMs = 500;

export interface InboxParts
  extends Omit<JudgeParts, "isBusy">, Omit<TurnStarterParts, "isOwner">, Omit<MediaIntakeParts, "store" | "linkOf"> {
  readonly clock: Clock;
  readonly commands: Omit<CommandParts, "sessions" | "stop">;
  readonly wakeOutbox: () => void;
  /** Messages came in, or something became of them. */
  readonly changed: () => void;
}

/** From a network to a turn: stores, judges, routes, gathers, starts. Everything it knows is on disk. */
export class Inbox implements AsyncDisposable {
  readonly #parts: InboxParts;
  readonly #store: InboxStore;
  readonly #media: MediaIntake;
  readonly #judge: Judge;
  readonly #turns: TurnStarter;
  readonly #stop = new AbortController();
  readonly #lookout: Lookout;
  readonly #telling: Throttle;
  #loop: Promise<void> | undefined;
  #isStopping = false;
  #toldChanges = 0;

  constructor(parts: InboxParts) {
    this.#parts = parts;
    this.#store = new InboxStore(parts.database);
    this.#lookout = new Lookout(parts.clock, this.#stop.signal, () => this.#look());
    this.#media = new MediaIntake({
      ...parts,
      store: this.#store,
      linkOf: (provider, accountId) => parts.accounts().link(provider, accountId),
    });
    this.#judge = new Judge({ ...parts, isBusy: (key) => parts.runs.isBusy(key) }, this.#store);
    const isOwner = (row: InboundRow) => this.#isOwner(row);
    this.#turns = new TurnStarter({ ...parts, isOwner }, this.#store, this.#media);
    this.#telling = new Throttle(parts.clock, tellIntervalMs, () => parts.changed());
  }

  get store(): InboxStore {
    return this.#store;
  }

  /** Resolves once the message is on disk; a repeat ends here. Rejects when it cannot be stored: it is not ours yet. */
  async receive(account: Account, message: InboundMessage): Promise<void> {
    const { database, ids, clock } = this.#parts;
    await database.accept(() => this.#store.insert(ids.sortable("in"), account, message, clock.nowMs()));
    failpoint("inbox.stored");
    this.wake();
  }

  start(): void {
    this.#loop = this.#lookout.keep();
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
    return this.#turns.takeSteering(run);
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
    for (const row of held) this.#store.update(row.id, { state: "accepted", reason: releasedReason });
    return held.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#telling.close();
    this.#stop.abort();
    await this.#loop;
    await this.#media[Symbol.asyncDispose]();
  }

  async #look(): Promise<boolean> {
    try {
      await this.#pump();
      return this.#store.waits();
    } catch (error) {
      this.#parts.log.error("inbox.failed", errorFields(error));
      return true;
    }
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
        this.#tell();
        if (!this.#wantsMore) return;
        this.#wantsMore = false;
        this.wake();
      });
    return this.#pumping;
  }

  /** What was written since is told, however it came about. */
  #tell(): void {
    const { changes } = this.#store;
    if (changes === this.#toldChanges) return;
    this.#toldChanges = changes;
    this.#telling.request();
  }

  async #pumpNow(): Promise<void> {
    // What was accepted waits, too: what the disk has left is for runs and replies under way.
    if (this.#isStopping || !this.#parts.database.takesWrites) return;
    const { commands, isMore } = await this.#judge.judge();
    if (isMore) this.#wantsMore = true;
    for (const command of commands) await this.#command(command);
    this.#media.fetch(this.#store.routed(), () => this.wake());
    await this.#turns.startRuns();
    this.#parts.wakeOutbox();
    if (this.#store.waits()) this.#lookout.stir();
  }

  /** What a command answers, from wherever it came. `taken` runs in the transaction that drops what waits. */
  obey(read: ReadCommand, call: Omit<CommandCall, "argument">, taken: () => void = () => undefined): Promise<string> {
    const { commands, sessions } = this.#parts;
    const stop = async (key: SessionKey) => (await this.stop(key, taken)).length;
    return runCommand(read, { ...call, argument: read.argument }, { ...commands, sessions, stop });
  }

  /** Ends the session's runs and drops the messages that wait for it; ids of both. */
  async stop(key: SessionKey, taken: () => void = () => undefined): Promise<readonly string[]> {
    const dropped = await this.#parts.database.commit(() => {
      taken();
      const rows = this.#store.routedOf(key);
      this.dropWaiting(key, "stopped by the person");
      return rows.map(({ id }) => id);
    });
    return [...(await this.#parts.runs.abort(key, undefined, "stop")), ...dropped];
  }

  async #command({ row, read }: CommandRow): Promise<void> {
    const { database } = this.#parts;
    const answer = await this.obey(
      read,
      {
        sessionKey: row.sessionKey as SessionKey,
        senderId: row.message.sender.id,
        isOwner: this.#isOwner(row),
        isPrivate: row.message.ref.peer.kind === "direct",
        agentId: row.agentId!,
      },
      () => this.#store.update(row.id, { state: "claimed" }),
    );
    await database.commit(() => {
      this.#store.update(row.id, { state: "done", reason: `command /${read.name}` });
      const { provider, accountId, message } = row;
      this.#parts.say({ provider, accountId, peer: message.ref.peer }, answer, `command:${row.id}`);
    });
  }

  #isOwner({ provider, accountId, message }: InboundRow): boolean {
    const { approvals, policyOf } = this.#parts;
    return (
      policyOf(provider, accountId).owners.includes(message.sender.id) ||
      approvals.find(provider, accountId, message.sender.id)?.isOwner === true
    );
  }
}
