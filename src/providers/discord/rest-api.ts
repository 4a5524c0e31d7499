import {
  DiscordAPIError,
  HTTPError,
  RateLimitError,
  REST,
  type RequestData,
  RequestMethod,
  type ResponseLike,
  type RouteLike,
} from "@discordjs/rest";
import type { Clock } from "../../lib/index.ts";
import { MediaError } from "../errors.ts";
import { CallError, type Failure, isRevoked } from "./failures.ts";
import { fetchFile, TransportError, transportErrorOf } from "../transport.ts";
import { bounded } from "../waiting.ts";
import { fetchAnswer } from "./transport.ts";

export interface RestApiOptions {
  readonly token: string;
  readonly apiRoot: string;
  readonly clock: Clock;
  /** Aborted when the link closes: nothing is asked after that. */
  readonly closing: AbortSignal;
  /** Discord said that the token is nobody's. */
  readonly onRevoked?: () => void;
}

export interface Call {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly route: RouteLike;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly files?: RequestData["files"];
  /** An interaction proves itself by its own token. */
  readonly isUnsigned?: boolean;
}

const methods: Readonly<Record<Call["method"], RequestMethod>> = {
  get: RequestMethod.Get,
  post: RequestMethod.Post,
  put: RequestMethod.Put,
  patch: RequestMethod.Patch,
  delete: RequestMethod.Delete,
};

const callTimeoutMs = 30_000;
const uploadTimeoutMs = 300_000;
/** Discord's client has a time of its own; ours is always shorter. */
const clientTimeoutMs = 600_000;

/**
 * The REST API of one bot through discord.js' client: single attempts with a deadline, no hidden waits, and failures
 * that say what happened. A call rejects with a CallError, or at once with the reason of its signal.
 */
export class RestApi implements Disposable {
  readonly #options: RestApiOptions;
  readonly #rest: REST;
  #aheadMs = 0;

  constructor(options: RestApiOptions) {
    this.#options = options;
    this.#rest = new REST({
      version: "10",
      api: options.apiRoot.replace(/\/+$/, ""),
      retries: 0,
      timeout: clientTimeoutMs,
      offset: 0,
      // A pause is the outbox's to keep: what waits in here is not seen, and dies with the process.
      rejectOnRateLimit: () => true,
      makeRequest: (address, init) => this.#ask(address, init as RequestInit) as Promise<ResponseLike>,
    }).setToken(options.token);
  }

  /** How far Discord's clock is ahead of ours, to the second. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** `what` completes "Discord refused to …". */
  async call<T>(what: string, call: Call, signal?: AbortSignal): Promise<T> {
    const timeoutMs = call.files ? uploadTimeoutMs : callTimeoutMs;
    const { method, route, body, query, files, isUnsigned = false } = call;
    try {
      return await this.#bounded(timeoutMs, signal, async (inner) => {
        const answer = await this.#rest.request({
          fullRoute: route,
          method: methods[method],
          auth: !isUnsigned,
          signal: inner,
          ...(body !== undefined && { body }),
          ...(query && { query: new URLSearchParams(query) }),
          ...(files && { files }),
        });
        return answer as T;
      });
    } catch (error) {
      const failure = this.#failureOf(error);
      if (!failure) throw error;
      if (isRevoked(failure) && !isUnsigned) this.#options.onRevoked?.();
      throw new CallError(what, failure);
    }
  }

  /** The bytes at an address that Discord named. Rejects with a MediaError. */
  async file(address: string, bytesMax: number, signal: AbortSignal) {
    const tooLarge = () => new MediaError(`the file is larger than ${bytesMax} bytes`, true);
    try {
      return await this.#bounded(uploadTimeoutMs, signal, (inner) => fetchFile(address, { bytesMax, tooLarge }, inner));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof MediaError) throw error;
      throw new MediaError(`the file did not come: ${transportErrorOf(error).message}`, false);
    }
  }

  [Symbol.dispose](): void {
    this.#rest.clearHashSweeper();
    this.#rest.clearHandlerSweeper();
  }

  async #ask(address: string, init: RequestInit): Promise<Response> {
    const response = await fetchAnswer(address, init, init.signal!);
    const date = Date.parse(response.headers.get("date") ?? "");
    if (Number.isFinite(date)) this.#aheadMs = date - this.#options.clock.nowMs();
    return response;
  }

  #bounded<T>(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { clock, closing, token } = this.#options;
    if (token === "") return Promise.reject(new TransportError("there is no bot token", false));
    if (closing.aborted) return Promise.reject(new TransportError("the link is closed", false));
    const tooLate = () => new TransportError(`no answer within ${timeoutMs / 1000} s`, true);
    return bounded(run, { clock, timeoutMs, tooLate, signals: signal ? [closing, signal] : [closing] });
  }

  /** Undefined for what is no failure of a call: a signal's reason, or a bug. */
  #failureOf(error: unknown): Failure | undefined {
    if (error instanceof RateLimitError)
      return { kind: "limited", retryAfterMs: Math.max(0, Math.ceil(error.retryAfter)) };
    if (error instanceof DiscordAPIError) {
      return { kind: "refused", status: error.status, code: Number(error.code) || 0, words: error.message };
    }
    if (error instanceof HTTPError) {
      return { kind: "refused", status: error.status, code: 0, words: `it answered ${error.status}` };
    }
    if (error instanceof TransportError) {
      return { kind: "broken", mayHaveLeft: error.mayHaveLeft, reason: error.message };
    }
    // The client forgets a token that was refused, and then says so in words of its own.
    if (error instanceof Error && error.message.startsWith("Expected token to be set")) {
      return { kind: "refused", status: 401, code: 0, words: "401: Unauthorized" };
    }
    return undefined;
  }
}
