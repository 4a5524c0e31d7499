import type { TSchema } from "@sinclair/typebox";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";

/** Problems named in one message. The rest is left out: a frame with a million faults gets a short answer. */
export const problemsMax = 8;

const nameCharsMax = 64;

/** `at /path: unexpected property 'x'; must have required property 'y'`: the wording clients know from upstream. */
export function explainProblems(errors: Iterable<ValueError>): string {
  const parts: string[] = [];
  for (const error of errors) {
    const part = explain(error);
    if (!parts.includes(part)) parts.push(part);
    if (parts.length >= problemsMax) break;
  }
  return parts.join("; ");
}

function explain(error: ValueError): string {
  const parent = error.path.slice(0, error.path.lastIndexOf("/"));
  const last = shorten(error.path.slice(parent.length + 1));
  switch (error.type) {
    case ValueErrorType.ObjectAdditionalProperties:
      return `at ${shorten(parent) || "root"}: unexpected property '${last}'`;
    case ValueErrorType.ObjectRequiredProperty:
      return `${prefix(parent)}must have required property '${last}'`;
    default:
      return `${prefix(error.path)}${constraint(error)}`;
  }
}

function constraint(error: ValueError): string {
  const { schema } = error;
  switch (error.type) {
    case ValueErrorType.String:
      return "must be string";
    case ValueErrorType.StringMinLength:
      return `must NOT have fewer than ${schema["minLength"]} characters`;
    case ValueErrorType.StringMaxLength:
      return `must NOT have more than ${schema["maxLength"]} characters`;
    case ValueErrorType.Integer:
      return "must be integer";
    case ValueErrorType.IntegerMinimum:
    case ValueErrorType.NumberMinimum:
      return `must be >= ${schema["minimum"]}`;
    case ValueErrorType.IntegerMaximum:
    case ValueErrorType.NumberMaximum:
      return `must be <= ${schema["maximum"]}`;
    case ValueErrorType.Number:
      return "must be number";
    case ValueErrorType.Boolean:
      return "must be boolean";
    case ValueErrorType.Array:
      return "must be array";
    case ValueErrorType.ArrayMinItems:
      return `must NOT have fewer than ${schema["minItems"]} items`;
    case ValueErrorType.ArrayMaxItems:
      return `must NOT have more than ${schema["maxItems"]} items`;
    case ValueErrorType.Object:
      return "must be object";
    case ValueErrorType.Literal:
      return "must be equal to constant";
    case ValueErrorType.Union:
      return isClosedSet(schema) ? "must be equal to one of the allowed values" : "must match a schema in anyOf";
    default:
      return "must be valid";
  }
}

function isClosedSet(schema: TSchema): boolean {
  const members: unknown = schema["anyOf"];
  return Array.isArray(members) && members.every((member: object) => "const" in member);
}

function prefix(path: string): string {
  return path === "" ? "" : `at ${shorten(path)}: `;
}

function shorten(name: string): string {
  return name.length <= nameCharsMax ? name : `${name.slice(0, nameCharsMax)}…`;
}
