import type { TSchema } from "@sinclair/typebox";
import { events } from "../../src/gateway/events.ts";
import { methods } from "../../src/gateway/methods.ts";
import {
  ErrorShape,
  type GatewayEvent,
  GatewayFrame,
  HelloOk,
  type Method,
  RequestFrame,
  ResponseFrame,
  EventFrame,
} from "../../src/protocol/index.ts";
import { pascalCase } from "./names.ts";
import { partsOf, UnmappableError } from "./shape.ts";

/** Everything that is declared, as data, and the definitions that it comes to. */

export type MethodDeclaration = Omit<Method, "handle">;
export type EventDeclaration = Pick<GatewayEvent, "summary" | "access" | "payload" | "stateVersion" | "targeted"> & {
  /** A function decides by the payload. */
  readonly delivery: unknown;
};

export interface Declarations {
  readonly methods: Readonly<Record<string, MethodDeclaration>>;
  readonly events: Readonly<Record<string, EventDeclaration>>;
  /** Schemas with a name that no method or event refers to: the frames. */
  readonly others: readonly TSchema[];
}

export const declarations: Declarations = {
  methods,
  events,
  others: [RequestFrame, ResponseFrame, EventFrame, GatewayFrame, ErrorShape, HelloOk],
};

export interface Definition {
  readonly name: string;
  readonly schema: TSchema;
  readonly about: string | undefined;
}

/** Definitions by name, in the order of the names. */
export type Definitions = ReadonlyMap<string, Definition>;

/** The names of what a method takes and gives: the schema's own, or made of the method's. */
export function namesOfMethod(name: string, { params, result, acknowledgement }: MethodDeclaration) {
  return {
    params: params.$id ?? `${pascalCase(name)}Params`,
    result: result.$id ?? `${pascalCase(name)}Result`,
    acknowledgement: acknowledgement && (acknowledgement.$id ?? `${pascalCase(name)}Acknowledgement`),
  };
}

export function nameOfPayload(name: string, { payload }: EventDeclaration): string {
  return payload.$id ?? `${pascalCase(name)}Event`;
}

export function definitionsOf({ methods: all, events: told, others }: Declarations): Definitions {
  const found = new Found();
  for (const schema of others) found.add(schema.$id ?? "", schema, undefined);
  for (const [name, method] of Object.entries(all)) {
    const names = namesOfMethod(name, method);
    found.add(names.params, method.params, `What \`${name}\` takes. ${method.summary}`);
    found.add(names.result, method.result, `What \`${name}\` gives. ${method.summary}`);
    if (method.acknowledgement && names.acknowledgement !== undefined) {
      found.add(names.acknowledgement, method.acknowledgement, `The first reply of \`${name}\`. ${method.summary}`);
    }
  }
  for (const [name, event] of Object.entries(told)) {
    found.add(nameOfPayload(name, event), event.payload, `The payload of \`${name}\`. ${event.summary}`);
  }
  return found.sorted();
}

class Found {
  readonly #definitions = new Map<string, Definition>();

  add(name: string, schema: TSchema, about: string | undefined): void {
    this.#keep(name, schema, about);
    for (const [part, path] of partsOf(schema, name)) this.#walk(part, path);
  }

  sorted(): Definitions {
    const byName = [...this.#definitions].sort(([left], [right]) => (left < right ? -1 : 1));
    return new Map(byName);
  }

  #walk(schema: TSchema, path: string): void {
    if (schema.$id !== undefined) this.#keep(schema.$id, schema, undefined);
    for (const [part, at] of partsOf(schema, path)) this.#walk(part, at);
  }

  #keep(name: string, schema: TSchema, about: string | undefined): void {
    if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
      throw new UnmappableError(name, "not the name of a type", "start with a capital, then letters and digits only");
    }
    const known = this.#definitions.get(name);
    if (known && !isSame(known.schema, schema)) {
      throw new UnmappableError(name, "two different schemas have this name", "give one of the two another $id");
    }
    this.#definitions.set(name, { name, schema, about: known?.about ?? schema.description ?? about });
  }
}

function isSame(left: TSchema, right: TSchema): boolean {
  return left === right || JSON.stringify(withoutName(left)) === JSON.stringify(withoutName(right));
}

/** By content: an optional property's schema is a copy of the one that it was made of. */
function withoutName(schema: TSchema): object {
  const { $id: _name, ...rest } = schema;
  return rest;
}
