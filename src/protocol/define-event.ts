import type { Static, TSchema } from "@sinclair/typebox";
import type { Access } from "./access.ts";

/** An event is a value too: who may hear it, what it carries, and whether it may be lost for a slow reader. */
export interface GatewayEvent<P extends TSchema = TSchema> {
  readonly summary: string;
  /** No default for events either. */
  readonly access: Access;
  readonly payload: P;
  /**
   * lossy: left out for a client that reads too slowly (its `seq` shows the gap). sure: such a client is cut instead.
   * A function decides by the payload.
   */
  readonly delivery: Delivery | ((payload: Static<P>) => Delivery);
  /** The payload's property that names a topic; every client gets its own spelling of it there. */
  readonly topicKey?: keyof Static<P> & string;
  /** Carries the counters of presence and health. */
  readonly stateVersion?: true;
  /** Sent to one connection outside of the broadcast, without `seq`. */
  readonly targeted?: true;
}

export type Delivery = "lossy" | "sure";

export const event = <P extends TSchema>(definition: GatewayEvent<P>): GatewayEvent<P> => definition;

// oxlint-disable-next-line typescript/no-explicit-any
export type EventTable = Readonly<Record<string, GatewayEvent<any>>>;

export type PayloadOf<E> = E extends { readonly payload: infer P extends TSchema } ? Static<P> : never;

/** What a feature gets to publish its own events, and no others. */
export type Publish<T extends EventTable> = <N extends keyof T & string>(name: N, payload: PayloadOf<T[N]>) => void;

type Merged<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer I) => void ? I : never;

export function joinEvents<const G extends readonly EventTable[]>(...groups: G): Merged<G[number]> {
  const joined: Record<string, GatewayEvent> = Object.create(null);
  for (const group of groups) {
    for (const [name, definition] of Object.entries(group)) {
      if (name in joined) throw new Error(`event ${name} is declared twice: keep one of the two *.events.ts entries`);
      joined[name] = definition;
    }
  }
  return Object.freeze(joined) as Merged<G[number]>;
}
