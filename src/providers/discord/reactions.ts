import type { APIMessage } from "discord-api-types/v10";
import type { MessageRef } from "../message.ts";
import { CallError, deliveryErrorOf, isOutOfReach } from "./failures.ts";
import type { RestApi } from "./rest-api.ts";
import type { Ways } from "./ways.ts";

export interface Reaction extends MessageRef {
  /** Null takes ours away. */
  readonly emoji: string | null;
}

/**
 * Sets our reaction, or takes all of ours away. Gives Discord's words where it has no such message or emoji, or does
 * not let us: that is no error. Rejects with a DeliveryError or the signal's reason.
 */
export async function reactWith(
  api: RestApi,
  ways: Ways,
  reaction: Reaction,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { peer, messageId, emoji } = reaction;
  try {
    const message = `/channels/${await ways.channelOf(peer, signal)}/messages/${messageId}` as const;
    const ours = (name: string) => `${message}/reactions/${encodeURIComponent(name)}/@me` as const;
    if (emoji !== null) {
      await api.call("set a reaction", { method: "put", route: ours(emoji) }, signal);
      return undefined;
    }
    const { reactions = [] } = await api.call<APIMessage>("show a message", { method: "get", route: message }, signal);
    for (const { me, emoji: set } of reactions) {
      const name = set.id === null ? set.name : `${set.name}:${set.id}`;
      if (me && name) await api.call("take a reaction away", { method: "delete", route: ours(name) }, signal);
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (isOutOfReach(error)) return error.message;
    throw deliveryErrorOf(error);
  }
}
