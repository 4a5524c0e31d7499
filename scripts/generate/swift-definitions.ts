import type { Definition } from "./declarations.ts";
import { camelCase, escaped } from "./names.ts";
import { type Field, type Shape, shapeOf, UnmappableError } from "./shape.ts";
import { docLines, quoted, type SwiftField, swiftField, swiftType, wordsEnum } from "./swift-types.ts";

/** One definition as Swift source. */
export function swiftDefinition({ name, schema, about }: Definition, topLevel: ReadonlySet<string>): string[] {
  const shape = shapeOf(schema, name);
  switch (shape.kind) {
    case "object":
      return struct(name, about, shape.fields, topLevel);
    case "words":
      return wordsEnum(name, shape.words, { about });
    case "tagged":
      return taggedEnum(name, about, shape);
    default: {
      const type = swiftType(shape, { path: name, property: name, topLevel });
      return [...docLines(about), `public typealias ${name} = ${type}`];
    }
  }
}

function struct(
  name: string,
  about: string | undefined,
  declared: readonly Field[],
  topLevel: ReadonlySet<string>,
): string[] {
  const fields = declared.map((field) => swiftField(field, name, topLevel));
  if (new Set(fields.map((field) => field.name)).size < fields.length) {
    throw new UnmappableError(name, "two properties come to the same Swift name", "rename one of them");
  }
  const parts = [
    fields.flatMap((field) => [...docLines(field.about, "  "), `  public var ${escaped(field.name)}: ${field.type}`]),
    ...fields.flatMap((field) => (field.nested ? [field.nested] : [])),
    initializer(fields),
    ...coding(fields),
  ];
  return [
    ...docLines(about),
    `public struct ${name}: Codable, Equatable, Sendable {`,
    ...parts.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])),
    "}",
  ];
}

function initializer(fields: readonly SwiftField[]): string[] {
  if (fields.length === 0) return ["  public init() {}"];
  const parameters = fields.map(({ name, type, initial }) => {
    const preset = initial === undefined ? "" : ` = ${initial}`;
    return `${escaped(name)}: ${type}${preset}`;
  });
  const oneLine = `  public init(${parameters.join(", ")}) {`;
  const head =
    oneLine.length <= 120
      ? [oneLine]
      : [
          "  public init(",
          ...parameters.map((text, index) => `    ${text}${index < parameters.length - 1 ? "," : ""}`),
          "  ) {",
        ];
  return [...head, ...fields.map(({ name }) => `    self.${name} = ${escaped(name)}`), "  }"];
}

/** Written out only where the compiler's own coding would lose a null, or where a name differs from the wire's. */
function coding(fields: readonly SwiftField[]): string[][] {
  const decodes = fields.some(({ presence }) => presence === "optional-or-null" || presence === "optional-json");
  const encodes = fields.some(({ presence }) => presence === "required-or-null");
  const renamed = fields.some(({ name, wireName }) => name !== wireName);
  return [
    renamed || (decodes && encodes) ? codingKeys(fields) : [],
    decodes ? decoder(fields) : [],
    encodes ? encoder(fields) : [],
  ];
}

function codingKeys(fields: readonly SwiftField[]): string[] {
  const keys = fields.map(({ name, wireName }) => {
    const text = name === wireName ? "" : ` = ${quoted(wireName)}`;
    return `    case ${escaped(name)}${text}`;
  });
  return ["  private enum CodingKeys: String, CodingKey {", ...keys, "  }"];
}

function decoder(fields: readonly SwiftField[]): string[] {
  const lines = fields.map((field) => {
    const { name, presence } = field;
    const key = `forKey: .${name}`;
    const type = field.type.replace(/\?$/, "");
    switch (presence) {
      case "required":
        return `    ${name} = try container.decode(${type}.self, ${key})`;
      case "optional":
      case "required-or-null":
        return `    ${name} = try container.decodeIfPresent(${type}.self, ${key})`;
      default:
        return `    ${name} = try container.decodePresent(${type}.self, ${key})`;
    }
  });
  return [
    "  public init(from decoder: any Decoder) throws {",
    "    let container = try decoder.container(keyedBy: CodingKeys.self)",
    ...lines.map((line) => line.replace(/^ {4}/, "    self.")),
    "  }",
  ];
}

function encoder(fields: readonly SwiftField[]): string[] {
  const lines = fields.map(({ name, presence }) => {
    const verb = presence.startsWith("required") ? "encode" : "encodeIfPresent";
    return `    try container.${verb}(self.${name}, forKey: .${name})`;
  });
  return [
    "  public func encode(to encoder: any Encoder) throws {",
    "    var container = encoder.container(keyedBy: CodingKeys.self)",
    ...lines,
    "  }",
  ];
}

/** A union by a literal. What a later version adds comes through as it is. */
function taggedEnum(name: string, about: string | undefined, shape: Extract<Shape, { kind: "tagged" }>): string[] {
  const cases = shape.cases.map((one) => ({ ...one, caseName: escaped(camelCase(one.word)) }));
  if (cases.some(({ caseName }) => caseName === "unknown")) {
    throw new UnmappableError(name, "a member's literal is `unknown`", "choose another literal");
  }
  return [
    ...docLines(about),
    `public enum ${name}: Codable, Equatable, Sendable {`,
    ...cases.map((one) => `  case ${one.caseName}(${one.name})`),
    "  /// A kind of a later version, as it came.",
    "  case unknown(JSONValue)",
    "",
    "  private enum TagKey: String, CodingKey {",
    `    case tag = ${quoted(shape.tag)}`,
    "  }",
    "",
    "  public init(from decoder: any Decoder) throws {",
    "    let container = try decoder.container(keyedBy: TagKey.self)",
    "    switch try container.decodeIfPresent(String.self, forKey: .tag) {",
    ...cases.map((one) => `    case ${quoted(one.word)}: self = .${one.caseName}(try ${one.name}(from: decoder))`),
    "    default: self = .unknown(try JSONValue(from: decoder))",
    "    }",
    "  }",
    "",
    "  public func encode(to encoder: any Encoder) throws {",
    "    switch self {",
    ...cases.map((one) => `    case .${one.caseName}(let value): try value.encode(to: encoder)`),
    "    case .unknown(let value): try value.encode(to: encoder)",
    "    }",
    "  }",
    "}",
  ];
}
