import type { StreamSign } from "./model.ts";

/**
 * `fetch` that tells when the vendor answers and when bytes come, which is what limits of time are measured by. It
 * follows no redirect: the key would go along.
 */
export function listeningFetch(hear: ((sign: StreamSign) => void) | undefined): typeof globalThis.fetch {
  const listen = async (...[input, init]: Parameters<typeof globalThis.fetch>): Promise<Response> => {
    const response = await fetch(input, { ...init, redirect: "error" });
    hear?.("answered");
    if (!response.body || !hear) return response;
    const heard = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          hear("bytes");
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(heard, response);
  };
  return Object.assign(listen, { preconnect: fetch.preconnect });
}
