import { camelCase, escaped, pascalCase, takenTypeNames } from "./names.ts";
import { type Field, type Shape, UnmappableError } from "./shape.ts";

/** Which Swift type stands for which shape, and the enums that come with it. */

/** Where a shape stands: string sets without a name become enums inside of the struct, named after the property. */
export interface Place {
  readonly path: string;
  readonly property: string;
  /** Names of top-level types, which a nested one must not hide. */
  readonly topLevel: ReadonlySet<string>;
}

export interface SwiftField {
  readonly wireName: string;
  readonly name: string;
  readonly type: string;
  readonly presence: "required" | "required-or-null" | "optional" | "optional-or-null" | "optional-json";
  /** Written into `init`. */
  readonly initial: string | undefined;
  readonly about: string | undefined;
  /** An enum that the type needs, as source. */
  readonly nested: string[] | undefined;
}

export function swiftField(field: Field, path: string, topLevel: ReadonlySet<string>): SwiftField {
  const { shape, isOptional } = field;
  const place: Place = { path: `${path}.${field.name}`, property: field.name, topLevel };
  const plain = shape.kind === "nullable" ? shape.of : shape;
  const base = swiftType(plain, place);
  const words = wordsWithin(shape);
  const name = camelCase(field.name);
  if (name === "") throw new UnmappableError(place.path, "not the name of a property", "use letters and digits");
  const isNullable = shape.kind === "nullable";
  return {
    wireName: field.name,
    name,
    type: typeWithPresence(base, isNullable, isOptional),
    presence: presenceOf(isNullable, isOptional, plain.kind === "json"),
    initial: isOptional ? "nil" : constantText(shape),
    about: field.about,
    nested: words && wordsEnum(nestedName(place), words, { indent: "  " }),
  };
}

export function swiftType(shape: Shape, place: Place): string {
  switch (shape.kind) {
    case "string":
      return "String";
    case "integer":
      return "Int";
    case "number":
      return "Double";
    case "boolean":
      return "Bool";
    case "json":
      return "JSONValue";
    case "constant":
      return typeof shape.value === "string" ? "String" : "Bool";
    case "words":
      return nestedName(place);
    case "array":
      return `[${swiftType(shape.item, place)}]`;
    case "record":
      return `[String: ${swiftType(shape.value, place)}]`;
    case "nullable":
      return `${swiftType(shape.of, place)}?`;
    case "named":
      return shape.name;
    default:
      throw new UnmappableError(place.path, `${shape.kind} without a name`, 'write named("Name", { … })');
  }
}

interface EnumOptions {
  readonly indent?: string;
  readonly about?: string | undefined;
  /** A doc comment for each word. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** A set of strings as an enum that keeps a word of a later version as it came. */
export function wordsEnum(name: string, words: readonly string[], options: EnumOptions = {}): string[] {
  const cases = words.map((word) => ({ word, name: escaped(camelCase(word)) }));
  const names = new Set(cases.map((one) => one.name));
  if (names.size < cases.length) {
    throw new UnmappableError(name, "two strings come to the same Swift case", "change one of them");
  }
  const rest = names.has("unknown") ? "unrecognized" : "unknown";
  const notes = options.notes ?? {};
  const lines = [
    ...docLines(options.about),
    `public enum ${name}: RawRepresentable, Codable, Hashable, Sendable {`,
    ...cases.flatMap((one) => [...docLines(notes[one.word], "  "), `  case ${one.name}`]),
    "  /// A word of a later version, as it came.",
    `  case ${rest}(String)`,
    "",
    "  public init(rawValue: String) {",
    "    switch rawValue {",
    ...cases.map((one) => `    case ${quoted(one.word)}: self = .${one.name}`),
    `    default: self = .${rest}(rawValue)`,
    "    }",
    "  }",
    "",
    "  public var rawValue: String {",
    "    switch self {",
    ...cases.map((one) => `    case .${one.name}: ${quoted(one.word)}`),
    `    case .${rest}(let word): word`,
    "    }",
    "  }",
    "}",
  ];
  return lines.map((line) => (line === "" ? line : `${options.indent ?? ""}${line}`));
}

export function docLines(about: string | undefined, indent = ""): string[] {
  if (about === undefined) return [];
  const room = 116 - indent.length;
  const lines: string[] = [];
  let line = "";
  for (const word of about.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((text) => `${indent}/// ${text}`);
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}

function typeWithPresence(base: string, isNullable: boolean, isOptional: boolean): string {
  if (isNullable && isOptional) return `Nullable<${base}>?`;
  return isNullable || isOptional ? `${base}?` : base;
}

function presenceOf(isNullable: boolean, isOptional: boolean, isJson: boolean): SwiftField["presence"] {
  if (!isOptional) return isNullable ? "required-or-null" : "required";
  if (isNullable) return "optional-or-null";
  return isJson ? "optional-json" : "optional";
}

function constantText(shape: Shape): string | undefined {
  if (shape.kind !== "constant") return undefined;
  return typeof shape.value === "string" ? quoted(shape.value) : String(shape.value);
}

function wordsWithin(shape: Shape): readonly string[] | undefined {
  switch (shape.kind) {
    case "words":
      return shape.words;
    case "array":
      return wordsWithin(shape.item);
    case "record":
      return wordsWithin(shape.value);
    case "nullable":
      return wordsWithin(shape.of);
    default:
      return undefined;
  }
}

function nestedName({ path, property, topLevel }: Place): string {
  const name = pascalCase(property);
  if (!takenTypeNames.has(name) && !topLevel.has(name)) return name;
  throw new UnmappableError(path, `its Swift enum would hide the type ${name}`, 'write namedOneOf("Name", …)');
}
