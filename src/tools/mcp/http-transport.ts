import type { FetchLike, Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type Clock, deadline, unlessAborted } from "../../lib/index.ts";
import { boundedBody } from "./bounded-body.ts";
import type { Sdk } from "./sdk.ts";

/**
 * Streamable HTTP, with what the protocol's own transport lacks: no message is larger than the limit, and an answer
 * that ends without answering fails its request at once instead of at the end of the request's time.
 */
export interface HttpOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, "soon" | "sleep">;
  readonly sdk: Pick<Sdk, "StreamableHTTPClientTransport">;
}

export interface HttpTransport {
  readonly transport: Transport;
  /** Tells the server that its session is over. Polite, not needed: it does not take long and does not fail. */
  sayFarewell(): Promise<void>;
}

const farewellMs = 500;
const connectionClosed = -32_000;
/** Turns of the event loop after which all that was read has gone through the transport's streams. */
const turnsOnTheWay = 8;

export function httpTransport({ url, headers, clock, sdk }: HttpOptions): HttpTransport {
  const waiting = new Set<number | string>();
  const fail = async (id: number | string, reason: string) => {
    for (let turn = 0; turn < turnsOnTheWay; turn++) await new Promise<void>((resolve) => clock.soon(resolve));
    if (!waiting.delete(id)) return;
    transport.onmessage?.({ jsonrpc: "2.0", id, error: { code: connectionClosed, message: reason } });
  };
  const watchedFetch: FetchLike = async (address, init) => {
    const response = await fetch(address, init);
    const isEvents = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    const id = isEvents ? requestId(init) : undefined;
    if (id !== undefined) waiting.add(id);
    return boundedBody(response, isEvents, ({ reason, isResumable }) => {
      if (id === undefined) return;
      // The transport asks for the rest itself.
      if (isResumable) waiting.delete(id);
      else void fail(id, reason);
    });
  };
  const transport = new sdk.StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { ...headers } },
    fetch: watchedFetch,
  });
  // The client calls what is there already before its own.
  const onmessage: Transport["onmessage"] = (message) => {
    if (!("method" in message) && message.id !== undefined) waiting.delete(message.id);
  };
  Object.assign(transport, { onmessage });
  return {
    transport,
    sayFarewell: async () => {
      using limit = deadline(clock, farewellMs);
      await unlessAborted(transport.terminateSession(), limit.signal).catch(() => undefined);
    },
  };
}

/** The id of the request that goes out, if it is one that wants an answer. */
function requestId(init: RequestInit | undefined): number | string | undefined {
  if (init?.method !== "POST" || typeof init.body !== "string") return undefined;
  const message = JSON.parse(init.body) as { readonly id?: number | string; readonly method?: string };
  return message.method === undefined ? undefined : message.id;
}
