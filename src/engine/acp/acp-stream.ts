import { isPlainObject } from "../../lib/index.ts";
import type { Stream } from "@agentclientprotocol/sdk";
import { byteLines, type Child } from "../../programs/index.ts";

/**
 * The protocol over a program's standard streams, one JSON message a line. Updates of a turn go straight to whoever
 * listens, in their order and before the answer that follows them; the client gets requests and the answers that it
 * waits for. Everything else is passed over, where the client's own reader would answer or print it.
 */
export interface AcpStreamOptions {
  readonly child: Child;
  readonly onUpdate: (params: unknown) => void;
  /** A line that is no message, or nobody's. */
  readonly onGarbage: () => void;
  /** The output cannot be read on, and the program is ended for it. */
  readonly onFault: (reason: string) => void;
}

/** An agent that sends more in one message is ended. */
export const messageBytesMax = 32 * 1024 * 1024;

type Message = Stream extends { readonly readable: ReadableStream<infer M> } ? M : never;

export function acpStream({ child, onUpdate, onGarbage, onFault }: AcpStreamOptions): Stream {
  const waiting = new Set<unknown>();
  const lines = byteLines(child.stdout, messageBytesMax);
  /** The next message for the client; undefined at the end. */
  const next = async (): Promise<Message | undefined> => {
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      const message = parsed(line.value);
      if (message?.["method"] === "session/update" && !("id" in message)) onUpdate(message["params"]);
      else if (isForClient(message, waiting)) return message as Message;
      else if (line.value.trim() !== "") onGarbage();
    }
    return undefined;
  };
  const readable = new ReadableStream<Message>({
    pull: async (controller) => {
      try {
        const message = await next();
        if (message) return controller.enqueue(message);
      } catch (error) {
        onFault(error instanceof Error ? error.message : String(error));
      }
      // Without its output the program is of no use. Whoever waits for an answer learns how it ended.
      child.kill();
      await child.ended;
      controller.close();
    },
    cancel: () => child.kill(),
  });
  const writable = new WritableStream<Message>({
    write: (message) => {
      if ("method" in message && "id" in message) waiting.add(message.id);
      return child.write(`${JSON.stringify(message)}\n`);
    },
  });
  return { readable, writable };
}

function isForClient(message: Record<string, unknown> | undefined, waiting: Set<unknown>): boolean {
  if (message?.["jsonrpc"] !== "2.0") return false;
  if ("method" in message) return "id" in message || message["method"] === "$/cancel_request";
  return waiting.delete(message["id"]);
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return isPlainObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
