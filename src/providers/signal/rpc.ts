import { type Clock, deadline, unlessAborted, isPlainObject } from "../../lib/index.ts";
import { TransportError } from "../transport.ts";
import { attempt, readText, TooLong } from "./http.ts";
import { CallError, type Failure, isAccountGone } from "./failures.ts";
import type { Sent, SendResult } from "./wire.ts";

export interface RpcOptions {
  /** Without a slash at its end. */
  readonly url: string;
  /** Named in every call, for a daemon may have several accounts; undefined while there is none yet. */
  readonly account: string | undefined;
  readonly clock: Clock;
  /** Aborted when the link closes: nothing is asked after that. */
  readonly closing: AbortSignal;
  /** The daemon said that it does not have the account. */
  readonly onGone?: () => void;
}

export interface CallLimits {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly answerBytesMax?: number;
}

export type Params = Readonly<Record<string, unknown>>;

const callTimeoutMs = 30_000;
/** A group is sent to member by member. */
export const sendTimeoutMs = 60_000;
const checkTimeoutMs = 5_000;
/** Longer than the list of any account's contacts. */
const answerBytesMax = 16 * 1024 * 1024;

/**
 * The daemon's JSON-RPC: single attempts with a deadline, and failures that say what happened. A call rejects with a
 * CallError, or at once with the reason of its signal.
 */
export class SignalRpc {
  readonly #options: RpcOptions;
  #calls = 0;

  constructor(options: RpcOptions) {
    this.#options = options;
  }

  async call(method: string, params: Params = {}, limits: CallLimits = {}): Promise<unknown> {
    try {
      return await this.#bounded((signal) => this.#ask(method, params, signal, limits), limits);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      throw new CallError(method, { kind: "broken", mayHaveLeft: error.mayHaveLeft, reason: error.message });
    }
  }

  /** A call that sends something to people. Rejects with a CallError when nobody got it. */
  async send(method: string, params: Params, limits: CallLimits): Promise<Sent> {
    const answer = await this.call(method, params, { timeoutMs: sendTimeoutMs, ...limits });
    const sent = sentOf(answer);
    if (!sent) throw new CallError(method, broken("its answer names no time of the message"));
    const isLost = sent.results.length > 0 && sent.results.every(({ type }) => type !== "SUCCESS");
    if (!isLost) return sent;
    throw new CallError(method, { kind: "refused", code: -1, description: "sent to nobody", results: sent.results });
  }

  /** Whether the daemon is up. Rejects with a TransportError. */
  async check(): Promise<void> {
    await this.#bounded(
      async (signal) => {
        const response = await attempt(`${this.#options.url}/api/v1/check`, { signal });
        await response.body?.cancel();
        if (!response.ok)
          throw new TransportError(`it answered ${response.status}: no signal-cli daemon is there`, false);
      },
      { timeoutMs: checkTimeoutMs },
    );
  }

  async #ask(method: string, params: Params, signal: AbortSignal, limits: CallLimits): Promise<unknown> {
    const { url, account } = this.#options;
    const body = { jsonrpc: "2.0", id: ++this.#calls, method, params: account ? { account, ...params } : params };
    const response = await attempt(`${url}/api/v1/rpc`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      // In between there may be a proxy that gave up waiting for the daemon.
      throw new TransportError(`it answered ${response.status}`, response.status >= 500);
    }
    const answer = parsed(await this.#text(response, limits.answerBytesMax ?? answerBytesMax));
    if (!isPlainObject(answer)) throw new TransportError("it answered in other words than signal-cli's", true);
    if (!isPlainObject(answer["error"])) return answer["result"];
    const failure = refusalOf(answer["error"]);
    if (failure.kind === "refused" && isAccountGone(failure)) this.#options.onGone?.();
    throw new CallError(method, failure);
  }

  async #text(response: Response, bytesMax: number): Promise<string> {
    try {
      return await readText(response, bytesMax);
    } catch (error) {
      if (!(error instanceof TooLong)) throw error;
      throw new TransportError("its answer is too long", true);
    }
  }

  async #bounded<T>(
    run: (signal: AbortSignal) => Promise<T>,
    { timeoutMs = callTimeoutMs, signal }: CallLimits,
  ): Promise<T> {
    const { clock, closing } = this.#options;
    signal?.throwIfAborted();
    if (closing.aborted) throw new TransportError("the link is closed", false);
    using limit = deadline(clock, timeoutMs, signal ? AbortSignal.any([closing, signal]) : closing);
    try {
      return await unlessAborted(run(limit.signal), limit.signal);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (limit.isOver) throw new TransportError(`no answer within ${timeoutMs / 1000} s`, true);
      if (closing.aborted) throw new TransportError("the link was closed", true);
      throw error;
    }
  }
}

function refusalOf(error: Readonly<Record<string, unknown>>): Failure {
  const { code, message, data } = error;
  const response = isPlainObject(data) ? data["response"] : undefined;
  return {
    kind: "refused",
    code: typeof code === "number" ? code : 0,
    description: typeof message === "string" ? message : "",
    results: isPlainObject(response) ? resultsOf(response["results"]) : [],
  };
}

function sentOf(answer: unknown): Sent | undefined {
  if (!isPlainObject(answer) || !Number.isSafeInteger(answer["timestamp"])) return undefined;
  return { timestamp: Number(answer["timestamp"]), results: resultsOf(answer["results"]) };
}

function resultsOf(results: unknown): readonly SendResult[] {
  if (!Array.isArray(results)) return [];
  return results.filter((result): result is SendResult => isPlainObject(result) && typeof result["type"] === "string");
}

const broken = (reason: string): Failure => ({ kind: "broken", mayHaveLeft: true, reason });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
