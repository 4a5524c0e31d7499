import {
  type Logger,
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from "@slack/web-api";
import { type Clock, oneLine } from "../../lib/index.ts";
import { MediaError } from "../errors.ts";
import { TransportError, transportErrorOf } from "../transport.ts";
import { bounded } from "../waiting.ts";
import { CallError, type Failure } from "./failures.ts";
import { fetchAnswer, type FetchedFile, fetchFile, type FileLimits, putFile } from "./transport.ts";

export interface WebApiOptions {
  readonly token: string;
  readonly apiRoot: string;
  readonly clock: Clock;
  /** Aborted when the link closes: nothing is asked after that. */
  readonly closing: AbortSignal;
  /** Told of every call that Slack answers with a no, before it rejects. */
  readonly onFailure?: (error: CallError) => void;
}

export interface CallLimits {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const callTimeoutMs = 30_000;
const uploadTimeoutMs = 300_000;

/**
 * Slack's Web API with one token: single attempts with a deadline, and failures that say what happened. A call
 * rejects with a CallError, or at once with the reason of its signal. The token leaves this file in headers only.
 */
export class WebApi {
  readonly #options: WebApiOptions;

  constructor(options: WebApiOptions) {
    this.#options = options;
  }

  async call<T>(method: string, run: (client: WebClient) => Promise<T>, limits: CallLimits = {}): Promise<T> {
    try {
      return await this.#bounded((signal) => run(this.#client(signal)), { timeoutMs: callTimeoutMs, ...limits });
    } catch (error) {
      const failure = failureOf(error, this.#options.token);
      if (!failure) throw error;
      const failed = new CallError(method, failure);
      this.#options.onFailure?.(failed);
      throw failed;
    }
  }

  /** Brings the bytes of a file to where Slack wants them. Nobody sees them before they are shared. */
  async upload(address: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    try {
      await this.#bounded((inner) => putFile(address, bytes, inner), { timeoutMs: uploadTimeoutMs, signal });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const { message: reason, mayHaveLeft } = transportErrorOf(error);
      throw new CallError("the upload", { kind: "broken", mayHaveLeft, reason });
    }
  }

  /** The bytes at an address that Slack told. Rejects with a MediaError or the signal's reason. */
  async file(address: string, limits: FileLimits): Promise<FetchedFile> {
    const { token } = this.#options;
    const { signal } = limits;
    try {
      const run = (inner: AbortSignal) => fetchFile(address, token, { ...limits, signal: inner });
      return await this.#bounded(run, { timeoutMs: uploadTimeoutMs, signal });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof MediaError) throw error;
      throw new MediaError(`the file did not come: ${transportErrorOf(error).message}`, false);
    }
  }

  #bounded<T>(run: (signal: AbortSignal) => Promise<T>, { timeoutMs = callTimeoutMs, signal }: CallLimits): Promise<T> {
    const { clock, closing, token } = this.#options;
    if (token === "") return Promise.reject(new TransportError("there is no token", false));
    if (closing.aborted) return Promise.reject(new TransportError("the link is closed", false));
    const tooLate = () => new TransportError(`no answer within ${timeoutMs / 1000} s`, true);
    return bounded(run, { clock, timeoutMs, tooLate, signals: signal ? [closing, signal] : [closing] });
  }

  /**
   * One client a call: its signal is the call's own. By itself it would try again for half an hour, and wait for as
   * long as Slack says without telling anybody.
   */
  #client(signal: AbortSignal): WebClient {
    const { token, apiRoot } = this.#options;
    return new WebClient(token, {
      slackApiUrl: apiRoot,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      logger: quiet,
      fetch: (address, init) => fetchAnswer(addressOf(address), init ?? {}, signal),
    });
  }
}

type Fetched = Parameters<typeof fetch>[0];

function addressOf(asked: Fetched): string {
  return asked instanceof Request ? asked.url : String(asked);
}

/** What goes wrong comes back from the call; what it logs beside holds texts of messages. */
const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** Undefined for what is no failure of a call: a signal's reason, or a bug. */
function failureOf(error: unknown, token: string): Failure | undefined {
  if (error instanceof WebAPIPlatformError) {
    const { error: word, needed } = error.data as { readonly error?: unknown; readonly needed?: unknown };
    return {
      kind: "refused",
      error: withoutSecret(String(word), token),
      ...(typeof needed === "string" && { needed: oneLine(needed, 200) }),
    };
  }
  if (error instanceof WebAPIRateLimitedError) return { kind: "rate limited", retryAfterMs: error.retryAfter * 1000 };
  // Whoever answers so may have passed the call on before.
  if (error instanceof WebAPIHTTPError) {
    return { kind: "broken", mayHaveLeft: true, reason: `it answered ${error.statusCode}` };
  }
  const broken = error instanceof WebAPIRequestError ? error.original : error;
  if (broken instanceof TransportError) {
    return { kind: "broken", mayHaveLeft: broken.mayHaveLeft, reason: broken.message };
  }
  // The error within is not shown: nobody knows what it holds.
  return error instanceof WebAPIRequestError
    ? { kind: "broken", mayHaveLeft: true, reason: "the request failed" }
    : undefined;
}

function withoutSecret(text: string, token: string): string {
  return token === "" ? text : text.replaceAll(token, "[token]");
}
