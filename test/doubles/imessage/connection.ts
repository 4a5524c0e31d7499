import type { Order } from "./fake-imsg.ts";
import type { Fault } from "./faults.ts";
import type { MessagesDouble } from "./messages-double.ts";
import { perform } from "./methods.ts";
import { type DoubleRow, type Json, wireRow } from "./rows.ts";

/** One running `imsg rpc`: what comes on its standard input, and what it says. */
export class Connection {
  readonly #double: MessagesDouble;
  readonly #write: (text: string) => void;
  readonly #watches = new Map<number, { cursor: number; readonly hasReactions: boolean }>();
  readonly #decoder = new TextDecoder();
  #heard = "";
  #isDeaf = false;
  #lastSubscription = 0;
  /** Undefined until the program said who it is. */
  pid: number | undefined;

  constructor(double: MessagesDouble, write: (text: string) => void) {
    this.#double = double;
    this.#write = write;
  }

  hear(data: Uint8Array): void {
    this.#heard += this.#decoder.decode(data, { stream: true });
    const lines = this.#heard.split("\n");
    this.#heard = lines.pop()!;
    for (const line of lines) this.#take(line);
  }

  /** Puts lines on its standard output, whatever they are. */
  says(text: string): void {
    this.#order({ out: text });
  }

  grumbles(text: string): void {
    this.#order({ err: text });
  }

  /** Nothing that happens is told any more, and nothing answered. */
  goesDeaf(): void {
    this.#isDeaf = true;
  }

  ends(code: number): void {
    this.#order({ exit: code });
  }

  /** Tells every watch of rows behind its cursor. */
  tells(rows: readonly DoubleRow[]): void {
    if (this.#isDeaf) return;
    for (const [subscription, watch] of this.#watches) {
      for (const row of rows) {
        if (row.rowId <= watch.cursor || (row.reaction && !watch.hasReactions)) continue;
        watch.cursor = row.rowId;
        this.#notify("message", { subscription, message: wireRow(row) });
      }
    }
  }

  /** Tells a row whatever the cursors say. */
  repeats(row: DoubleRow): void {
    for (const subscription of this.#watches.keys()) this.#notify("message", { subscription, message: wireRow(row) });
  }

  /** Ends every watch in the way of a fault of the database, or of a buffer that is full. */
  breaksWatches(how: "error" | "overflow"): void {
    for (const [subscription, { cursor }] of this.#watches) {
      if (how === "error") this.#notify("error", { subscription, error: { message: "disk I/O error" } });
      else this.#notify("watch.overflow", { subscription, resume_after_rowid: cursor, terminal: true });
    }
    this.#watches.clear();
  }

  #take(line: string): void {
    if (this.pid === undefined) {
      this.pid = (JSON.parse(line) as { pid: number }).pid;
      return this.#double.greeted(this);
    }
    if (line.trim() === "" || this.#isDeaf) return;
    const { id, method, params = {} } = JSON.parse(line) as { id: number; method: string; params?: Json };
    const fault = this.#double.called(method, params);
    this.#answer(id, method, params, fault);
  }

  #answer(id: number, method: string, params: Json, fault: Fault | undefined): void {
    const does = fault?.rule.does;
    if (does?.kind === "hang") return;
    if (does?.kind === "refuse") {
      return this.#reply({ id, error: { code: does.code, message: does.message, data: does.data } });
    }
    if (does?.kind === "crash" && does.when === "before") return this.ends(134);
    if (does?.kind === "garbage") this.says(does.lines.map((one) => `${one}\n`).join(""));
    const answer = this.#perform(method, params);
    if (does?.kind === "crash" && does.when === "after") return this.ends(134);
    if (does?.kind === "crash") {
      this.says(`{"jsonrpc":"2.0","id":${id},"resu`);
      return this.ends(134);
    }
    const reply = () => {
      this.#reply({ id, ...answer });
      if (method === "watch.subscribe") this.tells(this.#double.rows);
    };
    if (does?.kind === "hold-answer") return fault!.hold(reply);
    return reply();
  }

  #perform(method: string, params: Json): Json {
    try {
      const denial = this.#double.denialOf(method);
      if (denial) throw denial;
      const subscriber = {
        watch: (wanted: Json) => this.#watch(wanted),
        unwatch: (subscription: number) => void this.#watches.delete(subscription),
      };
      return { result: perform(this.#double, method, params, subscriber) };
    } catch (error) {
      if (error instanceof Error) throw error;
      return { error };
    }
  }

  #watch({ since_rowid: since, include_reactions: hasReactions }: Json): number {
    const end = this.#double.rows.at(-1)?.rowId ?? 0;
    const isFromEnd = since === undefined || (this.#double.isModern && since === 0);
    const subscription = ++this.#lastSubscription;
    this.#watches.set(subscription, { cursor: isFromEnd ? end : Number(since), hasReactions: hasReactions === true });
    this.#double.watched(Number(since ?? end));
    return subscription;
  }

  #notify(method: string, params: Json): void {
    this.#reply({ method, params });
  }

  #reply(message: Json): void {
    this.says(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  #order(order: Order): void {
    this.#write(`${JSON.stringify(order)}\n`);
  }
}
