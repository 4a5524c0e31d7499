import { Type, type TSchema } from "@sinclair/typebox";
import { methods } from "../../src/gateway/index.ts";
import type { Access, AnyMethod, OperatorScope } from "../../src/protocol/index.ts";

/** What the registry says of every method, and params that it would take. */

export interface MethodSample {
  readonly name: string;
  readonly access: Access;
  readonly params: TSchema;
  /** Fits the schema; names nothing that is there. */
  readonly sample: Readonly<Record<string, unknown>>;
}

/** All but the greeting, which has rules of its own. */
export const methodSamples: readonly MethodSample[] = Object.entries(methods as Readonly<Record<string, AnyMethod>>)
  .filter(([name]) => name !== "connect")
  .map(([name, { access, params }]) => {
    const schema: TSchema = params as TSchema;
    return { name, access, params: schema, sample: sampleOf(schema) as Readonly<Record<string, unknown>> };
  });

export function scopeOf(access: Access): OperatorScope | undefined {
  return access.kind === "operator" ? access.scope : undefined;
}

/** String properties at the top of the params, which ids are among. */
export function textParamsOf({ params }: MethodSample): string[] {
  return Object.entries((params["properties"] ?? {}) as Record<string, TSchema>)
    .filter(([, schema]) => schema["type"] === "string" || anyOf(schema).some((member) => member["type"] === "string"))
    .map(([name]) => name);
}

function sampleOf(schema: TSchema): unknown {
  if (schema["const"] !== undefined) return schema["const"];
  const [first] = anyOf(schema);
  if (first) return sampleOf(first);
  switch (schema["type"]) {
    case "string":
      return "x".padEnd(Number(schema["minLength"] ?? 1), "x");
    case "integer":
    case "number":
      return Number(schema["minimum"] ?? 0);
    case "boolean":
      return false;
    case "array":
      return Array.from({ length: Number(schema["minItems"] ?? 0) }, () => sampleOf(schema["items"] as TSchema));
    case "object":
      return requiredOf(schema);
    default:
      return null;
  }
}

function requiredOf(schema: TSchema): Record<string, unknown> {
  const names = (schema["required"] ?? []) as string[];
  const properties = (schema["properties"] ?? {}) as Record<string, TSchema>;
  return Object.fromEntries(names.map((name) => [name, sampleOf(properties[name] ?? Type.Unknown())]));
}

function anyOf(schema: TSchema): TSchema[] {
  return (schema["anyOf"] ?? []) as TSchema[];
}
