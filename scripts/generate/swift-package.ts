import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KindGuard, type TSchema } from "@sinclair/typebox";
import { errorTable, protocolMax, protocolMin } from "../../src/protocol/index.ts";
import { type Declarations, type Definition, type Definitions, nameOfPayload, namesOfMethod } from "./declarations.ts";
import { camelCase, pascalCase, takenTypeNames } from "./names.ts";
import { partsOf, UnmappableError } from "./shape.ts";
import { swiftDefinition } from "./swift-definitions.ts";
import { docLines, quoted, wordsEnum } from "./swift-types.ts";

/** Sources that are written by hand, beside this file. */
const written = (name: string) => readFileSync(join(import.meta.dir, "swift", `${name}.swift`), "utf8");
const head = "// Made by `bun run generate`. Change the declaration in src, not this file.";

/** The files of the Swift package, by their paths in it. */
export function swiftPackage(all: Declarations, definitions: Definitions): Map<string, string> {
  const topLevel = new Set(definitions.keys());
  const shelves: Record<Shelf, string[]> = { Params: [], Results: [], Models: [] };
  for (const definition of definitions.values()) {
    shelves[shelfOf(definition)].push("", ...swiftDefinition(definition, topLevel));
  }
  refuseOpenReplies(all, definitions);
  return new Map([
    ["Package.swift", written("Manifest")],
    [inLibrary("JSONValue"), written("JSONValue")],
    [inLibrary("Nullable"), written("Nullable")],
    [inLibrary("Protocols"), written("Protocols")],
    [inLibrary("Constants"), file(constants())],
    [inLibrary("Params"), file(shelves.Params)],
    [inLibrary("Results"), file(shelves.Results)],
    [inLibrary("Models"), file(shelves.Models)],
    [inLibrary("Methods"), file(methodCatalogue(all, topLevel))],
    [inLibrary("Events"), file(eventCatalogue(all, topLevel))],
    ["Sources/CheckFixtures/main.swift", written("CheckFixtures")],
    ["Sources/CheckFixtures/DefinitionTable.swift", file(definitionTable(definitions))],
  ]);
}

const inLibrary = (name: string) => `Sources/ClawdiaProtocol/${name}.swift`;

type Shelf = "Params" | "Results" | "Models";

function shelfOf({ name }: Definition): Shelf {
  if (name.endsWith("Params")) return "Params";
  return name.endsWith("Result") ? "Results" : "Models";
}

function file(lines: readonly string[]): string {
  return `${[head, ...lines].join("\n")}\n`;
}

function constants(): string[] {
  const notes = Object.fromEntries(Object.entries(errorTable).map(([code, { help }]) => [code, help]));
  const retryable = Object.entries(errorTable).filter(([, row]) => row.retryable);
  const cases = retryable.map(([code]) => `.${camelCase(code)}`).join(", ");
  return [
    "",
    "/// The oldest protocol version that the gateway speaks.",
    `public let gatewayProtocolMin = ${protocolMin}`,
    "/// The newest one.",
    `public let gatewayProtocolMax = ${protocolMax}`,
    "",
    ...wordsEnum("ErrorCode", Object.keys(errorTable), { about: "Why a request failed.", notes }),
    "",
    "extension ErrorCode {",
    "  /// What holds when the error itself does not say.",
    "  public var isRetryable: Bool {",
    "    switch self {",
    `    case ${cases}: true`,
    "    default: false",
    "    }",
    "  }",
    "}",
    "",
    "extension ErrorShape {",
    "  public var errorCode: ErrorCode { ErrorCode(rawValue: code) }",
    "}",
  ];
}

function methodCatalogue(all: Declarations, topLevel: ReadonlySet<string>): string[] {
  const entries = Object.entries(all.methods).flatMap(([name, method]) => {
    const names = namesOfMethod(name, method);
    const { acknowledgement } = names;
    const type = entryName(name, topLevel);
    const first = acknowledgement === undefined ? [] : [`    public typealias Acknowledgement = ${acknowledgement}`];
    return [
      "",
      ...docLines(method.summary, "  "),
      `  public enum ${type}: ${acknowledgement === undefined ? "GatewayMethod" : "AcknowledgedGatewayMethod"} {`,
      `    public typealias Params = ${names.params}`,
      ...first,
      `    public typealias Result = ${names.result}`,
      `    public static let name = ${quoted(name)}`,
      "  }",
    ];
  });
  return [
    "",
    "/// Every method of the gateway, with the types of what it takes and gives.",
    "public enum Methods {",
    ...entries.slice(1),
    "}",
  ];
}

function eventCatalogue(all: Declarations, topLevel: ReadonlySet<string>): string[] {
  const entries = Object.entries(all.events).flatMap(([name, event]) => [
    "",
    ...docLines(event.summary, "  "),
    `  public enum ${entryName(name, topLevel)}: GatewayEvent {`,
    `    public typealias Payload = ${nameOfPayload(name, event)}`,
    `    public static let name = ${quoted(name)}`,
    "  }",
  ]);
  return [
    "",
    "/// Every event of the gateway, with the type of its payload.",
    "public enum Events {",
    ...entries.slice(1),
    "}",
  ];
}

/** An entry that is called like a type would hide it inside of the catalogue. */
function entryName(name: string, topLevel: ReadonlySet<string>): string {
  const type = pascalCase(name);
  return topLevel.has(type) || takenTypeNames.has(type) ? `${type}Entry` : type;
}

function definitionTable(definitions: Definitions): string[] {
  return [
    "",
    "import ClawdiaProtocol",
    "",
    "/// The types of recorded payloads by their names in the JSON Schema.",
    "let definitionTable: [String: any (Codable & Sendable).Type] = [",
    ...[...definitions.keys()].map((name) => `  ${quoted(name)}: ${name}.self,`),
    "]",
  ];
}

/** Params may admit keys that we drop; what the gateway sends is said in full, for a struct would lose the rest. */
function refuseOpenReplies(all: Declarations, definitions: Definitions): void {
  const sent = [
    ...Object.entries(all.methods).flatMap(([name, method]) => {
      const { result, acknowledgement } = namesOfMethod(name, method);
      return acknowledgement === undefined ? [result] : [result, acknowledgement];
    }),
    ...Object.entries(all.events).map(([name, event]) => nameOfPayload(name, event)),
  ];
  for (const name of sent) refuseOpen(definitions.get(name)!.schema, name);
}

function refuseOpen(schema: TSchema, path: string): void {
  if (KindGuard.IsObject(schema) && schema.additionalProperties !== false) {
    throw new UnmappableError(path, "an open object in what the gateway sends", "close it, or use recordOf(…)");
  }
  for (const [part, at] of partsOf(schema, path)) refuseOpen(part, at);
}
