import type { SessionKey } from "./session-key.ts";

/** Short notices for the agent that go in front of the next prompt of a session. In memory, bounded. */
export const systemEventsMax = 20;
const sessionsMax = 256;

export class SystemEvents {
  readonly #queues = new Map<SessionKey, string[]>();

  /** Consecutive repeats are dropped, and the oldest when there are too many. */
  add(key: SessionKey, text: string): void {
    const queue = this.#queues.get(key) ?? [];
    if (queue.at(-1) === text) return;
    queue.push(text);
    if (queue.length > systemEventsMax) queue.shift();
    this.#queues.set(key, queue);
    const [oldest] = this.#queues.keys();
    if (this.#queues.size > sessionsMax && oldest !== undefined) this.#queues.delete(oldest);
  }

  list(key: SessionKey): readonly string[] {
    return this.#queues.get(key) ?? [];
  }

  take(key: SessionKey): string[] {
    const taken = this.#queues.get(key) ?? [];
    this.#queues.delete(key);
    return taken;
  }
}
