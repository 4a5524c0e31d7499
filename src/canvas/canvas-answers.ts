import { type ServedFile } from "../net/index.ts";
import { readRange } from "./byte-range.ts";
import { contentTypeOf } from "./content-types.ts";

/** How files of the canvas are answered: types, ranges, tags, and what a page may do. */

/**
 * What agents write is shown in an origin of its own that nothing else has, whichever port it came from: it reads no
 * storage, no other page and nothing of the network but its own files.
 */
export const filesPolicy =
  "sandbox allow-scripts allow-forms allow-modals allow-pointer-lock allow-downloads; default-src 'none'; " +
  "script-src 'self' 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; " +
  "worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** Our own page that shows surfaces. Styles are inline there because components carry theirs. */
export const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; manifest-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** Beside each answer. The capability in the path must reach nobody by a Referer, nor lie in a shared cache. */
export function canvasHeaders(policy: string): Record<string, string> {
  return {
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cache-control": "no-cache",
  };
}

export function canvasRefusal(status: number, code: string, message: string, extra: Record<string, string> = {}) {
  const headers = {
    ...canvasHeaders("default-src 'none'; frame-ancestors 'self'"),
    "cache-control": "no-store",
    "content-type": "text/plain; charset=utf-8",
    ...extra,
  };
  return new Response(`${code}: ${message}\n`, { status, headers });
}

/** As our page says it, too. */
export const expiredWords =
  "This link was for looking until a certain time, which is over. Whoever gave it to you makes another one: " +
  "clawdia canvas link --view";

/** For a link that is opened too late: nothing of ours is loaded. */
export function expiredPage(): Response {
  const headers = {
    ...canvasHeaders("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"),
    "cache-control": "no-store",
    "content-type": "text/html; charset=utf-8",
  };
  const style =
    ":root{color-scheme:light dark}body{max-width:30rem;margin:18vh auto 0;padding:0 1.5rem;font:1rem/1.55 system-ui," +
    "sans-serif}h1{font-size:1.375rem}";
  const page =
    '<!doctype html><html lang="en"><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<title>This link has expired</title><style>${style}</style>` +
    `<h1>This link has expired</h1><p>${expiredWords}</p></html>`;
  return new Response(page, { status: 401, headers });
}

export interface FileRequest {
  readonly method: string;
  readonly header: (name: string) => string | null;
  readonly name: string;
  /** In front of the page's own scripts; undefined leaves pages as they are. */
  readonly script: string | undefined;
  /** Under a capability: then pages of the opaque origin may read it too. */
  readonly isShared: boolean;
}

/** A page into which our script goes is read whole. */
const pageBytesMax = 8 * 1024 * 1024;

/** Closes the file, at the latest when the answer was read. */
export async function fileAnswer(file: ServedFile, request: FileRequest): Promise<Response> {
  const type = contentTypeOf(request.name);
  const isPage = type.startsWith("text/html") && request.script !== undefined && file.bytes <= pageBytesMax;
  const etag = `"${file.stamp}${isPage ? "-l" : ""}"`;
  const headers: Record<string, string> = {
    ...canvasHeaders(filesPolicy),
    "content-type": type,
    etag,
    "accept-ranges": isPage ? "none" : "bytes",
    ...(request.isShared && { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" }),
  };
  if (hasTag(request.header("if-none-match"), etag)) return closing(file, new Response(null, { status: 304, headers }));
  if (isPage) {
    const page = withScript(new TextDecoder().decode(await file.read(0, file.bytes)), request.script);
    return closing(file, body(request.method, page, { headers }));
  }
  return rangeAnswer(file, request, headers, etag);
}

async function rangeAnswer(
  file: ServedFile,
  { method, header }: FileRequest,
  headers: Record<string, string>,
  etag: string,
): Promise<Response> {
  const ifRange = header("if-range");
  const range = readRange(ifRange === null || ifRange === etag ? header("range") : null, file.bytes);
  if (range.kind === "unsatisfiable") {
    const extra = { "content-range": `bytes */${file.bytes}` };
    return closing(file, canvasRefusal(416, "range_not_satisfiable", `the file has ${file.bytes} bytes`, extra));
  }
  const [start, end] = range.kind === "all" ? [0, file.bytes] : [range.start, range.end];
  const status = range.kind === "all" ? 200 : 206;
  headers["content-length"] = String(end - start);
  if (status === 206) headers["content-range"] = `bytes ${start}-${end - 1}/${file.bytes}`;
  if (method === "HEAD" || start === end) return closing(file, new Response(null, { status, headers }));
  return new Response(file.stream(start, end), { status, headers });
}

function body(method: string, text: string, init: { readonly headers: Record<string, string> }): Response {
  if (method !== "HEAD") return new Response(text, init);
  const length = String(new TextEncoder().encode(text).length);
  return new Response(null, { headers: { ...init.headers, "content-length": length } });
}

async function closing(file: ServedFile, response: Response): Promise<Response> {
  await file[Symbol.asyncDispose]();
  return response;
}

function hasTag(header: string | null, etag: string): boolean {
  return header?.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag || tag.trim() === "*") ?? false;
}

/** Before everything that the page brings, so that its scripts find ours; but after what says how to read it. */
export function withScript(page: string, address: string): string {
  const tag = `<script src="${address}"></script>`;
  const place = /<head[^>]*>/i.exec(page) ?? /<html[^>]*>/i.exec(page) ?? /<!doctype[^>]*>/i.exec(page);
  if (!place) return `${tag}${page}`;
  const at = place.index + place[0].length;
  return `${page.slice(0, at)}${tag}${page.slice(at)}`;
}
