import { Config } from "../../src/config/config.schema.ts";
import { errorTable } from "../../src/protocol/index.ts";
import { declarations, definitionsOf } from "./declarations.ts";
import { configSchema, type Json, protocolSchema } from "./json-schema.ts";
import { errorsPage, eventsPage, methodsPage } from "./markdown.ts";
import { swiftPackage } from "./swift-package.ts";

/** Every derived file: its path in `schemas/` and its text. */
export function artefacts(): ReadonlyMap<string, string> {
  const definitions = definitionsOf(declarations);
  const swift = [...swiftPackage(declarations, definitions)].map(([path, text]) => [`swift/${path}`, text] as const);
  return new Map([
    ["protocol.schema.json", jsonText(protocolSchema(declarations, definitions))],
    ["config.schema.json", jsonText(configSchema(Config))],
    ["METHODS.md", methodsPage(declarations, definitions)],
    ["EVENTS.md", eventsPage(declarations, definitions)],
    ["ERRORS.md", errorsPage(errorTable, declarations)],
    ...swift,
  ]);
}

function jsonText(value: Json): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
