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

/** Resolves true once all was read and stored, within the limits. Rejects with the signal's reason, or for a bug. */
export async function catchUp(parts: CatchUpParts): Promise<boolean> {
  const { clock, log, account, threads } = parts;
  const oldestMs = Math.max(Number(parts.from) * 1000, clock.nowMs() - catchUpLimits.ageMs);
  const reader = new Reader(parts, tsOf(oldestMs));
  const chats = await reader.chats();
  let count = 0;
  for (const channel of chats) {
    const own = threads.filter((thread) => thread.channel === channel).map(({ ts }) => ts);
    count += await reader.chat(channel, own);
  }
  log.info("link.caught-up", { account, chats: chats.length, messages: count, isWhole: reader.isWhole });
  return reader.isWhole;
}

const kinds = ["im", "mpim", "private_channel", "public_channel"] as const;

interface Answer {
  readonly messages?: readonly unknown[];
  readonly has_more?: boolean;
  readonly response_metadata?: { readonly next_cursor?: string };
}

class Reader {
  readonly #parts: CatchUpParts;
  readonly #oldest: string;
  readonly #endMs: number;
  isWhole = true;

  constructor(parts: CatchUpParts, oldest: string) {
    this.#parts = parts;
    this.#oldest = oldest;
    this.#endMs = parts.clock.elapsedMs() + catchUpLimits.timeMs;
  }

  /** Kinds of chats that the app may not list are none of its own. */
  async chats(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const types of kinds) {
      const asked = { types, exclude_archived: true, limit: catchUpLimits.chatsMax };
      const answer = await this.#ask("users.conversations", (client) => client.users.conversations(asked));
      found.push(...(answer?.channels ?? []).flatMap(({ id }) => (id === undefined ? [] : [id])));
    }
    if (found.length > catchUpLimits.chatsMax) this.isWhole = false;
    return found.slice(0, catchUpLimits.chatsMax);
  }

  /** How many messages of a chat were stored, the oldest first, those of its threads behind the others. */
  async chat(channel: string, threads: readonly string[]): Promise<number> {
    const said = await this.#pages("conversations.history", (cursor) => ({
      ask: (client) => client.conversations.history({ ...this.#page(channel), ...cursor }),
    }));
    const hanging = said.filter(({ latest_reply: latest }) => isTs(latest) && Number(latest) > Number(this.#oldest));
    const roots = new Set([...threads, ...hanging.flatMap(({ ts }) => ts ?? [])]);
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
    this.isWhole = false;
    return messages.filter(({ ts }) => isTs(ts));
  }

  async #store(channel: string, messages: readonly WireMessage[]): Promise<number> {
    let count = 0;
    for (const message of messages.toSorted((left, right) => Number(left.ts) - Number(right.ts))) {
      this.#parts.signal.throwIfAborted();
      if (await this.#parts.take(message, channel)) count++;
      else this.isWhole = false;
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
        const pauseMs = (failure.kind === "rate limited" ? failure.retryAfterMs : undefined) ?? brokenPauseMs;
        if (!(await slept(clock, pauseMs, signal))) throw signal.reason;
      }
    }
    this.isWhole = false;
    return undefined;
  }
}

type Ask<T> = (client: Parameters<Parameters<WebApi["call"]>[1]>[0]) => Promise<T>;

const brokenPauseMs = 5000;
