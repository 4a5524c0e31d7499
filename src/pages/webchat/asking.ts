import { type Client, ConnectError, RequestError } from "../../client/index.ts";
import type { Keep } from "../shared/keep.ts";
import type { Store } from "../shared/store.ts";
import type { ChatState } from "./chat-state.ts";

/** What the parts of the chat work with. */
export interface ChatParts {
  readonly state: Store<ChatState>;
  readonly keep: Keep;
  /** The open connection, or undefined while the gateway is away. */
  readonly client: () => Client | undefined;
}

/**
 * Asks the gateway for something that a person wants. A refusal is shown and gives undefined; a connection that breaks
 * gives undefined quietly, for the state bar tells that already.
 */
export async function asked<T>(parts: ChatParts, ask: (client: Client) => Promise<T>): Promise<T | undefined> {
  const client = parts.client();
  if (!client) return undefined;
  try {
    return await ask(client);
  } catch (error) {
    if (error instanceof RequestError) parts.state.update((state) => ({ ...state, trouble: error.message }));
    else if (!(error instanceof ConnectError)) throw error;
    return undefined;
  }
}
