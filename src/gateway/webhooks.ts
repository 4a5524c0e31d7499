import { type Clock, errorFields, type Log } from "../lib/index.ts";
import { refusal } from "./http.ts";

/** Requests of networks at `/webhooks/<network>/<account>`: judged by their headers, then read within limits. */

/** What stands behind one address; lent by the accounts. */
export interface WebhookDoor {
  /** False is answered with 401, before the body is read. */
  admits(headers: Headers): boolean;
  readonly bodyBytesMax: number;
  /** The status of the answer, or all of it. */
  take(body: Uint8Array, headers: Headers): Promise<number | { readonly status: number; readonly text: string }>;
}

export interface WebhookParts {
  readonly find: (network: string, account: string) => WebhookDoor | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** From the headers to the last byte of the body. */
export const webhookBodyMs = 30_000;
/** Without it the server would go on reading what nobody wants, up to any length. */
const hangUp = { connection: "close" };
const path = /^\/webhooks\/([a-z0-9][a-z0-9_-]{0,63})\/([a-z0-9][a-z0-9_-]{0,63})$/;

/** Undefined when the address is no webhook's. */
export function answerWebhook(request: Request, url: URL, parts: WebhookParts): Promise<Response> | undefined {
  const match = path.exec(url.pathname);
  if (!match) return undefined;
  return answer(request, parts.find(match[1]!, match[2]!), parts);
}

async function answer(request: Request, door: WebhookDoor | undefined, parts: WebhookParts): Promise<Response> {
  if (request.method !== "POST") return refusal(405, "method_not_allowed", "only POST", { allow: "POST" });
  if (!door) return refusal(404, "not_found", "nothing is here");
  if (!door.admits(request.headers)) {
    const isBounded = Number(request.headers.get("content-length") ?? Number.NaN) <= door.bodyBytesMax;
    const end = isBounded || !request.body ? {} : hangUp;
    return refusal(401, "unauthorized", "the request does not prove who sends it", end);
  }
  const body = await readBody(request, door.bodyBytesMax, parts.clock);
  if (body === "too-large") return refusal(413, "too_large", `at most ${door.bodyBytesMax} bytes`, hangUp);
  if (body === "too-slow") return refusal(408, "too_slow", "the body did not come in time", hangUp);
  try {
    const taken = await door.take(body, request.headers);
    if (typeof taken === "number") return new Response(null, { status: taken });
    // As text and never sniffed: what is sent back may be what a stranger sent.
    const headers = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
    return new Response(taken.text, { status: taken.status, headers });
  } catch (error) {
    parts.log.error("webhook.failed", errorFields(error));
    return refusal(500, "internal", "it was not stored; send it again");
  }
}

async function readBody(
  request: Request,
  bytesMax: number,
  clock: Clock,
): Promise<Uint8Array | "too-large" | "too-slow"> {
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) return "too-large";
  if (!request.body) return new Uint8Array(0);
  const over = new AbortController();
  const reader = request.body.getReader();
  const late = clock.sleep(webhookBodyMs, over.signal).then(
    () => "too-slow" as const,
    () => "too-slow" as const,
  );
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const piece = await Promise.race([reader.read(), late]);
      if (piece === "too-slow") return piece;
      if (piece.done) return Buffer.concat(chunks);
      bytes += piece.value.length;
      if (bytes > bytesMax) return "too-large";
      chunks.push(piece.value);
    }
  } finally {
    over.abort();
    await reader.cancel().catch(() => undefined);
  }
}
