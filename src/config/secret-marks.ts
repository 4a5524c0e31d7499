import { type Json5Path, json5TextAt, parseJson5, replaceJson5, isPlainObject } from "../lib/index.ts";
import { invalidRequest } from "../protocol/index.ts";
import { redacted, redactSource } from "./redact.ts";

/**
 * A config that was shown has marks in place of its secrets. Given back, a mark means: keep what is there. None is ever
 * written: one that stands where nothing can be kept is refused.
 */

interface Known {
  readonly source: string | undefined;
  readonly written: unknown;
}

/** The text with every mark replaced by what stands at the same place of the file, as it is written there. */
export function restoreSecrets(text: string, file: Known): string {
  const source = file.source ?? "";
  const shown = redactSource(source, file.written);
  if (text === shown) return source;
  if (!text.includes(redacted)) return text;
  let restored = text;
  for (const { path, value } of marksIn(parseJson5(text), [])) {
    const kept = json5TextAt(source, path);
    const isWhole = value === redacted;
    if (kept === undefined || (!isWhole && valueAt(shown, path) !== value)) throw markRefused(path);
    restored = replaceJson5(restored, path, kept);
  }
  return restored;
}

/** A merge patch without the marks in it: what they stand for stays as it is. */
export function withoutMarks(patch: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return withoutMarksAt(patch, []);
}

function withoutMarksAt(patch: Readonly<Record<string, unknown>>, path: Json5Path): Record<string, unknown> {
  const kept = Object.entries(patch).filter(([, value]) => value !== redacted);
  return Object.fromEntries(
    kept.map(([name, value]) => {
      const at = [...path, name];
      if (isPlainObject(value)) return [name, withoutMarksAt(value, at)];
      const [mark] = marksIn(value, at);
      if (mark) throw markRefused(mark.path);
      return [name, value];
    }),
  );
}

function markRefused(path: Json5Path) {
  return invalidRequest(`${path.join(".")} holds ${redacted}, and there is nothing to keep there: write the secret`, {
    details: { issues: [{ path: path.join("."), message: "holds the mark of a secret that is not there" }] },
  });
}

/** Every text that holds a mark, and where it stands. A name that holds one is refused. */
function marksIn(value: unknown, path: Json5Path): { readonly path: Json5Path; readonly value: string }[] {
  if (typeof value === "string") return value.includes(redacted) ? [{ path, value }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    if (name.includes(redacted)) throw markRefused([...path, name]);
    return marksIn(item, [...path, name]);
  });
}

function valueAt(source: string, path: Json5Path): unknown {
  const text = json5TextAt(source, path);
  return text === undefined ? undefined : parseJson5(text);
}
