import { Api, GrammyError, HttpError, InputFile, type RawApi } from "grammy/web";
import type { Clock } from "../../lib/index.ts";
import { MediaError } from "../errors.ts";
import { fetchFile, TransportError, transportErrorOf } from "../transport.ts";
import { bounded } from "../waiting.ts";
import { CallError, type Failure, isRevoked } from "./failures.ts";
import { fetchAnswer, type TransportRequest } from "./transport.ts";

export interface BotApiOptions {
  readonly token: string;
  readonly apiRoot: string;
  readonly clock: Clock;
  /** Aborted when the link closes: nothing is asked after that. */
  readonly closing: AbortSignal;
  /** Telegram said that the token is nobody's. */
  readonly onRevoked?: () => void;
}

export interface CallLimits {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const callTimeoutMs = 30_000;
const uploadTimeoutMs = 300_000;

/**
 * The Bot API of one bot: single attempts with a deadline, and failures that say what happened. A call rejects with
 * a CallError, or at once with the reason of its signal. The token leaves this file in addresses only.
 */
export class BotApi {
  readonly #options: BotApiOptions;
  readonly #apiRoot: string;

  constructor(options: BotApiOptions) {
    this.#options = options;
    this.#apiRoot = options.apiRoot.replace(/\/+$/, "");
  }

  async call<T>(method: string, run: (raw: RawApi) => Promise<T>, limits: CallLimits = {}): Promise<T> {
    try {
      return await this.#bounded((signal) => run(this.#client(signal).raw), limits);
    } catch (error) {
      const failure = this.#failureOf(error);
      if (!failure) throw error;
      if (isRevoked(failure)) this.#options.onRevoked?.();
      throw new CallError(method, failure);
    }
  }

  /** A call that carries a file. */
  upload<T>(
    method: string,
    run: (raw: RawApi, file: InputFile) => Promise<T>,
    file: { readonly bytes: Uint8Array; readonly name: string },
    signal: AbortSignal,
  ): Promise<T> {
    const input = new InputFile(file.bytes, safeName(file.name));
    return this.call(method, (raw) => run(raw, input), { timeoutMs: uploadTimeoutMs, signal });
  }

  /** The bytes of a file whose path `getFile` told. Rejects with a MediaError. */
  async file(path: string, bytesMax: number, signal: AbortSignal) {
    if (path.startsWith("/")) throw new MediaError("the Bot API server keeps its files to itself (local mode)", true);
    const address = `${this.#apiRoot}/file/bot${this.#options.token}/${encodeURI(path)}`;
    const tooLarge = () => new MediaError(`the file is larger than ${bytesMax} bytes`, true);
    try {
      const limits = { timeoutMs: uploadTimeoutMs, signal };
      return await this.#bounded((inner) => fetchFile(address, { bytesMax, tooLarge }, inner), limits);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof MediaError) throw error;
      throw new MediaError(`the file did not come: ${transportErrorOf(error).message}`, false);
    }
  }

  #bounded<T>(run: (signal: AbortSignal) => Promise<T>, { timeoutMs = callTimeoutMs, signal }: CallLimits): Promise<T> {
    const { clock, closing, token } = this.#options;
    if (token === "") return Promise.reject(new TransportError("there is no bot token", false));
    if (closing.aborted) return Promise.reject(new TransportError("the link is closed", false));
    const tooLate = () => new TransportError(`no answer within ${timeoutMs / 1000} s`, true);
    return bounded(run, { clock, timeoutMs, tooLate, signals: signal ? [closing, signal] : [closing] });
  }

  /** One client a call: its signal and its transport are the call's own. */
  #client(signal: AbortSignal): Api {
    return new Api(this.#options.token, {
      apiRoot: this.#apiRoot,
      fetch: (address: string, request: TransportRequest) => fetchAnswer(address, { ...request, signal }),
    });
  }

  /** Undefined for what is no failure of a call: a signal's reason, or a bug. */
  #failureOf(error: unknown): Failure | undefined {
    if (error instanceof GrammyError) return this.#refusal(error);
    const broken = error instanceof HttpError ? error.error : error;
    if (broken instanceof TransportError) {
      return { kind: "broken", mayHaveLeft: broken.mayHaveLeft, reason: broken.message };
    }
    // The error within is not shown: nobody knows what it holds.
    return error instanceof HttpError ? { kind: "broken", mayHaveLeft: true, reason: "the request failed" } : undefined;
  }

  #refusal({ error_code: code, description, parameters }: GrammyError): Failure {
    const seconds = parameters.retry_after ?? Number(/retry after (\d+)/i.exec(description)?.[1]);
    return {
      kind: "refused",
      code,
      description: withoutSecret(description, this.#options.token),
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
      movedToChatId: parameters.migrate_to_chat_id === undefined ? undefined : String(parameters.migrate_to_chat_id),
    };
  }
}

function withoutSecret(text: string, token: string): string {
  return text.replaceAll(token, "[token]").replaceAll(token.slice(token.indexOf(":") + 1), "[token]");
}

/** grammY puts the name into a header as it is. */
function safeName(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f";\\]/g, "_") || "file";
}
