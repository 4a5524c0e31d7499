/** HTTP to the daemon: single attempts that say whether the request can have left, and answers with a limit. */

/** A request without a usable answer. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly mayHaveLeft: boolean;

  constructor(reason: string, mayHaveLeft: boolean) {
    super(reason);
    this.mayHaveLeft = mayHaveLeft;
  }
}

/** The runtime's own errors are put in our words. */
export async function attempt(address: string, init: RequestInit): Promise<Response> {
  try {
    // A kept connection that died unnoticed would look like a message that may have left.
    return await fetch(address, { ...init, redirect: "error", keepalive: false });
  } catch (error) {
    throw transportErrorOf(error);
  }
}

/** Thrown before more than the limit is held. */
export class TooLong extends Error {
  override readonly name = "TooLong";
}

export async function readText(response: Response, bytesMax: number): Promise<string> {
  const { body } = response;
  if (!body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  try {
    for await (const part of body) {
      length += part.byteLength;
      if (length > bytesMax) throw new TooLong(`an answer of more than ${bytesMax} bytes`);
      text += decoder.decode(part, { stream: true });
    }
  } catch (error) {
    throw error instanceof TooLong ? error : transportErrorOf(error);
  }
  return text + decoder.decode();
}

/** Failures before the first byte of the request. */
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
  return new TransportError(/^\w{1,40}$/.test(code) ? `the request failed (${code})` : "the request failed", true);
}
