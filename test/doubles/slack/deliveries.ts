import { createHmac } from "node:crypto";
import { type Clock, slept } from "../../../src/lib/index.ts";
import type { Json } from "../telegram/wire.ts";
import type { Watch } from "../watch.ts";
import type { SocketSide } from "./socket-side.ts";

/** Something that Slack has for the app, until the app says that it has it. */
export interface Delivery {
  readonly id: string;
  readonly type: "events_api" | "slash_commands" | "interactive";
  readonly payload: Json;
  attempts: number;
  isTaken: boolean;
  /** Given up: it is never brought again. */
  isDropped: boolean;
}

export interface DeliveriesParts {
  readonly clock: Clock;
  readonly watch: Watch;
  readonly sockets: SocketSide;
  readonly signingSecret: string;
  /** The pauses before Slack brings again what was not acknowledged. After the last one it gives up. */
  readonly pausesMs: readonly number[];
  readonly signal: AbortSignal;
}

/** For so long Slack waits for an acknowledgement. */
export const ackMs = 3000;

/** What Slack brings: over the latest socket, or to an address. Again for a while, and then never. */
export class Deliveries {
  readonly all: Delivery[] = [];
  readonly #parts: DeliveriesParts;
  #address: string | undefined;

  constructor(parts: DeliveriesParts) {
    this.#parts = parts;
  }

  /** From now on over HTTP; undefined: over the socket. */
  bringTo(address: string | undefined): void {
    this.#address = address;
  }

  add(type: Delivery["type"], payload: Json): Delivery {
    const id = `${String(this.all.length + 1).padStart(8, "0")}-0000-4000-8000-000000000000`;
    const delivery: Delivery = { id, type, payload, attempts: 0, isTaken: false, isDropped: false };
    this.all.push(delivery);
    void this.#keepBringing(delivery);
    return delivery;
  }

  /** Everything that was not acknowledged, now. */
  async again(): Promise<void> {
    await Promise.all(this.all.filter(({ isTaken }) => !isTaken).map((delivery) => this.#bring(delivery)));
  }

  acknowledged(message: Json): void {
    const found = this.all.find(({ id }) => id === message["envelope_id"]);
    if (found) this.#taken(found);
  }

  async #keepBringing(delivery: Delivery): Promise<void> {
    const { clock, signal, pausesMs } = this.#parts;
    await this.#bring(delivery);
    for (const pauseMs of pausesMs) {
      if (!(await slept(clock, ackMs + pauseMs, signal))) return;
      if (delivery.isTaken) return;
      await this.#bring(delivery);
    }
    if (!(await slept(clock, ackMs, signal)) || delivery.isTaken) return;
    delivery.isDropped = true;
    this.#parts.watch.changed();
  }

  async #bring(delivery: Delivery): Promise<void> {
    const attempt = delivery.attempts++;
    if (this.#address !== undefined) return this.#post(this.#address, delivery, attempt);
    const reason = attempt === 0 ? {} : { retry_attempt: attempt, retry_reason: "timeout" };
    this.#parts.sockets.current?.send({
      envelope_id: delivery.id,
      type: delivery.type,
      payload: delivery.payload,
      accepts_response_payload: delivery.type !== "events_api",
      ...reason,
    });
  }

  async #post(address: string, delivery: Delivery, attempt: number): Promise<void> {
    const { type, payload } = delivery;
    const body =
      type === "events_api"
        ? JSON.stringify(payload)
        : new URLSearchParams(
            type === "interactive" ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>),
          ).toString();
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: this.signed(body, {
          "content-type": type === "events_api" ? "application/json" : "application/x-www-form-urlencoded",
          ...(attempt > 0 && { "x-slack-retry-num": String(attempt), "x-slack-retry-reason": "http_error" }),
        }),
        body,
      });
      if (response.status === 200) this.#taken(delivery);
    } catch {
      // Nobody is there: it is brought again like everything that was not taken.
      this.#parts.watch.changed();
    }
  }

  /** Headers with which Slack proves that a body is its own. */
  signed(body: string, headers: Readonly<Record<string, string>> = {}): Record<string, string> {
    const seconds = String(Math.floor(this.#parts.clock.nowMs() / 1000));
    const hash = createHmac("sha256", this.#parts.signingSecret).update(`v0:${seconds}:${body}`).digest("hex");
    return { ...headers, "x-slack-request-timestamp": seconds, "x-slack-signature": `v0=${hash}` };
  }

  #taken(delivery: Delivery): void {
    delivery.isTaken = true;
    this.#parts.watch.changed();
  }
}
