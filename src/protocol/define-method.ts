import type { Static, TSchema } from "@sinclair/typebox";
import type { Access, OperatorScope, Role } from "./access.ts";
import type { ErrorCode } from "./errors.ts";
import type { PreparedJson } from "./json-text.ts";

/**
 * A method is a value: what it takes and gives, who may call it, what it does. The dispatcher interprets it;
 * METHODS.md, the JSON Schema, the Swift package, `clawdia call` and the typed client derive from it.
 */
export interface Method<
  P extends TSchema = TSchema,
  R extends TSchema = TSchema,
  Deps = never,
  A extends TSchema = TSchema,
> {
  /** One sentence: it becomes the line in METHODS.md and the Swift doc comment. */
  readonly summary: string;
  /** No default: forgetting it does not compile. */
  readonly access: Access;
  readonly params: P;
  readonly result: R;
  readonly errors?: readonly ErrorCode[];
  /** An early response on the same request id, given by `call.acknowledge`; `result` then follows as the second one. */
  readonly acknowledgement?: A;
  /** Brings what older clients write into the form of `params`, before it is checked. Pure, and never throws. */
  readonly normalise?: (params: unknown) => unknown;
  /** False keeps it out of `features.methods`; it can be called all the same. */
  readonly listed?: boolean;
  /** Params may be unknown to us in part: old clients send extras here, which are dropped. */
  handle(
    params: Static<P>,
    deps: Deps,
    call: Call<Static<A>>,
  ): Promise<Static<R> | PreparedJson<Static<R>>> | Static<R> | PreparedJson<Static<R>>;
}

/** Who a connection is, after `connect`. */
export interface Principal {
  /** What side effects are counted under: a device, or the shared secret. */
  readonly id: string;
  readonly deviceId?: string;
  readonly role: Role;
  readonly scopes: readonly OperatorScope[];
  readonly displayName: string;
  /** True for a client on this host that came without a browser or a proxy. */
  readonly isLocal: boolean;
}

/** What a handler knows of the request beside its params. */
export interface Call<Acknowledgement = unknown> {
  readonly principal: Principal;
  readonly connectionId: string;
  /** Aborted when the connection is gone. Work that outlives its caller ignores it. */
  readonly signal: AbortSignal;
  /** Sends the early response of a method that declares one. */
  acknowledge(acknowledgement: Acknowledgement): void;
  /** This client calls the topic (a session) by that name: events about it carry the client's own spelling. */
  nameTopic(topic: string, name: string): void;
  /** This client is told events about the topic, under that name, also those that its role does not hear. */
  hearTopic(topic: string, name: string): void;
  leaveTopic(topic: string): void;
}

export const methodsFor =
  <Deps>() =>
  <P extends TSchema, R extends TSchema, A extends TSchema>(definition: Method<P, R, Deps, A>): Method<P, R, Deps, A> =>
    definition;

// The one mixed table: its members differ in params, result and dependencies, which only `any` admits.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyMethod = Method<any, any, any, any>;
export type MethodTable = Readonly<Record<string, AnyMethod>>;

export type ParamsOf<M> = M extends Method<infer P, TSchema, infer _D> ? Static<P> : never;
export type ResultOf<M> = M extends { readonly result: infer R extends TSchema } ? Static<R> : never;
export type AcknowledgementOf<M> = M extends { readonly acknowledgement?: infer A }
  ? A extends TSchema
    ? Static<A>
    : never
  : never;

type DepsOfOne<M> = M extends { handle(params: never, deps: infer D, call: never): unknown } ? D : never;
type Intersection<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer I) => void ? I : never;

/** Everything that the methods of a table ask for, together. A house that lacks one part does not compile. */
export type DepsOf<T> = Intersection<DepsOfOne<T[keyof T]>>;

/** Joins the groups into one table without a prototype. A name declared twice ends the process at load. */
export function joinMethods<const G extends readonly MethodTable[]>(...groups: G): Intersection<G[number]> {
  const joined: Record<string, AnyMethod> = Object.create(null);
  for (const group of groups) {
    for (const [name, method] of Object.entries(group)) {
      if (name in joined) throw new Error(`method ${name} is declared twice: keep one of the two *.methods.ts entries`);
      joined[name] = method;
    }
  }
  return Object.freeze(joined) as Intersection<G[number]>;
}
