/**
 * Whether a value fits a plain JSON Schema, as far as it can be told from the keywords that tools use. Keywords that
 * are not known here are left to the tool itself. Pure.
 */
type Schema = Readonly<Record<string, unknown>>;

/** Schemas may contain themselves. */
const depthMax = 32;

interface Place {
  readonly root: Schema;
  readonly path: string;
  readonly depth: number;
}

/** Undefined when it fits, else what is wrong first and where. */
export function jsonSchemaProblem(schema: unknown, value: unknown): string | undefined {
  return isSchema(schema) ? problemAt(schema, value, { root: schema, path: "", depth: 0 }) : undefined;
}

function problemAt(schema: unknown, value: unknown, place: Place): string | undefined {
  if (schema === false) return `at ${where(place)}: nothing is allowed here`;
  if (!isSchema(schema) || place.depth > depthMax) return undefined;
  const reference = schema["$ref"];
  if (typeof reference === "string") return problemAt(resolved(reference, place.root), value, deeper(place));
  return (
    typeProblem(schema, value, place) ??
    valueProblem(schema, value, place) ??
    textProblem(schema, value, place) ??
    numberProblem(schema, value, place) ??
    listProblem(schema, value, place) ??
    objectProblem(schema, value, place) ??
    choiceProblem(schema, value, place)
  );
}

function typeProblem(schema: Schema, value: unknown, place: Place): string | undefined {
  const types = [schema["type"]].flat().filter((type) => typeof type === "string");
  const isNullable = schema["nullable"] === true && value === null;
  if (types.length === 0 || isNullable || types.some((type) => isOfType(type, value))) return undefined;
  return `at ${where(place)}: must be ${types.join(" or ")}`;
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isSchema(value);
    case "integer":
      return Number.isInteger(value);
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
    default:
      return true;
  }
}

function valueProblem(schema: Schema, value: unknown, place: Place): string | undefined {
  const { enum: allowed } = schema;
  if (Array.isArray(allowed) && !allowed.some((one) => isSame(one, value))) {
    return `at ${where(place)}: must be one of ${allowed.map((one) => JSON.stringify(one)).join(", ")}`;
  }
  if ("const" in schema && !isSame(schema["const"], value)) {
    return `at ${where(place)}: must be ${JSON.stringify(schema["const"])}`;
  }
  return undefined;
}

function textProblem(schema: Schema, value: unknown, place: Place): string | undefined {
  if (typeof value !== "string") return undefined;
  const { minLength, maxLength, pattern } = schema;
  if (typeof minLength === "number" && value.length < minLength) {
    return `at ${where(place)}: must have at least ${minLength} characters`;
  }
  if (typeof maxLength === "number" && value.length > maxLength) {
    return `at ${where(place)}: must have at most ${maxLength} characters`;
  }
  const isMatch = typeof pattern !== "string" || matches(pattern, value);
  return isMatch ? undefined : `at ${where(place)}: must match ${pattern}`;
}

/** Patterns come from servers; one that this runtime cannot read is left to them. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}

function numberProblem(schema: Schema, value: unknown, place: Place): string | undefined {
  if (typeof value !== "number") return undefined;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const isTooSmall =
    (typeof minimum === "number" && value < minimum) ||
    (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum);
  const isTooLarge =
    (typeof maximum === "number" && value > maximum) ||
    (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum);
  if (isTooSmall) return `at ${where(place)}: is too small`;
  return isTooLarge ? `at ${where(place)}: is too large` : undefined;
}

function listProblem(schema: Schema, value: unknown, place: Place): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const { minItems, maxItems, items } = schema;
  if (typeof minItems === "number" && value.length < minItems) return `at ${where(place)}: must have ${minItems} items`;
  if (typeof maxItems === "number" && value.length > maxItems) {
    return `at ${where(place)}: must have at most ${maxItems} items`;
  }
  return first(value.map((item, index) => problemAt(items, item, inside(place, String(index)))));
}

function objectProblem(schema: Schema, value: unknown, place: Place): string | undefined {
  if (!isSchema(value)) return undefined;
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const missing: unknown = required.find((name) => typeof name === "string" && !Object.hasOwn(value, name));
  if (typeof missing === "string") return `at ${where(place)}: must have required property '${missing}'`;
  const properties = isSchema(schema["properties"]) ? schema["properties"] : {};
  const others = schema["patternProperties"] === undefined ? schema["additionalProperties"] : undefined;
  return first(
    Object.entries(value).map(([name, item]) => {
      if (Object.hasOwn(properties, name)) return problemAt(properties[name], item, inside(place, name));
      if (others === false) return `at ${where(place)}: unexpected property '${name}'`;
      return problemAt(others, item, inside(place, name));
    }),
  );
}

function choiceProblem(schema: Schema, value: unknown, place: Place): string | undefined {
  const { allOf, anyOf, oneOf } = schema;
  const all = Array.isArray(allOf) ? first(allOf.map((one) => problemAt(one, value, deeper(place)))) : undefined;
  if (all !== undefined) return all;
  // Which of several fits is the tool's concern; that one does is ours.
  for (const some of [anyOf, oneOf]) {
    if (!Array.isArray(some) || some.length === 0) continue;
    const problems = some.map((one) => problemAt(one, value, deeper(place)));
    if (!problems.includes(undefined)) return problems[0];
  }
  return undefined;
}

function resolved(reference: string, root: Schema): unknown {
  if (!reference.startsWith("#")) return undefined;
  const steps = reference.slice(1).split("/").filter(Boolean);
  return steps.reduce<unknown>((at, step) => {
    const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    return isSchema(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }, root);
}

function isSame(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}

function first(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}

const where = ({ path }: Place) => (path === "" ? "root" : path);
const deeper = (place: Place): Place => ({ ...place, depth: place.depth + 1 });
const inside = (place: Place, name: string): Place => ({ ...deeper(place), path: `${place.path}/${name}` });

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
