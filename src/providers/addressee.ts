import { GatewayError, invalidRequest } from "../protocol/index.ts";
import type { Accounts } from "./accounts.ts";
import type { LinkKeeper } from "./link-keeper.ts";
import type { Peer } from "./message.ts";
import type { Provider } from "./provider.ts";

/** Whom a request means: a network, one of our accounts there, and a chat. */
export interface Addressed {
  readonly to: string;
  readonly threadId?: string | undefined;
}

/**
 * The account that a request names, or the network's first; the first network's where it names none. Throws
 * INVALID_REQUEST for an unknown network (`refusal` says what for), NOT_LINKED where there is no such account.
 */
export function keeperFor(
  accounts: Accounts,
  named: { readonly channel?: string | undefined; readonly accountId?: string | undefined },
  refusal: string,
): LinkKeeper {
  const { channel, accountId } = named;
  const id = channel ?? accounts.keepers.find(({ provider }) => provider.id !== "webchat")?.provider.id ?? "whatsapp";
  if (!accounts.provider(id)) throw invalidRequest(`${refusal}: ${id}`);
  const keeper = accountId === undefined ? accounts.of(id)[0] : accounts.keeper(id, accountId);
  if (keeper) return keeper;
  throw new GatewayError(
    "NOT_LINKED",
    `${id} has no account ${accountId ?? ""}`.trim() + `: clawdia providers add ${id}`,
  );
}

/** The chat that an address names. Where the network has no words for it, ids are chats, and negative ones groups. */
export function peerFor(provider: Pick<Provider, "peerOf">, { to, threadId }: Addressed): Peer {
  const address = to.trim();
  const peer = provider.peerOf?.(address) ?? { kind: address.startsWith("-") ? "group" : "direct", id: address };
  return threadId === undefined ? peer : { ...peer, threadId };
}
