import { attempt, gathered, readBody, TransportError } from "../transport.ts";

/**
 * HTTP as the Bot API needs it: every request says whether it can have left, no address is passed on (the token is
 * part of it), no redirect is followed, and no answer is longer than its limit.
 */

/** The part of a request that grammY makes and that is kept. */
export interface TransportRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or the parts of a form with files. */
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** More than a hundred of the longest updates. */
const answerBytesMax = 16 * 1024 * 1024;

/** Answers of the Bot API are JSON with `ok`, whatever their status; anything else is no answer of Telegram's. */
export async function fetchAnswer(address: string, request: TransportRequest): Promise<{ json(): unknown }> {
  const body = typeof request.body === "object" ? await gathered(request.body, Number.POSITIVE_INFINITY) : request.body;
  const response = await attempt(address, {
    method: request.method ?? "POST",
    headers: { "content-type": request.headers?.["content-type"] ?? "application/json" },
    ...(body !== undefined && { body }),
    signal: request.signal,
    // A kept connection that died unnoticed would look like a message that may have left: those that make something
    // get a new one.
    keepalive: !/\/(send|edit)\w+$/.test(address),
  });
  const text = new TextDecoder().decode(await readBody(response, answerBytesMax));
  const answer = parsed(text);
  if (typeof answer !== "object" || answer === null || !("ok" in answer)) {
    throw new TransportError(`it answered ${response.status} in other words than Telegram's`, true);
  }
  return { json: () => answer };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
