import { type ErrorCode, type GatewayError, invalidRequest } from "./errors.ts";
import { scanJson } from "./json-text.ts";
import { wireLimits } from "./limits.ts";

/** An address on the gateway's port that answers plain HTTP: declared by a feature, served by the gateway. */

export interface Visit {
  readonly url: URL;
  readonly headers: Headers;
  /** The client's address, through trusted proxies. */
  readonly address: string;
  readonly origin: string | undefined;
  /** On this host, without a browser and without a proxy. */
  readonly isLocal: boolean;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  /** What failed and the cure; a stranger may read it. */
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
}

export interface HttpDoor {
  readonly method: "GET" | "POST";
  readonly bodyBytesMax: number;
  /** Judges by address and headers, before a byte of the body is read. */
  refuses(visit: Visit): Refusal | undefined;
  /** What it throws becomes a refusal. */
  take(body: Uint8Array, visit: Visit): Promise<Response>;
  /** A refusal in the form that clients of this door read. */
  refusal(refused: Refusal): Response;
}

/** The door at a path, by its exact name. */
export type FindDoor = (path: string) => HttpDoor | undefined;

const statuses: Readonly<Record<ErrorCode, number>> = {
  INVALID_REQUEST: 400,
  UNAVAILABLE: 503,
  NOT_PAIRED: 401,
  NOT_LINKED: 409,
  AGENT_TIMEOUT: 504,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  TOO_LARGE: 413,
  INTERNAL: 500,
};

/** An operating error as HTTP says it. */
export function refusalOf({ code, message, options }: GatewayError): Refusal {
  return { status: statuses[code], code: code.toLowerCase(), message, retryAfterMs: options.retryAfterMs };
}

/** Headers of every answer of a door: nobody keeps it, nobody guesses its type. */
export function doorHeaders({ retryAfterMs }: { readonly retryAfterMs?: number | undefined } = {}): Headers {
  const headers = new Headers({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
  if (retryAfterMs !== undefined) headers.set("retry-after", String(Math.ceil(retryAfterMs / 1000)));
  return headers;
}

/** A JSON answer. */
export function jsonAnswer(status: number, value: unknown, headers: Headers = doorHeaders()): Response {
  headers.set("content-type", "application/json; charset=utf-8");
  return new Response(JSON.stringify(value), { status, headers });
}

/** A request's body as JSON, no deeper than a frame may be. Throws INVALID_REQUEST. */
export function jsonBody(body: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    if (scanJson(text).depth <= wireLimits.depthMax) return JSON.parse(text) as unknown;
  } catch {
    throw invalidRequest("the body is not JSON in UTF-8");
  }
  throw invalidRequest(`the body is nested deeper than ${wireLimits.depthMax} levels`);
}
