import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type Clock } from "../../lib/index.ts";
import { byteLines, type Child } from "../../programs/index.ts";
import type { Sdk } from "./sdk.ts";

/** The protocol over a program's standard streams, one JSON message a line. */
export interface StdioOptions {
  readonly child: Child;
  readonly clock: Pick<Clock, "sleep">;
  readonly sdk: Pick<Sdk, "JSONRPCMessageSchema">;
  /** A line that is no message: some programs greet people there. */
  readonly onGarbage: () => void;
}

/** A server that sends more in one message is ended. */
export const messageBytesMax = 32 * 1024 * 1024;

/** How long a program may take to end by itself, and once more when it was asked to. */
export const closeGraceMs = 500;

export function stdioTransport({ child, clock, sdk, onGarbage }: StdioOptions): Transport {
  const read = async () => {
    for await (const line of byteLines(child.stdout, messageBytesMax)) {
      const message = sdk.JSONRPCMessageSchema.safeParse(parsed(line));
      if (message.success) transport.onmessage?.(message.data);
      else if (line.trim() !== "") onGarbage();
    }
  };
  // Without its output the program is of no use; what it still had to say before it ended was read.
  const readToEnd = async () => {
    try {
      await read();
    } catch (error) {
      transport.onerror?.(error instanceof Error ? error : new Error(String(error)));
    }
    child.kill();
    await child.ended;
    transport.onclose?.();
  };
  const transport: Transport = {
    start: async () => void readToEnd(),
    send: (message) => child.write(`${JSON.stringify(message)}\n`),
    close: () => child.close(clock, closeGraceMs),
  };
  return transport;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
