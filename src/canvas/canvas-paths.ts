import { invalidRequest } from "../protocol/index.ts";

/** The addresses of the canvas, under the name that each family of apps has for them. Pure. */

export type CanvasPath =
  /** A file of the canvas folder. `parts` are its decoded names; a folder's address has an empty last one. */
  | { readonly kind: "file"; readonly parts: readonly string[] }
  /** A file of our own A2UI page; the empty name is the page. */
  | { readonly kind: "page"; readonly name: string }
  /** A file of the tab's page, which anybody may load: it asks for its rights itself. */
  | { readonly kind: "tab"; readonly name: string }
  /** The socket of a page. */
  | { readonly kind: "socket" }
  /** A canvas address that can be nobody's. */
  | { readonly kind: "malformed" };

export interface CanvasAddress {
  readonly path: CanvasPath;
  /** From the path; undefined when there is none in it. */
  readonly capability: string | undefined;
  /** What comes before `/canvas` and `/a2ui`, capability and all: pages find their own files by it. */
  readonly base: string;
}

/** The newest family's prefix is the one that we hand out. */
export const ownPrefix = "/__openclaw__";

const brands = "(?:clawdia|openclaw|moltbot|clawdbot)";
const capabilityPattern = new RegExp(`^/__${brands}__/cap/([A-Za-z0-9_.~-]{1,512})(/.*)?$`);
/** January's apps look for the socket behind one underscore pair. */
const partPattern = new RegExp(`^(/__${brands}(?:__)?)/(canvas|a2ui|ws)(/.*)?$`);
const tabPattern = /^\/tab(\/[A-Za-z0-9._/-]{0,128})?$/;
const pathCharsMax = 2048;
const partsMax = 32;

/** Undefined when the path is none of the canvas's. `pathname` is still percent-encoded. */
export function readCanvasPath(pathname: string): CanvasAddress | undefined {
  const tab = tabPattern.exec(pathname);
  if (tab) return { path: { kind: "tab", name: tab[1]?.slice(1) ?? "" }, capability: undefined, base: "" };
  const held = capabilityPattern.exec(pathname);
  const capability = held?.[1];
  const rest = held ? (held[2] ?? "/") : pathname;
  const match = partPattern.exec(rest);
  if (!match) return held ? { path: { kind: "malformed" }, capability, base: "" } : undefined;
  const prefix = match[1]!.endsWith("__") ? match[1]! : `${match[1]}__`;
  const base = held ? `${pathname.slice(0, pathname.length - rest.length)}${prefix}` : prefix;
  return { path: pathOf(match[2]!, match[3] ?? "", pathname), capability, base };
}

function pathOf(part: string, rest: string, pathname: string): CanvasPath {
  if (pathname.length > pathCharsMax) return { kind: "malformed" };
  if (part === "ws") return rest === "" || rest === "/" ? { kind: "socket" } : { kind: "malformed" };
  const names = decodedNames(rest);
  if (!names) return { kind: "malformed" };
  return part === "canvas" ? { kind: "file", parts: names } : { kind: "page", name: names.join("/") };
}

/** Undefined when a name is not plain once it is decoded: it is decoded once, and never normalised. */
function decodedNames(rest: string): readonly string[] | undefined {
  if (rest === "") return [""];
  const written = rest.slice(1).split("/");
  if (written.length > partsMax) return undefined;
  const names: string[] = [];
  for (const [index, text] of written.entries()) {
    const name = decoded(text);
    const isLast = index === written.length - 1;
    if (name === undefined || (name === "" && !isLast) || !isPlain(name)) return undefined;
    names.push(name);
  }
  return names;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function isPlain(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  return !name.startsWith(".") && !/[/\\:\u0000-\u001f\u007f]/.test(name) && !/[. ]$/.test(name);
}

/** A path in the canvas folder as people and agents write it. Throws INVALID_REQUEST for one that leads elsewhere. */
export function plainCanvasPath(written: string): string {
  const bare = written.replace(/^\/+/, "").replace(/^__[a-z]+__\/canvas\//, "");
  const file = bare.split(/[?#]/)[0]!;
  if (bare.length > pathCharsMax || /^[a-z][a-z0-9+.-]*:/i.test(bare)) {
    throw invalidRequest("the canvas shows files of its own folder: name one, for instance index.html");
  }
  if (decodedNames(`/${file.split("/").map(encodeURIComponent).join("/")}`) === undefined) {
    throw invalidRequest("the path must be plain names with / between them");
  }
  return bare;
}
