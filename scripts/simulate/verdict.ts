import { Database as Sqlite } from "bun:sqlite";
import type { Machine } from "./machine.ts";
import type { Asked, People } from "./people.ts";
import { answeredIn, type SimEngine } from "./sim-engine.ts";
import type { Shown } from "./network-words.ts";
import type { SimNetwork } from "./sim-network.ts";

/**
 * The judge. What was answered, twice, or out of order is read from what the networks show and what the model was
 * asked. Only where there is no answer is the gateway's own record read, for the reason that it gives its owner.
 */

/** What became of a message that the gateway took. */
export type Fate = "answered" | "stopped" | "missed" | "unsent" | "cut" | "not-approved" | "left-out" | "pending";

export interface VerdictParts {
  readonly networks: readonly SimNetwork[];
  readonly engine: SimEngine;
  readonly people: People;
  readonly machine: Machine;
  /** Whether the machine's wall clock was wrong at about this world time. */
  readonly wasClockWrong: (atMs: number) => boolean;
  readonly fault: (what: string) => void;
}

/** A message that comes sooner than this after it was said was not missed. */
const catchUpMs = 14 * 60_000;

interface InboundRow {
  readonly state: string;
  readonly reason: string | null;
  readonly run_id: string | null;
  readonly run_state: string | null;
  readonly stop_reason: string | null;
}

export class Verdict {
  readonly #parts: VerdictParts;
  readonly #answered = new Set<string>();
  /** Messages whose fate is not known yet. */
  #open: Asked[] = [];
  #seen = 0;
  readonly fates: Partial<Record<Fate, number>> = {};

  constructor(parts: VerdictParts) {
    this.#parts = parts;
  }

  /** A network shows something, or something else in its place. */
  shown({ text }: Shown): void {
    for (const word of answeredIn(text)) this.#answered.add(word);
  }

  /** Finds out what became of messages. Those that the gateway took before `beforeMs` must have come to an end. */
  look(beforeMs: number): void {
    const { people, machine, fault } = this.#parts;
    this.#open.push(...people.asked.slice(this.#seen));
    this.#seen = people.asked.length;
    const open = this.#open.filter(
      (asked) => !this.#settle(asked, this.#answered.has(asked.word) ? "answered" : "pending"),
    );
    const taken = open.filter(({ said }) => said.takenAtMs !== undefined && said.takenAtMs < beforeMs);
    this.#open = open;
    if (taken.length === 0) return;
    using database = new Sqlite(machine.databasePath, { readonly: true });
    const over = new Set<Asked>();
    for (const asked of taken) {
      const fate = this.#fateOf(asked, database);
      if (this.#settle(asked, fate)) over.add(asked);
      else fault(`${asked.word} of ${asked.network.id} has no end: ${describe(rowOf(asked, database))}`);
    }
    this.#open = this.#open.filter((asked) => !over.has(asked) && !taken.includes(asked));
  }

  /** Messages that nobody took to the end of all time. */
  get untaken(): number {
    return this.#open.filter(({ said }) => said.takenAtMs === undefined).length;
  }

  /** What holds over all that people saw. */
  judgeAll(): void {
    const { networks, engine, fault } = this.#parts;
    for (const [word, runs] of engine.runsOf) {
      if (runs.size > 1) fault(`${word} started ${runs.size} turns`);
    }
    for (const network of networks) {
      const chats = Map.groupBy(network.shown, ({ peerId }) => peerId);
      for (const [peerId, shown] of chats) this.#judgeChat(network, `${network.id} ${peerId}`, shown);
      for (const { sendId } of network.shown) {
        if (network.countOf(sendId) > 1) fault(`${network.id} shows ${sendId} ${network.countOf(sendId)} times`);
      }
    }
  }

  #judgeChat(network: SimNetwork, where: string, shown: readonly Shown[]): void {
    const { fault } = this.#parts;
    const counts = new Map<string, number>();
    const parts = new Map<string, number>();
    let last = -1;
    for (const { text, sendId } of shown) {
      const words = answeredIn(text);
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
      const numbers = words.map((word) => Number(word.slice(1)));
      if (!network.resent.has(sendId)) {
        if (numbers.some((number) => number < last)) fault(`${where}: ${words.join(" ")} came after w${last}`);
        last = Math.max(last, ...numbers);
      }
      for (const [, word, line] of text.matchAll(/(w\d+)#(\d+)#/g)) {
        const before = parts.get(word!) ?? 0;
        if (Number(line) <= before) fault(`${where}: line ${line} of ${word} came after line ${before}`);
        parts.set(word!, Number(line));
      }
    }
    for (const [word, count] of counts) if (count > 1) fault(`${where}: ${word} was answered ${count} times`);
  }

  #settle({ word, said }: Asked, fate: Fate): boolean {
    if (fate === "pending") return false;
    this.fates[fate] = (this.fates[fate] ?? 0) + 1;
    const takenAtMs = said.takenAtMs ?? said.saidAtMs;
    const lateMs = takenAtMs - said.saidAtMs;
    const isExcused = this.#parts.wasClockWrong(said.saidAtMs) || this.#wentDown(takenAtMs);
    if (fate === "missed" && lateMs < catchUpMs && !isExcused) {
      this.#parts.fault(`${word} was taken after ${lateMs} ms and counts as missed`);
    }
    return true;
  }

  /** The gateway went away just after it took the message, for so long that nobody waits for the answer any more. */
  #wentDown(takenAtMs: number): boolean {
    return this.#parts.machine.downs.some(
      ({ fromMs, toMs }) => fromMs >= takenAtMs && fromMs < takenAtMs + 60_000 && toMs - fromMs > catchUpMs - 60_000,
    );
  }

  #fateOf(asked: Asked, database: Sqlite): Fate {
    const row = rowOf(asked, database);
    if (!row) return "pending";
    if (row.state === "held") return "not-approved";
    if (row.state === "context" || row.reason === "shown as context") return "missed";
    if (row.reason === "stopped by the person") return "stopped";
    if (row.state === "ignored" || row.state === "dead") {
      return row.reason?.includes("stranger") || row.reason?.includes("approv") ? "not-approved" : "left-out";
    }
    if (row.run_state === "aborted") return "stopped";
    if (row.run_state === "interrupted") return "cut";
    const runId = row.run_id;
    if (runId === null || row.run_state === null || ["queued", "running"].includes(row.run_state)) return "pending";
    const unsent = database
      .query("SELECT 1 FROM outbox WHERE run_id = ? AND state IN ('failed', 'expired', 'unknown', 'canceled') LIMIT 1")
      .get(runId);
    return unsent ? "unsent" : "pending";
  }
}

function rowOf({ network, said }: Asked, database: Sqlite): InboundRow | null {
  return database
    .query<InboundRow, [string, string]>(
      `SELECT inbound.state, reason, run_id, runs.state AS run_state, stop_reason
       FROM inbound LEFT JOIN runs ON runs.id = inbound.run_id
       WHERE provider = ? AND message_id = ? AND event = 'message'`,
    )
    .get(network.id, said.messageId);
}

function describe(row: InboundRow | null): string {
  return row ? JSON.stringify(row) : "it is not in the store";
}
