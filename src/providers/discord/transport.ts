/**
 * HTTP as the REST API needs it: every request says whether it can have left, no redirect is followed, and no answer is
 * longer than its limit.
 */

/** A request without a usable answer. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly mayHaveLeft: boolean;

  constructor(reason: string, mayHaveLeft: boolean) {
    super(reason);
    this.mayHaveLeft = mayHaveLeft;
  }
}

/** A hundred of the longest messages with all that they quote. */
const answerBytesMax = 16 * 1024 * 1024;

/** An answer of Discord's, whole. `date` is Discord's own time. */
export async function fetchAnswer(address: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  const method = init.method ?? "GET";
  // A kept connection that died unnoticed would look like a message that may have left: writing gets a new one.
  const response = await attempt(address, { ...init, keepalive: method === "GET", signal });
  const body = await readBody(response, answerBytesMax);
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  // Refusals in other words come from what stands before Discord. For too many requests the headers say enough.
  if (!response.ok && response.status < 500 && response.status !== 429 && !isJson) {
    throw new TransportError(`it answered ${response.status} in other words than Discord's`, true);
  }
  const { status, statusText, headers } = response;
  return new Response(status === 204 || status === 304 ? null : body, { status, statusText, headers });
}

/** A file. `tooLarge` is thrown before more than `bytesMax` bytes are held. */
export async function fetchFile(
  address: string,
  limits: { readonly bytesMax: number; readonly tooLarge: () => Error },
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly mimeType: string | undefined; readonly bytes: Uint8Array }> {
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

/** What failed is named in our words: the runtime's own carry the address, and a file's holds its signature. */
async function attempt(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...init, redirect: "error" });
  } catch (error) {
    throw transportErrorOf(error);
  }
}

async function readBody(
  response: Response,
  bytesMax: number,
  tooLarge?: () => Error,
): Promise<Uint8Array<ArrayBuffer>> {
  const kept: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of response.body ?? []) {
      length += part.byteLength;
      if (length > bytesMax) throw new TooLong();
      kept.push(part);
    }
  } catch (error) {
    if (error instanceof TooLong) throw tooLarge?.() ?? new TransportError("its answer is too long", true);
    throw transportErrorOf(error);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of kept) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

class TooLong extends Error {}

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
