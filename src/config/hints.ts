import type { TSchema } from "@sinclair/typebox";
import { secretPaths } from "./redact.ts";

/** What a form needs to know of a setting beside its schema. */
export interface Hint {
  readonly label: string;
  readonly help?: string;
  readonly sensitive?: true;
}

/** Hints by dot path; members of maps and lists are written as *. */
export function hintsOf(schema: TSchema, path: string): Record<string, Hint> {
  const hints: Record<string, Hint> = {};
  for (const [name, property] of Object.entries((schema["properties"] ?? {}) as Record<string, TSchema>)) {
    const at = path === "" ? name : `${path}.${name}`;
    hints[at] = {
      label: name,
      ...(property.description && { help: property.description }),
      ...(secretPaths.includes(at) && { sensitive: true as const }),
    };
    Object.assign(hints, hintsOf(property, at), ...membersOf(property).map((member) => hintsOf(member, `${at}.*`)));
  }
  return hints;
}

function membersOf(schema: TSchema): TSchema[] {
  const named = Object.values((schema["patternProperties"] ?? {}) as Record<string, TSchema>);
  return schema["items"] === undefined ? named : [...named, schema["items"] as TSchema];
}
