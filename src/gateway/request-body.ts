import type { Clock } from "../lib/index.ts";

/** From the headers to the last byte of the body. */
export const requestBodyMs = 30_000;

/** The body, or why it was not read to its end. */
export async function readRequestBody(
  request: Request,
  bytesMax: number,
  clock: Clock,
): Promise<Uint8Array | "too-large" | "too-slow"> {
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) return "too-large";
  if (!request.body) return new Uint8Array(0);
  const over = new AbortController();
  const reader = request.body.getReader();
  const late = clock.sleep(requestBodyMs, over.signal).then(
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

/**
 * For an answer before the body was read: without it the server would go on reading what nobody wants, up to any
 * length. A short body that says its length may come in peace.
 */
export function mustHangUp(request: Request, bytesMax: number): boolean {
  const isBounded = Number(request.headers.get("content-length") ?? Number.NaN) <= bytesMax;
  return request.body !== null && !isBounded;
}
