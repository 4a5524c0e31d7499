import type { IncomingMessage, ServerResponse } from "node:http";
import type { CallLog } from "./call-log.ts";
import type { Desk } from "./desk.ts";
import type { Fault, Faults } from "./faults.ts";
import { perform } from "./methods.ts";
import { isJson, type Json, Refusal } from "./wire.ts";

export interface DaemonFrontOptions {
  readonly desk: Desk;
  readonly faults: Faults;
  readonly log: CallLog;
  /** Knows one account only, as `signal-cli --account` does. */
  readonly isSingle: boolean;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the connection is gone. */
  readonly gone: AbortSignal;
}

/** signal-cli's HTTP side: `check`, `rpc`, `events`; errors of calls have status 200, as there. */
export class DaemonFront {
  readonly #options: DaemonFrontOptions;

  constructor(options: DaemonFrontOptions) {
    this.#options = options;
  }

  readonly serve = (request: IncomingMessage, response: ServerResponse): void => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    this.#serve({ request, response, gone: gone.signal }).catch((error: unknown) => {
      if (!gone.signal.aborted) end(response, 500, `the double failed: ${String(error)}`);
    });
  };

  async #serve({ request, response, gone }: Exchange): Promise<void> {
    const url = new URL(request.url ?? "/", "http://double");
    const { desk, log } = this.#options;
    log.contacts++;
    switch (`${request.method} ${url.pathname}`) {
      case "GET /api/v1/check":
        return end(response, 200, "");
      case "GET /api/v1/events":
        return this.#listen(url, request, response);
      case "POST /api/v1/rpc":
        return this.#rpc({ request, response, gone });
      case "GET /double/linked":
        return end(response, 200, desk.us.isLinked ? "yes" : "no");
      case "POST /double/receipt":
        desk.queue.receipt(Number(url.searchParams.get("id")));
        return end(response, 204, "");
      default:
        return end(response, url.pathname === "/api/v1/rpc" ? 405 : 404, "");
    }
  }

  #listen(url: URL, request: IncomingMessage, response: ServerResponse): void {
    const { desk, isSingle } = this.#options;
    const account = url.searchParams.get("account");
    const isKnown = desk.us.isLinked && (isSingle || account === null || account === desk.us.number);
    if (!isKnown && request.headers["x-double-single"] === undefined) return end(response, 400, "Unknown account");
    desk.queue.listen(response, request.headers["x-double-receipts"] !== undefined);
  }

  async #rpc(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    const body = await readBody(request);
    if (!request.headers["content-type"]?.startsWith("application/json")) return end(response, 415, "");
    const call = parsed(body);
    if (!isJson(call)) return json(response, new Refusal(-32_700, "Parse error").answer(null));
    const { id, method, params } = call;
    if (typeof method !== "string")
      return json(response, new Refusal(-32_600, "method field must be set").answer(null));
    const answer = await this.#call(exchange, method, isJson(params) ? params : {}, id);
    if (!answer) return;
    if (id === undefined) return end(response, 201, "");
    json(response, answer);
  }

  /** Undefined when nothing is to be answered. */
  async #call(exchange: Exchange, method: string, params: Json, id: unknown): Promise<Json | undefined> {
    const { faults, log } = this.#options;
    const { gone, request, response } = exchange;
    const record = log.begin(method, params);
    const fault = faults.take(method, undefined);
    const does = fault?.rule.does;
    if (does?.kind === "status") {
      end(response, does.status, does.body ?? "");
      return undefined;
    }
    if (does?.kind === "refuse") return new Refusal(does.code, does.message ?? "refused").answer(id);
    if (fault && (await isCutBefore(fault, exchange))) return undefined;
    const isSingle = this.#options.isSingle || request.headers["x-double-single"] !== undefined;
    const answer = await this.#perform(method, params, { isSingle, fault, id });
    log.add(record, { isApplied: !("error" in answer) });
    if (does?.kind === "drop-answer") return void request.socket.destroy();
    if (fault && does?.kind === "hold-answer") await fault.held(gone);
    if (gone.aborted) return undefined;
    log.add(record, { isAnswered: true });
    return answer;
  }

  async #perform(method: string, params: Json, { isSingle, fault, id }: Performing): Promise<Json> {
    const does = fault?.rule.does;
    const failure = does?.kind === "fail" ? { type: does.type, ...optional(does) } : undefined;
    try {
      const result = await perform({ method, params, isSingle, failure }, this.#options.desk);
      return { jsonrpc: "2.0", result: result ?? {}, id };
    } catch (error) {
      if (error instanceof Refusal) return error.answer(id);
      throw error;
    }
  }
}

interface Performing {
  readonly isSingle: boolean;
  readonly fault: Fault | undefined;
  readonly id: unknown;
}

function optional({
  retryAfterSeconds,
  token,
}: {
  retryAfterSeconds?: number | undefined;
  token?: string | undefined;
}) {
  return { ...(retryAfterSeconds !== undefined && { retryAfterSeconds }), ...(token !== undefined && { token }) };
}

/** Cuts a dropped call, and holds a hanging one until it is released or its client gave up. */
async function isCutBefore(fault: Fault, { request, gone }: Exchange): Promise<boolean> {
  const { kind } = fault.rule.does;
  if (kind === "hang") await fault.held(gone);
  if (kind === "drop") request.socket.destroy();
  return kind === "drop" || (kind === "hang" && gone.aborted);
}

function end(response: ServerResponse, status: number, body: string): void {
  response.statusCode = status;
  response.end(body);
}

function json(response: ServerResponse, answer: Json): void {
  response.setHeader("content-type", "application/json");
  end(response, 200, JSON.stringify(answer));
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  return Buffer.concat(parts).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
