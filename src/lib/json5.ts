import { json5FaultAt } from "./json5-tree.ts";

export { type Json5Path, json5TextAt, replaceJson5, setJson5, unsetJson5 } from "./json5-edit.ts";

/**
 * JSON with comments and trailing commas, as people write configs. Throws a SyntaxError that names line and column,
 * where the fault is one of signs and names.
 */
export function parseJson5(source: string): unknown {
  try {
    return Bun.JSON5.parse(source);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const fault = json5FaultAt(source);
    const where = fault ? ` (line ${fault.line}, column ${fault.column})` : "";
    throw new SyntaxError(`${error.message.replace(/^JSON5 Parse error: /, "")}${where}`, { cause: error });
  }
}

/** An object of JSON with names: no list, and not null. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
