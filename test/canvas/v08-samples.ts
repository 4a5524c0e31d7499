import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import type { Json, JsonObject } from "../../src/canvas/a2ui/message.ts";

/**
 * Version 0.8 as its official schema has it: the packages bring that schema and no examples. From it come components
 * with each property that there is, in each form that it may have.
 */

interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

const folder = join(import.meta.dir, "../../node_modules/@a2ui/web_core/src/v0_8/schemas");
const schemaOf = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8")) as unknown;
const catalog = schemaOf("standard_catalog_definition.json") as { components: Readonly<Record<string, Schema>> };
const ajv = new Ajv({ strict: false });
const isMessage = ajv.compile(schemaOf("server_to_client.json") as object);
/** The packages have the two in one file, too, where some properties are missing. */
const componentChecks = new Map(Object.entries(catalog.components).map(([type, one]) => [type, ajv.compile(one)]));

export interface Sample {
  readonly type: string;
  /** The property that this one is about. */
  readonly about: string;
  readonly properties: JsonObject;
}

/** By the official schema; what is wrong, or undefined. */
export function faultOfV08(message: unknown): string | undefined {
  if (!isMessage(message)) return ajv.errorsText(isMessage.errors);
  const { surfaceUpdate } = message as { surfaceUpdate?: { components: { component: Record<string, unknown> }[] } };
  for (const { component } of surfaceUpdate?.components ?? []) {
    for (const [type, properties] of Object.entries(component)) {
      const check = componentChecks.get(type);
      if (!check) return `there is no component ${type}`;
      if (!check(properties)) return `${type}: ${ajv.errorsText(check.errors)}`;
    }
  }
  return undefined;
}

/** Every component with what it needs, and then with every form of every property beside that. */
export function samplesOfV08(): Sample[] {
  return Object.entries(catalog.components).flatMap(([type, schema]) => {
    const least = leastOf(schema);
    const more = Object.entries(schema.properties ?? {}).flatMap(([about, property]) =>
      formsOf(property, about).map((form) => ({ type, about, properties: { ...least, [about]: form } })),
    );
    return [{ type, about: "nothing more", properties: least }, ...more];
  });
}

/** Which properties a component cannot be without. */
export function neededOfV08(type: string): readonly string[] {
  return catalog.components[type]?.required ?? [];
}

export const child = "child";

function leastOf(schema: Schema): JsonObject {
  const needed = (schema.required ?? []).map((name) => [name, formsOf(schema.properties![name]!, name)[0]!] as const);
  return Object.fromEntries(needed);
}

function formsOf(schema: Schema, name: string): readonly Json[] {
  if (schema.enum) return schema.enum;
  switch (schema.type) {
    case "string":
      return [textFor(name)];
    case "boolean":
      return [true, false];
    case "number":
      return [2.5];
    case "integer":
      return [1, 2];
    case "array":
      return [formsOf(schema.items!, name === "explicitList" ? child : name)];
    default:
      return objectsOf(schema);
  }
}

function textFor(name: string): string {
  if (/child|componentId/i.test(name)) return child;
  if (name === "dataBinding") return "/items";
  return name === "path" ? "/value" : "a";
}

/** What may be given in several ways is given in each of them; literal and path together mean a default. */
function objectsOf(schema: Schema): readonly JsonObject[] {
  const properties = Object.entries(schema.properties ?? {});
  const least = leastOf(schema);
  const each = properties.flatMap(([name, property]) => formsOf(property, name).map((form) => ({ [name]: form })));
  if ((schema.required ?? []).length > 0) return each.map((one) => ({ ...least, ...one }));
  const literal = each.find((one) => !("path" in one) && !("template" in one) && !("explicitList" in one));
  const both = literal !== undefined && "path" in (schema.properties ?? {}) ? [{ ...literal, path: "/default" }] : [];
  return [...each, ...both];
}
