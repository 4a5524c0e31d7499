import type { IncomingMessage, ServerResponse } from "node:http";
import { type BotRequest, integer, parseParams, readBody } from "./bot-request.ts";
import { perform } from "./bot-methods.ts";
import { type CallLog, summary } from "./call-log.ts";
import type { Desk } from "./desk.ts";
import { type Fault, type Faults, refusalOf } from "./faults.ts";
import { type Answer, Refusal } from "./wire.ts";

export interface BotFrontOptions {
  readonly token: string;
  readonly desk: Desk;
  readonly faults: Faults;
  readonly log: CallLog;
}

/** One request and what is known of its connection. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the connection is gone. */
  readonly gone: AbortSignal;
}

/** The most that a bot may upload. */
const uploadBytesMax = 50 * 1024 * 1024;

const unauthorized = new Refusal(401, "Unauthorized");
const tooLarge = new Refusal(413, "Request Entity Too Large");
const never = new AbortController().signal;

/** Telegram's HTTP side: who may call, what goes wrong on purpose, what is remembered, and what is answered. */
export class BotFront {
  readonly #options: BotFrontOptions;
  #revoked = new AbortController();

  constructor(options: BotFrontOptions) {
    this.#options = options;
  }

  /** From now on the token is worth nothing; polls that wait hear it too. */
  revoke(): void {
    this.#revoked.abort();
  }

  restore(): void {
    this.#revoked = new AbortController();
  }

  readonly serve = (request: IncomingMessage, response: ServerResponse): void => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const exchange = { request, response, gone: gone.signal };
    this.#serve(exchange).catch((error: unknown) => {
      if (gone.signal.aborted) return;
      const failed = { ok: false, error_code: 500, description: `the double failed: ${String(error)}` } as const;
      void send(exchange, error instanceof Refusal ? error.answer() : failed);
    });
  };

  async #serve(exchange: Exchange): Promise<void> {
    const url = new URL(exchange.request.url ?? "/", "http://double");
    const body = await readBody(exchange.request);
    const [, isFile, token, rest] = /^\/(file\/)?bot([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
    if (token === undefined || rest === undefined) {
      return void send(exchange, { ok: false, error_code: 404, description: "Not Found" });
    }
    if (token !== this.#options.token) return void send(exchange, unauthorized.answer());
    if (body.length > uploadBytesMax) return void send(exchange, tooLarge.answer());
    const request = this.#read(exchange, { body, url, method: isFile ? "download" : rest });
    if (request instanceof Refusal) return void send(exchange, request.answer());
    if (isFile) return this.#run(exchange, { ...request, params: { path: decodeURIComponent(rest) } });
    return this.#run(exchange, request);
  }

  #read(
    { request, gone }: Exchange,
    { body, url, method }: { readonly body: Uint8Array; readonly url: URL; readonly method: string },
  ): BotRequest | Refusal {
    const contentType = request.headers["content-type"] ?? "";
    try {
      const parsed = parseParams(body, contentType, url.searchParams);
      // What has arrived is done, also when nobody waits for the answer; a poll alone ends with its connection.
      const signal = method.toLowerCase() === "getupdates" ? AbortSignal.any([gone, this.#revoked.signal]) : never;
      const asJson = { body: Buffer.from(JSON.stringify(parsed.params)), contentType: "application/json" };
      return { ...parsed, method, signal, ...(body.length === 0 ? asJson : { body, contentType }) };
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  async #run(exchange: Exchange, request: BotRequest): Promise<void> {
    const { log, faults, desk } = this.#options;
    const seq = log.begin(request, desk.clock.nowMs());
    const fault = faults.take(request.method, integer(request.params, "chat_id"));
    const does = fault?.rule.does;
    if (fault && does?.kind === "refuse") {
      const answer = refusalOf(does);
      log.add({ seq, applied: false, ...told(answer) });
      return this.#answer(exchange, seq, does.body ?? answer, does.code);
    }
    if (fault && (await this.#isCutBefore(exchange, fault))) {
      return log.add({ seq, applied: false, answered: false });
    }
    const outcome = await this.#perform(request);
    if (outcome instanceof Uint8Array) log.add({ seq, applied: true, code: 200 });
    else log.add({ seq, applied: outcome.ok, ...told(outcome), ...(outcome.ok && summary(outcome.result)) });
    if (does?.kind === "drop-answer") {
      exchange.request.socket.destroy();
      return log.add({ seq, answered: false });
    }
    if (fault && does?.kind === "hold-answer") {
      await fault.held(exchange.gone, "ms" in does ? desk.clock.sleep(does.ms) : undefined);
    }
    await this.#answer(exchange, seq, outcome);
  }

  /** Cuts a dropped call, and holds a hanging one until it is released or its client gave up. */
  async #isCutBefore({ request, gone }: Exchange, fault: Fault): Promise<boolean> {
    if (fault.rule.does.kind === "hang") {
      await fault.held(gone);
      return gone.aborted;
    }
    if (fault.rule.does.kind !== "drop") return false;
    request.socket.destroy();
    return true;
  }

  async #perform(request: BotRequest): Promise<Answer | Uint8Array> {
    const { desk } = this.#options;
    const revoked = this.#revoked.signal;
    try {
      if (revoked.aborted) throw unauthorized;
      if (request.method !== "download") return { ok: true, result: await perform(request, desk) };
      const file = desk.files.at(String(request.params["path"]));
      if (!file) throw new Refusal(404, "Not Found: file not found");
      return file.bytes;
    } catch (error) {
      if (revoked.aborted) return unauthorized.answer();
      if (error instanceof Refusal) return error.answer();
      if (request.signal.aborted) return { ok: false, error_code: 499, description: "the client hung up" };
      throw error;
    }
  }

  async #answer(exchange: Exchange, seq: number, content: Answer | Uint8Array | string, code?: number): Promise<void> {
    const answered = await send(exchange, content, code);
    this.#options.log.add({ seq, answered });
  }
}

/** True once all of it was handed to a connection that still stood. */
function send({ response, gone }: Exchange, content: Answer | Uint8Array | string, code?: number): Promise<boolean> {
  if (gone.aborted) return Promise.resolve(false);
  const isBytes = content instanceof Uint8Array;
  const isText = typeof content === "string";
  response.statusCode = code ?? (isBytes || isText || content.ok ? 200 : content.error_code);
  const type = isBytes ? "application/octet-stream" : isText ? "text/html" : "application/json";
  response.setHeader("content-type", type);
  return new Promise((resolve) => {
    gone.addEventListener("abort", () => resolve(response.writableFinished), { once: true });
    response.end(isBytes || isText ? content : JSON.stringify(content), () => resolve(true));
  });
}

function told(answer: Answer): { readonly code: number; readonly description?: string } {
  return answer.ok ? { code: 200 } : { code: answer.error_code, description: answer.description };
}
