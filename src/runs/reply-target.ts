import { invalidRequest } from "../protocol/index.ts";
import { type Accounts, keeperFor, peerFor } from "../providers/index.ts";
import type { SessionDelivery } from "../sessions/index.ts";
import type { RunDelivery } from "./run.ts";

/** Where the answer of an `agent` request goes besides to who asked. */
export interface ReplyWish {
  readonly deliver?: boolean | undefined;
  readonly channel?: string | undefined;
  readonly to?: string | undefined;
  readonly accountId?: string | undefined;
  readonly threadId?: string | undefined;
  readonly replyChannel?: string | undefined;
  readonly replyTo?: string | undefined;
  readonly replyAccountId?: string | undefined;
}

/**
 * The chat that gets the answer; undefined when none is wanted, when WebChat is meant, where it is seen anyway, and for
 * `last` where nobody wrote from a network yet. Throws INVALID_REQUEST for a network without a chat named.
 */
export function replyTarget(
  wish: ReplyWish,
  last: SessionDelivery | undefined,
  accounts: Accounts,
): RunDelivery | undefined {
  if (wish.deliver !== true) return undefined;
  const channel = (wish.replyChannel || wish.channel || "last").toLowerCase();
  const to = wish.replyTo || wish.to;
  if (channel === "webchat") return undefined;
  const isLast = channel === "last" || (to === undefined && channel === last?.provider);
  if (isLast && to === undefined) return last && ownersOf(last);
  const network = channel === "last" ? last?.provider : channel;
  const accountId = wish.replyAccountId || wish.accountId || undefined;
  const keeper = keeperFor(accounts, { channel: network, accountId }, "unknown channel");
  if (to === undefined) throw invalidRequest(`to is missing: name the chat at ${keeper.provider.label}`);
  const peer = peerFor(keeper.provider, { to, threadId: wish.threadId || undefined });
  return ownersOf({ provider: keeper.provider.id, accountId: keeper.account.id, peer });
}

/** A client of the gateway that may start runs speaks for the owner. */
function ownersOf(delivery: SessionDelivery): RunDelivery {
  return { ...delivery, senderId: delivery.peer.id, isOwner: true };
}
