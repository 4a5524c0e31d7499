import { type Clock, deadline, isPlainObject } from "../../lib/index.ts";
import type { Child } from "../../programs/index.ts";
import { answeredFailure, CallError } from "./failures.ts";
import { boundedLines } from "./lines.ts";

/** JSON-RPC with a running imsg, one object a line. It never throws for what imsg says. */

/** A longer line of imsg is left out. */
export const lineBytesMax = 16 * 1024 * 1024;
/** A longer one of ours is not sent. */
const requestBytesMax = 1024 * 1024;
/** What imsg says on standard error is read for its meaning, and only the end of it is kept. */
const stderrCharsMax = 8192;
/** imsg ends by itself when its input does. */
const closeGraceMs = 2000;

export interface RpcParts {
  readonly child: Child;
  readonly clock: Clock;
  readonly onNotification: (method: string, params: unknown) => void;
  /** A line that is no JSON-RPC: it was left out. */
  readonly onGarbage: (reason: string) => void;
  /** Once, when the program ended by itself or was closed: how, and the end of its standard error. */
  readonly onEnd: (how: string, said: string) => void;
}

export interface CallOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

interface Pending {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: CallError) => void;
}

export class Rpc implements AsyncDisposable {
  readonly #parts: RpcParts;
  readonly #pending = new Map<number, Pending>();
  readonly #running: Promise<void>;
  #lastId = 0;
  #said = "";
  #end: string | undefined;

  constructor(parts: RpcParts) {
    this.#parts = parts;
    this.#running = this.#run();
  }

  /** The result. Rejects with a CallError, or with the signal's reason as soon as it is aborted. */
  async call(method: string, params: Readonly<Record<string, unknown>>, options: CallOptions): Promise<unknown> {
    options.signal?.throwIfAborted();
    if (this.#end !== undefined) throw broken(method, false, "it has ended");
    const id = ++this.#lastId;
    const line = `${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;
    if (Buffer.byteLength(line) > requestBytesMax) throw new CallError(method, answeredFailure(-32_602, "", ""));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(id, { method, resolve, reject });
    using time = deadline(this.#parts.clock, options.timeoutMs, options.signal);
    const stop = () =>
      time.isOver
        ? reject(broken(method, true, `no answer within ${options.timeoutMs / 1000} s`))
        : reject(time.signal.reason);
    if (time.signal.aborted) stop();
    time.signal.addEventListener("abort", stop, { once: true });
    // A program that cannot be written to ends, or hangs: both are told by others, with more to say.
    this.#parts.child.write(line).catch(() => this.#parts.onGarbage("a request that was not read"));
    try {
      return await promise;
    } finally {
      this.#pending.delete(id);
    }
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Ends the program and all that it started. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.child.close(this.#parts.clock, closeGraceMs);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { child, onGarbage, onEnd } = this.#parts;
    const listening = this.#listen();
    try {
      for await (const line of boundedLines(child.stdout, lineBytesMax, () => onGarbage("too long"))) this.#take(line);
    } catch {
      onGarbage("unreadable");
    }
    // Without its output it is of no use.
    child.kill();
    const how = await child.ended;
    await listening;
    this.#end = how;
    onEnd(how, this.#said);
    for (const { method, reject } of this.#pending.values()) reject(broken(method, true, `it ended ${how}`));
    this.#pending.clear();
  }

  async #listen(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const piece of this.#parts.child.stderr) {
        this.#said = (this.#said + decoder.decode(piece, { stream: true })).slice(-stderrCharsMax);
      }
    } catch {
      this.#said += "";
    }
  }

  #take(line: string): void {
    if (line.trim() === "") return;
    const message = parsed(line);
    if (!message) return this.#parts.onGarbage("no JSON object");
    const { id, method, error } = message;
    if (typeof method === "string") return this.#parts.onNotification(method, message["params"]);
    const pending = typeof id === "number" ? this.#pending.get(id) : undefined;
    // An answer that came too late, or to a line that imsg could not read.
    if (!pending) return this.#parts.onGarbage("an answer to nothing");
    if (error === undefined || error === null) return pending.resolve(message["result"]);
    const { code, message: said, data } = isPlainObject(error) ? error : {};
    const failure = answeredFailure(typeof code === "number" ? code : 0, typeof said === "string" ? said : "", data);
    pending.reject(new CallError(pending.method, failure));
  }
}

export type JsonRecord = Readonly<Record<string, unknown>>;

function parsed(line: string): JsonRecord | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return isPlainObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function broken(method: string, mayHaveLeft: boolean, reason: string): CallError {
  return new CallError(method, { kind: "broken", mayHaveLeft, reason });
}
