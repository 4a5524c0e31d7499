import { attempt, readBody, TransportError } from "../transport.ts";

/**
 * HTTP as the REST API needs it: every request says whether it can have left, no redirect is followed, and no answer is
 * longer than its limit.
 */

/** A hundred of the longest messages with all that they quote. */
const answerBytesMax = 16 * 1024 * 1024;

/** An answer of Discord's, whole. `date` is Discord's own time. */
export async function fetchAnswer(address: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  const method = init.method ?? "GET";
  // A kept connection that died unnoticed would look like a message that may have left: writing gets a new one.
  const response = await attempt(address, { ...init, redirect: "error", keepalive: method === "GET", signal });
  const body = await readBody(response, answerBytesMax);
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  // Refusals in other words come from what stands before Discord. For too many requests the headers say enough.
  if (!response.ok && response.status < 500 && response.status !== 429 && !isJson) {
    throw new TransportError(`it answered ${response.status} in other words than Discord's`, true);
  }
  const { status, statusText, headers } = response;
  return new Response(status === 204 || status === 304 ? null : body, { status, statusText, headers });
}
