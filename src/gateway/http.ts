import { createHash } from "node:crypto";
import { webchatFiles } from "./page-files.ts";

/** Plain HTTP on the gateway's port: WebChat's files and the probes. Nothing here tells a stranger what runs. */

export interface HttpState {
  /** Why nothing new is accepted; undefined while all is well. */
  readonly trouble: () => string | undefined;
  /** What is wrong though things are accepted. */
  readonly recovering: () => string | undefined;
  readonly isStopping: () => boolean;
}

/** For every response. Scripts and connections only from the page's own origin, nothing inline, never in a frame. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
};

/** Credentials have no place in a query: it ends up in histories, logs and Referer headers. */
const secretQueryNames = ["token", "password", "deviceToken", "bootstrapToken"] as const;

interface StaticFile {
  readonly body: string;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

const files = loadFiles();

/** True when the URL carries a credential. */
export function hasSecretQuery(url: URL): boolean {
  return secretQueryNames.some((name) => url.searchParams.has(name));
}

export function refusal(
  status: number,
  code: string,
  message: string,
  extra: Readonly<Record<string, string>> = {},
): Response {
  const headers = {
    ...securityHeaders,
    "cache-control": "no-store",
    "content-type": "text/plain; charset=utf-8",
    ...extra,
  };
  return new Response(`${code}: ${message}\n`, { status, headers });
}

export function answerHttp(request: Request, url: URL, state: HttpState): Response {
  if (hasSecretQuery(url)) {
    return refusal(
      401,
      "secret_in_query",
      "a credential in the query is refused; use the address that `clawdia token --link` prints",
    );
  }
  if (request.method !== "GET" && request.method !== "HEAD")
    return refusal(405, "method_not_allowed", "only GET and HEAD", { allow: "GET, HEAD" });
  const response = route(request, url, state);
  return request.method === "HEAD" ? new Response(null, response) : response;
}

function route(request: Request, url: URL, state: HttpState): Response {
  const path = url.pathname;
  const avatar = /^\/avatar\/[a-z0-9][a-z0-9_-]{0,63}$/.test(path);
  if (avatar && url.searchParams.get("meta") === "1") return json({ avatarUrl: null });
  switch (path) {
    case "/healthz":
      return plain(200, "ok");
    case "/readyz":
      return readiness(state);
    case "/startupz":
      return state.isStopping() ? plain(503, "draining") : plain(200, "started");
    case "/control-ui-config.json":
      return json({ basePath: "" });
    default: {
      const file = files.get(path === "/" ? "/index.html" : path);
      return file ? staticFile(request, file) : refusal(404, "not_found", "nothing is here");
    }
  }
}

function readiness({ trouble, recovering, isStopping }: HttpState): Response {
  const why = isStopping() ? "it stops" : trouble();
  if (why !== undefined) return plain(503, `not ready: ${why}`);
  const but = recovering();
  return plain(200, but === undefined ? "ready" : `ready, but ${but}`);
}

function staticFile(request: Request, file: StaticFile): Response {
  if (request.headers.get("if-none-match") === file.etag)
    return new Response(null, { status: 304, headers: { ...file.headers } });
  return new Response(file.body, { headers: { ...file.headers } });
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { ...securityHeaders, "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" },
  });
}

function json(value: unknown): Response {
  return new Response(JSON.stringify(value), {
    headers: { ...securityHeaders, "cache-control": "no-store", "content-type": "application/json" },
  });
}

function loadFiles(): ReadonlyMap<string, StaticFile> {
  const loaded = new Map<string, StaticFile>();
  for (const { path, type, body, isImmutable } of webchatFiles) {
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 24)}"`;
    const caching = isImmutable ? "public, max-age=31536000, immutable" : "no-cache";
    loaded.set(`/${path}`, {
      body,
      etag,
      headers: { ...securityHeaders, "content-type": type, "cache-control": caching, etag },
    });
  }
  return loaded;
}
