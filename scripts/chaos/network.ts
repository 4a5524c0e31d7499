import type { Capabilities } from "../../src/providers/index.ts";
import type { Client } from "../../src/client/index.ts";

/** A network's double as the chaos run needs it. It runs in the chaos process, so it outlives every gateway. */
export interface ChaosNetwork extends AsyncDisposable {
  /** The provider's id. */
  readonly id: string;
  /** What a second send of one message does, as people see it. */
  readonly identity: Capabilities["identity"];
  /** The account's settings beside the policy that the run sets for every network. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What a login would have kept, by the names of the provider's `secretNames`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Each writes in a chat of their own. */
  readonly people: readonly ChaosPerson[];
  /** Links the account before the first kill, where credentials alone are not enough (a code to scan). */
  readonly link?: (owner: Client) => Promise<void>;
}

export interface ChaosPerson {
  readonly name: string;
  /** Resolves once the network has the message, also while no gateway runs. */
  says(text: string): Promise<ChaosMessage>;
  /** What our account wrote to this person, oldest first, as it reads now. */
  hears(): readonly string[];
}

export interface ChaosMessage {
  /** Whether the gateway has told the network that it has the message; asked again and again. */
  isTaken(): boolean;
}
