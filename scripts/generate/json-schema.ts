import { KindGuard, type TObject, type TSchema } from "@sinclair/typebox";
import { protocolMax, protocolMin } from "../../src/protocol/index.ts";
import {
  type Declarations,
  type Definitions,
  type EventDeclaration,
  type MethodDeclaration,
  nameOfPayload,
  namesOfMethod,
} from "./declarations.ts";
import { accessText } from "./markdown.ts";
import { shapeOf } from "./shape.ts";

/** JSON Schema, draft 7. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const draft = "http://json-schema.org/draft-07/schema#";
const frames = { req: "RequestFrame", res: "ResponseFrame", event: "EventFrame" } as const;

export function protocolSchema(all: Declarations, definitions: Definitions): Json {
  return {
    $schema: draft,
    $id: "https://clawdia.dev/protocol.schema.json",
    title: "Clawdia Gateway Protocol",
    description:
      "Handshake, request, response and event frames of the gateway's WebSocket. `methods` and `events` say which " +
      `definitions stand in \`params\` and \`payload\`. Versions ${protocolMin} to ${protocolMax}.`,
    oneOf: Object.values(frames).map(reference),
    discriminator: { propertyName: "type", mapping: mapped(frames, (name) => `#/definitions/${name}`) },
    methods: mapped(all.methods, (method, name) => methodEntry(name, method)),
    events: mapped(all.events, (event, name) => eventEntry(name, event)),
    definitions: Object.fromEntries(
      [...definitions.values()].map(({ name, schema, about }) => [
        name,
        { ...(about !== undefined && { description: about }), ...bodyOf(schema, withReferences) },
      ]),
    ),
  };
}

/** Everything inline: an editor shows the descriptions of nested settings only when they stand beside them. */
export function configSchema(config: TObject): Json {
  return {
    $schema: draft,
    $id: "https://clawdia.dev/config.schema.json",
    title: "Clawdia Config",
    description: "The config file. Every setting that has a default may be left out.",
    ...bodyOf(config, inline),
  };
}

function methodEntry(name: string, method: MethodDeclaration): Json {
  const names = namesOfMethod(name, method);
  return {
    description: method.summary,
    access: accessText(method.access),
    params: reference(names.params),
    result: reference(names.result),
    ...(names.acknowledgement !== undefined && { acknowledgement: reference(names.acknowledgement) }),
    ...(method.errors && { errors: [...method.errors] }),
    ...(method.listed === false && { listed: false }),
  };
}

function eventEntry(name: string, event: EventDeclaration): Json {
  return {
    description: event.summary,
    access: accessText(event.access),
    payload: reference(nameOfPayload(name, event)),
  };
}

interface Manner {
  readonly part: (schema: TSchema) => JsonObject;
  readonly isRequired: (schema: TSchema) => boolean;
}

const withReferences: Manner = {
  part: (schema) => (schema.$id === undefined ? bodyOf(schema, withReferences) : reference(schema.$id)),
  isRequired: () => true,
};

const inline: Manner = {
  part: (schema) => bodyOf(schema, inline),
  isRequired: (schema) => schema.default === undefined,
};

function bodyOf(schema: TSchema, manner: Manner): JsonObject {
  if (KindGuard.IsObject(schema)) return objectOf(schema, manner);
  if (KindGuard.IsArray(schema)) return { type: "array", items: manner.part(schema.items), ...annotations(schema) };
  if (KindGuard.IsRecord(schema)) {
    const [value] = Object.values(schema.patternProperties);
    return { type: "object", additionalProperties: value ? manner.part(value) : true, ...annotations(schema) };
  }
  if (KindGuard.IsUnion(schema)) return { ...unionOf(schema, schema.anyOf, manner), ...annotations(schema) };
  return annotations(schema);
}

function objectOf(schema: TObject, manner: Manner): JsonObject {
  const required = (schema.required ?? []).filter((name) => manner.isRequired(schema.properties[name]!));
  return {
    type: "object",
    ...annotations(schema),
    properties: mapped(schema.properties, (property) => manner.part(property)),
    ...(required.length > 0 && { required }),
    additionalProperties: schema.additionalProperties !== false,
  };
}

function unionOf(schema: TSchema, members: readonly TSchema[], manner: Manner): JsonObject {
  const shape = shapeOf(schema, schema.$id ?? "union");
  switch (shape.kind) {
    case "words":
      return { type: "string", enum: [...shape.words] };
    case "tagged":
      return {
        oneOf: members.map((member) => manner.part(member)),
        discriminator: {
          propertyName: shape.tag,
          mapping: Object.fromEntries(shape.cases.map(({ word, name }) => [word, `#/definitions/${name}`])),
        },
      };
    default:
      return { anyOf: members.map((member) => manner.part(member)) };
  }
}

/** Limits and notes; structure is written by the caller. */
function annotations(schema: TSchema): JsonObject {
  const structure = ["$id", "anyOf", "items", "properties", "required", "patternProperties", "additionalProperties"];
  const kept = Object.entries(schema).filter(([key]) => !structure.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => (key === "secret" ? ["writeOnly", true] : [key, value as Json])),
  );
}

function reference(name: string): JsonObject {
  return { $ref: `#/definitions/${name}` };
}

function mapped<T>(record: Readonly<Record<string, T>>, map: (value: T, key: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
