import type { Log } from "../../lib/index.ts";
import type { MessageRef } from "../message.ts";
import type { Directory } from "./directory.ts";
import { nameOf } from "./emoji.ts";
import { CallError, deliveryErrorOf, isSettled } from "./failures.ts";
import { isTs } from "./people.ts";
import type { WebApi } from "./web-api.ts";

export interface ReactionsParts {
  readonly api: WebApi;
  readonly directory: Directory;
  readonly log: Log;
  readonly account: string;
}

/** Messages whose reaction of ours is remembered; of others Slack is asked. */
const rememberedMax = 500;

/**
 * Our reactions. Slack lets an app set many on one message; the house wants one, so the one before is taken away. An
 * emoji that Slack has no name for, or this workspace does not have, is left out.
 */
export class Reactions {
  readonly #parts: ReactionsParts;
  readonly #ours = new Map<string, string>();

  constructor(parts: ReactionsParts) {
    this.#parts = parts;
  }

  /** Rejects with a DeliveryError or the signal's reason. */
  async set(ref: MessageRef, emoji: string | null, signal: AbortSignal): Promise<void> {
    const { directory, log, account } = this.#parts;
    // A command is no message, so nothing can be put on it.
    if (!isTs(ref.messageId)) return;
    const name = emoji === null ? undefined : nameOf(emoji);
    if (emoji !== null && name === undefined) return log.debug("reaction.unknown", { account });
    try {
      const channel = await directory.channelOf(ref.peer.id, signal);
      await this.#replace({ channel, timestamp: ref.messageId }, name, signal);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (!isSettled(error, ["invalid_name", "too_many_reactions", "too_many_emoji"])) throw deliveryErrorOf(error);
      log.debug("reaction.refused", { account, error: error.message });
    }
  }

  async #replace(place: Place, name: string | undefined, signal: AbortSignal): Promise<void> {
    const key = `${place.channel} ${place.timestamp}`;
    const before = this.#ours.get(key);
    if (name !== undefined) {
      await this.#quietly("reactions.add", { ...place, name }, signal);
      this.#remember(key, name);
    }
    if (before === name && name !== undefined) return;
    const old = before !== undefined ? [before] : name === undefined ? await this.#found(place, signal) : [];
    for (const one of old) await this.#quietly("reactions.remove", { ...place, name: one }, signal);
    if (name === undefined) this.#ours.delete(key);
  }

  /** What is so already is no failure. */
  async #quietly(
    method: "reactions.add" | "reactions.remove",
    asked: Place & { readonly name: string },
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.#parts.api.call(
        method,
        (client) => (method === "reactions.add" ? client.reactions.add(asked) : client.reactions.remove(asked)),
        { signal },
      );
    } catch (error) {
      if (!(error instanceof CallError) || !isSettled(error, ["already_reacted", "no_reaction"])) throw error;
    }
  }

  /** Of an earlier life: those of all that Slack shows as ours. */
  async #found(place: Place, signal: AbortSignal): Promise<readonly string[]> {
    const { api } = this.#parts;
    const { user_id: us } = await api.call("auth.test", (client) => client.auth.test(), { signal });
    const answer = await api.call("reactions.get", (client) => client.reactions.get({ ...place, full: true }), {
      signal,
    });
    const reactions = answer.message?.reactions ?? [];
    return reactions.flatMap(({ name, users }) => (name && us && users?.includes(us) ? [name] : []));
  }

  #remember(key: string, name: string): void {
    this.#ours.delete(key);
    this.#ours.set(key, name);
    const [oldest] = this.#ours.keys();
    if (this.#ours.size > rememberedMax && oldest !== undefined) this.#ours.delete(oldest);
  }
}

interface Place {
  readonly channel: string;
  readonly timestamp: string;
}
