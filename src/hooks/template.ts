/** Text with places for values of a request. Values are looked up and written as text; nothing is executed. */

/** What a request brought. */
export interface RequestView {
  /** The body as JSON. */
  readonly payload: unknown;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The part of the path that names the hook. */
  readonly path: string;
  /** ISO time. */
  readonly now: string;
}

/** Characters of a filled template; the rest is cut. */
export const filledCharsMax = 100_000;
const place = /\{\{\s*([^{}]{1,256}?)\s*\}\}/g;
/** Names that lead into an object's making and not to its values. */
const neverNames: readonly string[] = ["__proto__", "constructor", "prototype"];

/** The template with its places filled; a value that is not there leaves nothing. */
export function fillTemplate(template: string, view: RequestView): string {
  return template.replace(place, (_all, path: string) => textAt(path, view) ?? "").slice(0, filledCharsMax);
}

/** `a.b[0].c` in the body, `headers.x-name`, `query.name`, `payload.a` for a body with such names, `path`, `now`. */
export function textAt(path: string, view: RequestView): string | undefined {
  const names = path.split(/[.[\]]+/).filter((name) => name !== "");
  const [first, ...rest] = names;
  switch (first) {
    case undefined:
      return undefined;
    case "headers":
      return asText(walk(view.headers, [rest.join(".").toLowerCase()]));
    case "query":
      return asText(walk(view.query, [rest.join(".")]));
    case "payload":
      return asText(walk(view.payload, rest));
    case "path":
    case "now":
      return rest.length === 0 ? view[first] : undefined;
    default:
      return asText(walk(view.payload, names));
  }
}

function walk(value: unknown, names: readonly string[]): unknown {
  let at = value;
  for (const name of names) {
    if (typeof at !== "object" || at === null || neverNames.includes(name) || !Object.hasOwn(at, name))
      return undefined;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return at;
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
