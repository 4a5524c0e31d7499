import { type Clock, slept } from "../lib/index.ts";
import { doorHeaders } from "../protocol/index.ts";

/** Server-sent events over one answer. */

/** Something goes out at least so often, so that proxies and clients see that the answer still comes. */
export const keepAliveMs = 15_000;

/** One event; `name` where clients switch on it. */
export function sseEvent(payload: unknown, name?: string): string {
  const head = name === undefined ? "" : `event: ${name}\n`;
  return `${head}data: ${typeof payload === "string" ? payload : JSON.stringify(payload)}\n\n`;
}

/** Sends what the events give, until they end. `gone` is told once when the client does not want the rest. */
export function sseAnswer(events: AsyncIterable<string>, clock: Clock, gone: () => void): Response {
  const over = new AbortController();
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start: async (controller) => {
      const keepAlive = async () => {
        while (await slept(clock, keepAliveMs, over.signal)) controller.enqueue(encoder.encode(": still here\n\n"));
      };
      void keepAlive();
      try {
        for await (const text of events) {
          if (over.signal.aborted) return;
          controller.enqueue(encoder.encode(text));
        }
        over.abort();
        controller.close();
      } catch (error) {
        if (!over.signal.aborted) controller.error(error);
      } finally {
        over.abort();
      }
    },
    cancel: () => {
      if (over.signal.aborted) return;
      over.abort();
      gone();
    },
  });
  const headers = doorHeaders();
  headers.set("content-type", "text/event-stream; charset=utf-8");
  return new Response(stream, { headers });
}
