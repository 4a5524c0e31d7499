import { type Json5Path, parseJson5, setJson5, unsetJson5, isPlainObject } from "../lib/index.ts";

/**
 * A JSON merge patch (RFC 7396) on a JSON5 text: null takes away, lists replace, objects merge. Only what the patch
 * names is written anew.
 */
export function mergePatch(source: string, patch: Readonly<Record<string, unknown>>): string {
  const written: unknown = source.trim() === "" ? {} : parseJson5(source);
  return patchAt(source, written, patch, []);
}

function patchAt(source: string, before: unknown, patch: Readonly<Record<string, unknown>>, path: Json5Path): string {
  let text = source;
  for (const [name, value] of Object.entries(patch)) {
    const at = [...path, name];
    const known = isPlainObject(before) && Object.hasOwn(before, name) ? before[name] : undefined;
    if (value === null) text = unsetJson5(text, at);
    else if (!isPlainObject(value)) text = setJson5(text, at, value);
    else if (isPlainObject(known)) text = patchAt(text, known, value, at);
    else text = setJson5(text, at, withoutNulls(value));
  }
  return text;
}

/** In an object that is new a null has nothing to take away. */
function withoutNulls(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([name, item]) => [name, isPlainObject(item) ? withoutNulls(item) : item]),
  );
}
