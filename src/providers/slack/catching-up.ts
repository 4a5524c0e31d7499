import { type Clock, type Log, slept } from "../../lib/index.ts";
import { CallError } from "./failures.ts";
import { isTs, tsOf } from "./people.ts";
import type { Thread } from "./threads.ts";
import type { WebApi } from "./web-api.ts";
import type { WireMessage } from "./wire.ts";

/**
 * What was said while nobody listened. Slack brings an event again for some minutes only, so a link that comes back
 * reads the chats that it is in, from where its predecessor stopped. Everything about it is bounded: what is older or
 * more than these limits stays unread, and the log says so.
 */
export const catchUpLimits = {
  /** Older messages are not read. */
  ageMs: 24 * 60 * 60_000,
  /** Direct chats first, then those of several people, then channels. */
  chatsMax: 200,
  messagesPerPage: 100,
  /** The latest ones of each chat. */
  pagesPerChat: 3,
  /** For all of it, with the pauses that Slack asks for. */
  timeMs: 10 * 60_000,
  /** So long what comes now waits for what was missed in its chat; Slack brings it again meanwhile, which is quiet. */
  waitMs: 10_000,
} as const;

export interface CatchUpParts {
  readonly account: string;
  readonly api: WebApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Where the last link stopped, in Slack's time. */
  readonly from: string;
  /** Threads to look into, beside those that hang on what is read. */
  readonly threads: readonly Thread[];
  readonly take: (message: WireMessage, channel: string) => Promise<boolean>;
}

const kinds = ["im", "mpim", "private_channel", "public_channel"] as const;

interface Answer {
  readonly messages?: readonly unknown[];
  readonly has_more?: boolean;
  readonly response_metadata?: { readonly next_cursor?: string };
}

export class CatchUp {
  readonly #parts: CatchUpParts;
  readonly #oldest: string;
  readonly #endMs: number;
  readonly #chats = new Map<string, Promise<number>>();
  /** Slack said that we ask too often: nothing waits for what takes a minute. */
  readonly #slowed = Promise.withResolvers<void>();
  #isWhole = true;
  /** Some chats could not be listed: they are read once something comes there. */
  #isUnlisted = false;
  #isOver = false;

  constructor(parts: CatchUpParts) {
    const { clock, from } = parts;
    this.#parts = parts;
    this.#oldest = tsOf(Math.max(Number(from) * 1000, clock.nowMs() - catchUpLimits.ageMs));
    this.#endMs = clock.elapsedMs() + catchUpLimits.timeMs;
  }

  /** Reads every chat. It rejects with the signal's reason, or for a bug. */
  async all(): Promise<void> {
    const { log, account } = this.#parts;
    const chats = await this.#list();
    let count = 0;
    for (const channel of chats) count += await this.#once(channel);
    this.#isOver = !this.#isUnlisted;
    log.info("link.caught-up", { account, chats: chats.length, messages: count, isWhole: this.#isWhole });
  }

  /**
   * Resolves once a chat is read, so that what comes there now is stored behind what was missed; or when that takes
   * too long. It never rejects.
   */
  async before(channel: string): Promise<void> {
    const { clock, signal } = this.#parts;
    // What was said in a chat before we were invited there, days later, was not missed.
    if (this.#isOver || clock.elapsedMs() >= this.#endMs) return;
    const over = new AbortController();
    const late = slept(clock, catchUpLimits.waitMs, AbortSignal.any([signal, over.signal]));
    const read = this.#once(channel).then(
      () => undefined,
      () => undefined,
    );
    await Promise.race([read, late, this.#slowed.promise]);
    over.abort();
  }

  /** Each chat is read once, whoever asks first. */
  #once(channel: string): Promise<number> {
    const known = this.#chats.get(channel);
    if (known) return known;
    const reading = this.#read(channel);
    // Whoever waits for it hears of it; nobody has to.
    reading.catch(() => undefined);
    this.#chats.set(channel, reading);
    return reading;
  }

  /** Kinds of chats that the app may not list are none of its own. */
  async #list(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const types of kinds) {
      const asked = { types, exclude_archived: true, limit: catchUpLimits.chatsMax };
      const answer = await this.#ask("users.conversations", (client) => client.users.conversations(asked));
      if (!answer) this.#isUnlisted = true;
      found.push(...(answer?.channels ?? []).flatMap(({ id }) => (id === undefined ? [] : [id])));
    }
    if (found.length > catchUpLimits.chatsMax) this.#isWhole = false;
    return found.slice(0, catchUpLimits.chatsMax);
  }

  /** How many messages of a chat were stored, the oldest first, those of its threads behind the others. */
  async #read(channel: string): Promise<number> {
    const said = await this.#pages("conversations.history", (cursor) => ({
      ask: (client) => client.conversations.history({ ...this.#page(channel), ...cursor }),
    }));
    const hanging = said.filter(({ latest_reply: latest }) => isTs(latest) && Number(latest) > Number(this.#oldest));
    const ours = this.#parts.threads.filter((thread) => thread.channel === channel).map(({ ts }) => ts);
    const roots = new Set([...ours, ...hanging.flatMap(({ ts }) => ts ?? [])]);
    let count = await this.#store(channel, said);
    for (const ts of roots) {
      const replies = await this.#pages("conversations.replies", (cursor) => ({
        ask: (client) => client.conversations.replies({ ...this.#page(channel), ts, ...cursor }),
      }));
      // The message that the thread hangs on comes with it, whatever its age.
      count += await this.#store(
        channel,
        replies.filter((reply) => reply.ts !== ts),
      );
    }
    return count;
  }

  #page(channel: string) {
    return { channel, oldest: this.#oldest, limit: catchUpLimits.messagesPerPage };
  }

  async #pages(
    method: string,
    at: (cursor: { readonly cursor?: string }) => { readonly ask: Ask<Answer> },
  ): Promise<readonly WireMessage[]> {
    const messages: WireMessage[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < catchUpLimits.pagesPerChat; page++) {
      const answer = await this.#ask(method, at(cursor === undefined ? {} : { cursor }).ask);
      messages.push(...((answer?.messages ?? []) as readonly WireMessage[]));
      cursor = (answer?.has_more && answer.response_metadata?.next_cursor) || undefined;
      if (cursor === undefined) return messages.filter(({ ts }) => isTs(ts));
    }
    this.#isWhole = false;
    return messages.filter(({ ts }) => isTs(ts));
  }

  async #store(channel: string, messages: readonly WireMessage[]): Promise<number> {
    let count = 0;
    for (const message of messages.toSorted((left, right) => Number(left.ts) - Number(right.ts))) {
      this.#parts.signal.throwIfAborted();
      if (await this.#parts.take(message, channel)) count++;
      else this.#isWhole = false;
    }
    return count;
  }

  /** Waits as long as Slack says. Undefined for what cannot be read, or not in time. */
  async #ask<T>(method: string, run: Ask<T>): Promise<T | undefined> {
    const { api, clock, signal, log, account } = this.#parts;
    for (;;) {
      if (clock.elapsedMs() >= this.#endMs) break;
      try {
        return await api.call(method, run, { signal });
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        const { failure } = error;
        log.debug("history.unread", { account, method, reason: error.message });
        // It is no member of it, or may not read it: then it hears nothing from there either.
        if (failure.kind === "refused") return undefined;
        this.#slowed.resolve();
        const pauseMs = (failure.kind === "rate limited" ? failure.retryAfterMs : undefined) ?? brokenPauseMs;
        if (!(await slept(clock, pauseMs, signal))) throw signal.reason;
      }
    }
    this.#isWhole = false;
    return undefined;
  }
}

type Ask<T> = (client: Parameters<Parameters<WebApi["call"]>[1]>[0]) => Promise<T>;

const brokenPauseMs = 5000;
