import type { Account, Peer, Provider, Records } from "../../src/providers/index.ts";
import type { FakeClock } from "../doubles/fake-clock.ts";

/** What a provider is tried on: itself, an account, and its network in our hands. */
export interface ProviderStage<Settings> extends AsyncDisposable {
  readonly provider: Provider<Settings>;
  readonly account: Account<Settings>;
  /** The same account without credentials. */
  readonly bareAccount: Account<Settings>;
  /** What a login would have kept. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What a login would have left in the records of the account. */
  readonly records?: Records;
  /** Credentials and all else that must show up nowhere. */
  readonly confidential: readonly string[];
  readonly clock: FakeClock;
  readonly network: StageNetwork;
  readonly recorded: RecordedPayloads;
  /** True where sends share one connection with all else, so that its break ends the link. */
  readonly endsWhenCut?: boolean;
  /** After this time a link gives a send up that nobody answers. */
  readonly sendPatienceMs: number;
}

export type Place = "direct" | "group" | "thread";

/** What becomes of the next send. */
export type Fate =
  /** Nothing answers at the network's address. */
  | "unreachable"
  /** The network says no, for now. */
  | "refused"
  /** The network says no, and will say no again. */
  | "refused for good"
  /** The network says: later, in 7 s. */
  | "rate limited"
  /** It arrives, and the connection breaks before that is told. */
  | "cut"
  /** It arrives, and that is not told. */
  | "unanswered";

export const rateLimitMs = 7000;

/** A network that can deliver, refuse, hang and break, and that counts. Bob is somebody whom it knows. */
export interface StageNetwork {
  readonly places: readonly Place[];
  peer(place: Place): Peer;
  readonly bobId: string;
  /** Bob writes; with `meansUs` so that we are meant. The message's id, once the network has it. */
  says(text: string, place?: Place, meansUs?: boolean): Promise<string>;
  /** Something that we wrote comes our way, as it may when we write from elsewhere. */
  echoes(text: string): Promise<void>;
  sendsFile(bytes: Uint8Array): Promise<string>;
  /** Ids of the messages that we told the network we have. */
  acknowledged(): readonly string[];
  /** Brings what was not acknowledged again, by whatever makes it do so. */
  redelivers(): Promise<void>;
  /** Waits until a question about the network has an answer. */
  until<T>(question: () => T | undefined | false): Promise<T>;
  nextSend(fate: Fate): void;
  /** What we sent and the network did, as markup on its wire. */
  sent(): readonly string[];
  /** Breaks every connection, and refuses new ones until it is mended. */
  breaks(): void;
  mends(): Promise<void>;
  revokes(): void;
  /** How often we turned to the network in any way. */
  contacts(): number;
  downloads(): number;
}

/** Payloads as the network sends them, and what they are to us. */
export interface RecordedPayloads {
  readonly payloads: Readonly<Record<string, unknown>>;
  readonly decode: (payload: unknown) => unknown;
  readonly snapshot: Readonly<Record<string, unknown>>;
}
