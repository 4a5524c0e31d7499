import { assert } from "../lib/index.ts";

/** HTTP requests of a link, and whether one that failed can have left. No error of these holds an address. */

/** A request without a usable answer. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly mayHaveLeft: boolean;

  constructor(reason: string, mayHaveLeft: boolean) {
    super(reason);
    this.mayHaveLeft = mayHaveLeft;
  }
}

/** One request. What failed is named in our words: the runtime's own carry the address, and with it tokens. */
export async function attempt(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { redirect: "error", ...init });
  } catch (error) {
    throw transportErrorOf(error);
  }
}

export interface FetchedFile {
  readonly status: number;
  readonly mimeType: string | undefined;
  /** Empty when the status is a refusal. */
  readonly bytes: Uint8Array;
}

/** A file. `tooLarge` is thrown before more than `bytesMax` bytes are held. */
export async function fetchFile(
  address: string,
  limits: { readonly bytesMax: number; readonly tooLarge: () => Error },
  signal: AbortSignal,
): Promise<FetchedFile> {
  const response = await attempt(address, { method: "GET", signal });
  if (!response.ok) {
    await response.body?.cancel();
    return { status: response.status, mimeType: undefined, bytes: new Uint8Array() };
  }
  if (Number(response.headers.get("content-length") ?? 0) > limits.bytesMax) {
    await response.body?.cancel();
    throw limits.tooLarge();
  }
  const bytes = await readBody(response, limits.bytesMax, limits.tooLarge);
  return { status: response.status, mimeType: response.headers.get("content-type") ?? undefined, bytes };
}

/** All of an answer's body. Longer than `bytesMax` it rejects with what `tooLarge` makes. */
export async function readBody(
  response: Response,
  bytesMax: number,
  tooLarge?: () => Error,
): Promise<Uint8Array<ArrayBuffer>> {
  const { body } = response;
  if (!body) return new Uint8Array();
  try {
    return await gathered(body, bytesMax);
  } catch (error) {
    if (error instanceof TooLong) throw tooLarge?.() ?? new TransportError("its answer is too long", true);
    throw transportErrorOf(error);
  }
}

class TooLong extends Error {}

export async function gathered(parts: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const part of parts) {
    length += part.byteLength;
    if (length > bytesMax) throw new TooLong();
    kept.push(part);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of kept) {
    whole.set(part, at);
    at += part.byteLength;
  }
  assert(at === length, "every part was copied");
  return whole;
}

/** Failures before the first byte of the request: no name, no connection, no trust. */
const beforeWriting: readonly (readonly [codes: RegExp, reason: string])[] = [
  [/^(ECONNREFUSED|ConnectionRefused)$/, "the connection was refused"],
  [/^(ENOTFOUND|EAI_\w+|DNS\w*)$/, "its name cannot be resolved"],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|FailedToOpenSocket)$/, "there is no way to it"],
  [/^(EPROTO|\w*CERT\w*|\w*SIGNATURE\w*|ERR_TLS_\w+|\w*SELF_SIGNED\w*)$/, "its certificate or TLS is not accepted"],
  [/^ERR_INVALID_URL$/, "its address is not valid"],
];

export function transportErrorOf(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const early = beforeWriting.find(([codes]) => codes.test(code));
  if (early) return new TransportError(early[1], false);
  if (/^(ECONNRESET|ConnectionClosed|EPIPE|ECONNABORTED)$/.test(code)) {
    return new TransportError("the connection broke", true);
  }
  if (/^(ETIMEDOUT|Timeout)$/.test(code)) return new TransportError("the connection timed out", true);
  return new TransportError(/^\w{1,40}$/.test(code) ? `the request failed (${code})` : "the request failed", true);
}
