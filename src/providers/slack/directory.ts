import { type Clock, errorFields, type Log, slept } from "../../lib/index.ts";
import { CallError } from "./failures.ts";
import type { Names } from "./mrkdwn.ts";
import { isUserId } from "./people.ts";
import type { WebApi } from "./web-api.ts";

/**
 * How people and channels are called, and which channel is a person's. Events carry ids alone. Names are for showing,
 * so a message waits for them for a moment only, and goes without those that are not known by then.
 */
const namesMax = 2000;
const freshMs = 12 * 60 * 60_000;
/** What could not be told is not asked for again before. */
const unknownMs = 10 * 60_000;
const waitMs = 800;
/** Of one message. */
const asksMax = 10;

interface Entry {
  readonly name: string | undefined;
  readonly untilMs: number;
}

export interface DirectoryParts {
  readonly api: WebApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly account: string;
  readonly signal: AbortSignal;
}

export class Directory implements Names {
  readonly #parts: DirectoryParts;
  readonly #entries = new Map<string, Entry>();
  readonly #asking = new Map<string, Promise<void>>();
  readonly #directs = new Map<string, string>();

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  user(id: string): string | undefined {
    return this.#entries.get(id)?.name;
  }

  chat(id: string): string | undefined {
    return this.#entries.get(id)?.name;
  }

  /** Resolves once the names are known, or the moment is over. It never rejects. */
  async learn(ids: readonly string[]): Promise<void> {
    const { clock, signal } = this.#parts;
    const missing = [...new Set(ids)].filter((id) => !this.#isFresh(id)).slice(0, asksMax);
    if (missing.length === 0) return;
    const over = new AbortController();
    const late = slept(clock, waitMs, AbortSignal.any([signal, over.signal]));
    await Promise.race([late, Promise.all(missing.map((id) => this.#ask(id)))]);
    over.abort();
  }

  /** The channel behind an id, which may be a person's. Rejects with a CallError or the signal's reason. */
  async channelOf(id: string, signal: AbortSignal): Promise<string> {
    if (!isUserId(id)) return id;
    const known = this.#directs.get(id);
    if (known !== undefined) return known;
    const method = "conversations.open";
    const { channel } = await this.#parts.api.call(method, (client) => client.conversations.open({ users: id }), {
      signal,
    });
    if (!channel?.id) throw new CallError(method, { kind: "refused", error: "channel_not_found" });
    if (this.#directs.size >= namesMax) this.#directs.clear();
    this.#directs.set(id, channel.id);
    return channel.id;
  }

  #isFresh(id: string): boolean {
    return (this.#entries.get(id)?.untilMs ?? 0) > this.#parts.clock.elapsedMs();
  }

  #ask(id: string): Promise<void> {
    const asked = this.#asking.get(id);
    if (asked) return asked;
    const asking = this.#nameOf(id)
      .then(
        (name) => this.#keep(id, name),
        (error: unknown) => {
          const { log, account } = this.#parts;
          log.debug("name.unknown", { account, ...errorFields(error) });
          this.#keep(id, this.#entries.get(id)?.name, unknownMs);
        },
      )
      .finally(() => this.#asking.delete(id));
    this.#asking.set(id, asking);
    return asking;
  }

  async #nameOf(id: string): Promise<string | undefined> {
    const { api, signal } = this.#parts;
    if (isUserId(id)) {
      const { user } = await api.call("users.info", (client) => client.users.info({ user: id }), { signal });
      return user?.profile?.display_name || user?.profile?.real_name || user?.real_name || user?.name;
    }
    const { channel } = await api.call("conversations.info", (client) => client.conversations.info({ channel: id }), {
      signal,
    });
    return channel?.name;
  }

  #keep(id: string, name: string | undefined, ms = freshMs): void {
    this.#entries.delete(id);
    this.#entries.set(id, { name, untilMs: this.#parts.clock.elapsedMs() + ms });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > namesMax && oldest !== undefined) this.#entries.delete(oldest);
  }
}
