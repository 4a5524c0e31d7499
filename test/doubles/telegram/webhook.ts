import { type BotRequest, integer, list, text } from "./bot-request.ts";
import type { Crabline } from "./crabline.ts";
import type { Updates } from "./updates.ts";
import { badRequest, isJson, type Json } from "./wire.ts";

interface Target {
  readonly url: string;
  /** PEM of a self-signed certificate that the bot uploaded. */
  readonly certificate: string | undefined;
  readonly connectionsMax: number;
  readonly secret: string | undefined;
}

/** What was delivered to the webhook, and the status that came back; undefined when nobody answered. */
export interface Delivery {
  readonly updateId: number;
  readonly status: number | undefined;
}

/**
 * The webhook. Crabline keeps the queue, the secret, the order and the retries; it posts to a relay of ours, which puts
 * the real update in and posts it to the bot.
 */
export class Webhook implements AsyncDisposable {
  readonly deliveries: Delivery[] = [];
  readonly #crabline: Crabline;
  readonly #updates: Updates;
  readonly #relay: Bun.Server<undefined>;
  #target: Target | undefined;
  #isPaused = false;

  constructor(crabline: Crabline, updates: Updates) {
    this.#crabline = crabline;
    this.#updates = updates;
    this.#relay = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => this.#deliver(request) });
  }

  get isSet(): boolean {
    return this.#target !== undefined;
  }

  async set({ params, uploads, signal }: BotRequest): Promise<unknown> {
    const { secret_token, drop_pending_updates } = params;
    const url = text(params, "url") ?? "";
    if (url === "") return this.delete(params);
    if (!isDeliverable(url)) throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
    const certificate = uploads.values().next().value;
    const before = this.#target;
    this.#target = {
      url,
      certificate: certificate && Buffer.from(certificate.bytes).toString("utf8"),
      connectionsMax: integer(params, "max_connections") ?? 40,
      secret: text(params, "secret_token"),
    };
    try {
      const relayed = { url: this.#relay.url.href, secret_token, drop_pending_updates };
      const answer = await this.#crabline.call("setWebhook", relayed, signal);
      this.#updates.allow(list(params, "allowed_updates"));
      return answer;
    } catch (error) {
      this.#target = before;
      throw error;
    }
  }

  async delete({ drop_pending_updates }: Json): Promise<unknown> {
    const answer = await this.#crabline.call("deleteWebhook", { drop_pending_updates });
    this.#target = undefined;
    return answer;
  }

  async describe(): Promise<Json> {
    const answer = await this.#crabline.call("getWebhookInfo", {});
    if (!this.#target) return { ...(isJson(answer) && answer), url: "" };
    const { url, certificate, connectionsMax } = this.#target;
    return {
      ...(isJson(answer) && answer),
      url,
      has_custom_certificate: certificate !== undefined,
      max_connections: connectionsMax,
      ...(this.#updates.allowed && { allowed_updates: this.#updates.allowed }),
    };
  }

  /** Nothing gets through until it is resumed. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Delivers at once what waits, instead of after crabline's pause between two tries. */
  async resume(): Promise<void> {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (!this.#target) return;
    const { secret } = this.#target;
    await this.#crabline.call("setWebhook", { url: this.#relay.url.href, ...(secret && { secret_token: secret }) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#relay.stop(true);
  }

  async #deliver(request: Request): Promise<Response> {
    const target = this.#target;
    const standIn: unknown = await request.json();
    const [update] = await this.#updates.unveil([standIn]);
    if (!target || !update) return new Response("gone", { status: 410 });
    const secret = request.headers.get("x-telegram-bot-api-secret-token");
    if (this.#isPaused) return new Response("the double is down", { status: 502 });
    const status = await post(target, JSON.stringify(update), secret);
    this.deliveries.push({ updateId: update.update_id, status });
    if (status !== undefined && status >= 200 && status < 300) this.#updates.confirm(update.update_id);
    return new Response(null, { status: status ?? 502 });
  }
}

async function post(target: Target, body: string, secret: string | null): Promise<number | undefined> {
  const headers = { "content-type": "application/json", ...(secret && { "x-telegram-bot-api-secret-token": secret }) };
  const tls = target.certificate === undefined ? {} : { tls: { ca: target.certificate } };
  const request = { method: "POST", headers, body, redirect: "manual" as const, keepalive: false };
  return fetch(target.url, { ...request, ...tls }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => undefined,
  );
}

/** Telegram wants https; the double lets plain http through on loopback. */
function isDeliverable(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname));
}
