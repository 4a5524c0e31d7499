import type { ServerResponse } from "node:http";
import type { Clock } from "../../../src/lib/index.ts";
import type { Watch } from "../watch.ts";
import type { Json } from "./wire.ts";

/** An event of the daemon, and what became of it. */
export interface QueuedEvent {
  readonly id: number;
  readonly content: string;
  /** Given to a listener's connection: signal-cli then forgets it. */
  isHandedOver: boolean;
}

const signOfLifeMs = 15_000;

/**
 * What waits at Signal's server until somebody listens (`--receive-mode=on-connection`), and the listeners. An event is
 * forgotten when it was written to one, whether that one got it or not; as the daemon does. A stand-in for the daemon's
 * process asks for receipts instead, for what dies with it has not been handed over by anybody.
 */
export class EventQueue {
  readonly #watch: Watch;
  readonly #clock: Clock;
  readonly events: QueuedEvent[] = [];
  readonly #listeners = new Map<ServerResponse, { readonly wantsReceipts: boolean; readonly given: Set<number> }>();
  #isPaused = false;

  constructor(watch: Watch, clock: Clock) {
    this.#watch = watch;
    this.#clock = clock;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  add(payload: Json): QueuedEvent {
    const event = { id: this.events.length + 1, content: JSON.stringify(payload), isHandedOver: false };
    this.events.push(event);
    this.#flush();
    return event;
  }

  listen(response: ServerResponse, wantsReceipts: boolean): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    const gone = new AbortController();
    this.#listeners.set(response, { wantsReceipts, given: new Set() });
    response.on("close", () => {
      gone.abort();
      this.#listeners.delete(response);
      this.#watch.changed();
    });
    void this.#showLife(response, gone.signal);
    this.#flush();
  }

  /** A stand-in has handed these over. */
  receipt(id: number): void {
    const event = this.events[id - 1];
    if (event) event.isHandedOver = true;
    this.#watch.changed();
  }

  /** Nothing is told while paused, not even signs of life: the daemon hangs. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#flush();
  }

  #flush(): void {
    if (this.#isPaused) return;
    for (const [response, { wantsReceipts, given }] of this.#listeners) {
      for (const event of this.events) {
        if (event.isHandedOver || given.has(event.id)) continue;
        given.add(event.id);
        response.write(`${wantsReceipts ? `id:${event.id}\n` : ""}event:receive\ndata:${event.content}\n\n`);
        if (!wantsReceipts) event.isHandedOver = true;
      }
    }
    this.#watch.changed();
  }

  async #showLife(response: ServerResponse, signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await this.#clock.sleep(signOfLifeMs, signal);
        if (!this.#isPaused) response.write(":\n");
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
