import { Kind, KindGuard, type TObject, type TSchema, type TUnion } from "@sinclair/typebox";

/**
 * What a declaration may look like on the wire. JSON Schema could say more, Swift and people could not: whatever does
 * not fit here is refused with its path and the cure.
 */
export type Shape =
  | { readonly kind: "string" }
  | { readonly kind: "integer" }
  | { readonly kind: "number" }
  | { readonly kind: "boolean" }
  /** Any JSON, on purpose. */
  | { readonly kind: "json" }
  | { readonly kind: "constant"; readonly value: string | boolean }
  /** A closed set of strings, which may grow in later versions. */
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "array"; readonly item: Shape }
  | { readonly kind: "record"; readonly value: Shape }
  | { readonly kind: "nullable"; readonly of: Shape }
  | { readonly kind: "object"; readonly fields: readonly Field[]; readonly isOpen: boolean }
  | { readonly kind: "tagged"; readonly tag: string; readonly cases: readonly TaggedCase[] }
  | { readonly kind: "named"; readonly name: string };

export interface Field {
  readonly name: string;
  readonly shape: Shape;
  readonly isOptional: boolean;
  readonly about: string | undefined;
}

export interface TaggedCase {
  readonly word: string;
  readonly name: string;
}

export class UnmappableError extends Error {
  override readonly name = "UnmappableError";

  constructor(path: string, problem: string, cure: string) {
    super(`${path}: ${problem}; ${cure}`);
  }
}

/** The shape of a definition itself; what is inside of it and has a name is a reference to another definition. */
export function shapeOf(schema: TSchema, path: string): Shape {
  if (KindGuard.IsObject(schema)) return objectShape(schema, path);
  if (KindGuard.IsUnion(schema)) return unionShape(schema, path, true);
  return innerShape(schema, path);
}

/** Schemas directly inside of another, with their paths. */
export function partsOf(schema: TSchema, path: string): (readonly [schema: TSchema, path: string])[] {
  if (KindGuard.IsObject(schema)) {
    return Object.entries(schema.properties).map(([name, property]) => [property, `${path}.${name}`] as const);
  }
  if (KindGuard.IsArray(schema)) return [[schema.items, `${path}[]`]];
  if (KindGuard.IsRecord(schema)) return [[recordValue(schema.patternProperties), `${path}.*`]];
  if (KindGuard.IsUnion(schema)) return schema.anyOf.map((member, index) => [member, `${path}|${index + 1}`] as const);
  return [];
}

function innerShape(schema: TSchema, path: string): Shape {
  if (schema.$id !== undefined) return { kind: "named", name: schema.$id };
  if (KindGuard.IsString(schema)) return { kind: "string" };
  if (KindGuard.IsInteger(schema)) return { kind: "integer" };
  if (KindGuard.IsNumber(schema)) return { kind: "number" };
  if (KindGuard.IsBoolean(schema)) return { kind: "boolean" };
  if (KindGuard.IsUnknown(schema)) return { kind: "json" };
  if (KindGuard.IsLiteral(schema)) {
    if (typeof schema.const !== "number") return { kind: "constant", value: schema.const };
    throw new UnmappableError(path, "a literal number", "use Type.Integer() with a minimum and a maximum");
  }
  if (KindGuard.IsArray(schema)) return { kind: "array", item: innerShape(schema.items, `${path}[]`) };
  if (KindGuard.IsRecord(schema)) {
    return { kind: "record", value: innerShape(recordValue(schema.patternProperties), `${path}.*`) };
  }
  if (KindGuard.IsUnion(schema)) return unionShape(schema, path, false);
  if (KindGuard.IsObject(schema)) {
    throw new UnmappableError(path, "an object without a name inside of another", 'write named("Name", { … })');
  }
  throw new UnmappableError(
    path,
    `Type.${schema[Kind]} has no counterpart in Swift`,
    "use an object, array, record, string set, union by a literal, or Type.Unknown() where anything goes on purpose",
  );
}

function objectShape(schema: TObject, path: string): Shape {
  const { additionalProperties, properties, required = [] } = schema;
  if (typeof additionalProperties !== "boolean") {
    throw new UnmappableError(path, "neither closed nor open", "use closed(), named() or lenient()");
  }
  const fields = Object.entries(properties).map(([name, property]) => ({
    name,
    shape: innerShape(property, `${path}.${name}`),
    isOptional: !required.includes(name),
    about: property.description,
  }));
  return { kind: "object", fields, isOpen: additionalProperties };
}

function unionShape(schema: TUnion, path: string, isRoot: boolean): Shape {
  const members = schema.anyOf;
  const others = members.filter((member) => !KindGuard.IsNull(member));
  if (others.length < members.length) return { kind: "nullable", of: withoutNull(others, path) };
  const words = members.flatMap((member) =>
    KindGuard.IsLiteral(member) && typeof member.const === "string" ? [member.const] : [],
  );
  if (words.length === members.length) return wordsShape(words, path);
  const tagged = taggedShape(members, path);
  if (isRoot) return tagged;
  throw new UnmappableError(path, "a union without a name", 'give it a name with { $id: "Name" }');
}

function withoutNull(others: readonly TSchema[], path: string): Shape {
  const [only, ...rest] = others;
  if (only !== undefined && rest.length === 0) return innerShape(only, path);
  const words = others.flatMap((member) =>
    KindGuard.IsLiteral(member) && typeof member.const === "string" ? [member.const] : [],
  );
  if (words.length === others.length && words.length > 0) return wordsShape(words, path);
  throw new UnmappableError(path, "null among several types", "name the union of the others and make that nullable");
}

function wordsShape(words: readonly string[], path: string): Shape {
  if (new Set(words).size === words.length) return { kind: "words", words };
  throw new UnmappableError(path, "the same string twice in one set", "leave one of the two out");
}

/** Every member an object with a name, told apart by one property that is another literal in each. */
function taggedShape(members: readonly TSchema[], path: string): Shape {
  const objects = members.filter((member) => KindGuard.IsObject(member));
  const [first] = objects;
  const tag = Object.keys(first?.properties ?? {}).find((name) => {
    const words = objects.map((member) => wordAt(member, name));
    return !words.includes(undefined) && new Set(words).size === words.length;
  });
  if (objects.length < members.length || tag === undefined) {
    throw new UnmappableError(path, "a union that no literal tells apart", "give each member a `kind` literal");
  }
  const cases = objects.map((member) => {
    if (member.$id !== undefined) return { word: wordAt(member, tag) ?? "", name: member.$id };
    throw new UnmappableError(path, "a member of a union without a name", 'write named("Name", { … })');
  });
  return { kind: "tagged", tag, cases };
}

function wordAt(member: TObject, name: string): string | undefined {
  const property = member.properties[name];
  return property && KindGuard.IsLiteral(property) && typeof property.const === "string" ? property.const : undefined;
}

function recordValue(patternProperties: Readonly<Record<string, TSchema>>): TSchema {
  return Object.values(patternProperties)[0]!;
}
