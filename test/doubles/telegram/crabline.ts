import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTelegramServer } from "@openclaw/crabline";
import type { BotRequest } from "./bot-request.ts";
import { type Answer, isJson, type Json, Refusal, type WireChat } from "./wire.ts";

/** What the double lets pass to crabline: far more than a test leaves lying. */
const pendingUpdatesMax = 100_000;

export interface CrablineOptions {
  readonly token: string;
  readonly botUsername: string;
}

/**
 * The third party's Bot API server behind the double: it numbers messages, keeps the queue of updates with its long
 * poll, offsets and conflicts, delivers webhooks, and checks what it knows.
 */
export class Crabline implements AsyncDisposable {
  readonly #close: () => Promise<void>;
  readonly #inboundUrl: string;
  readonly #apiUrl: string;
  readonly #adminToken: string;

  private constructor(server: Awaited<ReturnType<typeof startTelegramServer>>, close: () => Promise<void>) {
    this.#close = close;
    this.#inboundUrl = server.manifest.endpoints.adminInboundUrl;
    this.#apiUrl = `${server.manifest.endpoints.apiRoot}/bot${server.manifest.botToken}`;
    this.#adminToken = server.manifest.adminToken;
  }

  static async start({ token, botUsername }: CrablineOptions): Promise<Crabline> {
    const folder = await mkdtemp(join(tmpdir(), "telegram-double-"));
    const server = await startTelegramServer({
      botToken: token,
      botId: Number(token.split(":")[0]),
      botUsername,
      recorderPath: join(folder, "crabline.jsonl"),
      maxPendingInboundEvents: pendingUpdatesMax,
    });
    const crabline = new Crabline(server, async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });
    await crabline.#prove();
    return crabline;
  }

  /** Its recorder keeps locks under the user's home, and without them every call fails. */
  async #prove(): Promise<void> {
    await this.call("getMe", {}).catch(async (cause: unknown) => {
      await this.#close();
      throw new Error("crabline does not start: it wants to write to ~/.cache/crabline of its own user", { cause });
    });
  }

  /** The call as it came: crabline reads the same bytes. */
  pass(request: BotRequest): Promise<unknown> {
    return this.#fetch(request.method, request.body, request.contentType, request.signal);
  }

  /** A call of our own making, for what crabline lacks. */
  call(method: string, params: Json, signal?: AbortSignal): Promise<unknown> {
    return this.#fetch(method, JSON.stringify(params), "application/json", signal);
  }

  /** Puts an update into the queue. `inbound` is in crabline's admin words. Gives the message's id. */
  async inject(inbound: Json): Promise<number> {
    const answer = await this.#post(this.#inboundUrl, JSON.stringify(inbound), {
      "content-type": "application/json",
      "x-crabline-admin-token": this.#adminToken,
    });
    if (!isJson(answer) || answer["ok"] !== true) {
      throw new Error(`crabline refused an update: ${JSON.stringify(answer)}`);
    }
    const update = isJson(answer["update"]) ? answer["update"] : {};
    const message = isJson(update["message"]) ? update["message"] : {};
    return typeof message["message_id"] === "number" ? message["message_id"] : 0;
  }

  /**
   * Tells crabline of a chat, in an update that it keeps out of the queue: the chat's first message says that it was
   * opened. So no topic gets the number of the general one.
   */
  async introduce(chat: WireChat, updateId: number): Promise<void> {
    await this.inject({ updateId, message: { chat, message_id: 1, group_chat_created: true } });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }

  async #fetch(
    method: string,
    body: Uint8Array | string,
    contentType: string,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const headers: Record<string, string> = contentType === "" ? {} : { "content-type": contentType };
    const answer = (await this.#post(`${this.#apiUrl}/${method}`, body, headers, signal)) as Answer;
    if (answer.ok) return answer.result;
    throw new Refusal(answer.error_code, answer.description);
  }

  async #post(
    url: string,
    body: Uint8Array | string,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const payload = typeof body === "string" ? body : Buffer.from(body);
    // A connection of its own each time: crabline closes idle ones, perhaps just when they are used again.
    const request = { method: "POST", headers, body: payload, signal: signal ?? null, keepalive: false };
    const response = await fetch(url, request);
    return response.json();
  }
}
