import {
  type ObjectOptions,
  type TLiteral,
  type TProperties,
  type TSchema,
  type TUnion,
  Type,
} from "@sinclair/typebox";

/**
 * Shapes that schemas are made of. Everything that comes in has a maximum; an object inside another has a name, so
 * that JSON Schema, Swift and people see the same thing.
 */

/** An object that admits no other keys. */
export const closed = <P extends TProperties>(properties: P, options: ObjectOptions = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

/** A closed object with a name of its own in every derived artefact. */
export const named = <P extends TProperties>(name: string, properties: P, options: ObjectOptions = {}) =>
  closed(properties, { $id: name, ...options });

/** An object that old clients send with keys of their own, which are ignored. */
export const lenient = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: true });

export const optional = <S extends TSchema>(schema: S) => Type.Optional(schema);

/** An object with open keys, all of one type. */
export const recordOf = <S extends TSchema>(schema: S) => Type.Record(Type.String({ maxLength: 256 }), schema);

/** Not empty, at most `charsMax` characters. */
export const nonEmpty = (charsMax = 256) => Type.String({ minLength: 1, maxLength: charsMax });

/** At most `charsMax` characters; may be empty. */
export const text = (charsMax = 1024) => Type.String({ maxLength: charsMax });

export const arrayOf = <S extends TSchema>(schema: S, itemsMax = 256) => Type.Array(schema, { maxItems: itemsMax });

type Literals<T extends readonly string[]> = T extends readonly [
  infer Head extends string,
  ...infer Rest extends readonly string[],
]
  ? [TLiteral<Head>, ...Literals<Rest>]
  : [];

/** A closed set of strings. It becomes a string enum with an unknown case in Swift. */
export const oneOf = <const T extends readonly string[]>(...values: T) => literals(values, {});

/** A named closed set of strings. */
export const namedOneOf = <const T extends readonly string[]>(name: string, ...values: T) =>
  literals(values, { $id: name });

/** A closed set of strings with a default and a description: a setting. */
export const choice = <const T extends readonly string[]>(
  values: T,
  options: { readonly default: T[number]; readonly description: string },
) => literals(values, options);

function literals<const T extends readonly string[]>(
  values: T,
  options: { readonly $id?: string; readonly default?: string; readonly description?: string },
): TUnion<Literals<T>> {
  const members: TSchema[] = values.map((value) => Type.Literal(value));
  const union: TSchema = Type.Union(members, options);
  return union as TUnion<Literals<T>>;
}

/** A value or null. Only where the wire is given with nulls. */
export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** Milliseconds since the Unix epoch. */
export const timeMs = () => Type.Integer({ minimum: 0 });

export const count = () => Type.Integer({ minimum: 0 });

/** Session keys, as clients write them: aliases such as `main` included. */
export const sessionKeyText = () => nonEmpty(512);

/** The client's own key for a side-effecting request; where a run starts it becomes the run's id. */
export const idempotencyKeyText = () => nonEmpty(256);
