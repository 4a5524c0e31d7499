import { attempt as attemptAt, transportErrorOf } from "../transport.ts";

/** HTTP to the daemon: single attempts that say whether the request can have left, and answers with a limit. */

/** The runtime's own errors are put in our words. */
export function attempt(address: string, init: RequestInit): Promise<Response> {
  // A kept connection that died unnoticed would look like a message that may have left.
  return attemptAt(address, { ...init, redirect: "error", keepalive: false });
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
