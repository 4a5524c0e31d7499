import { messageBytesMax } from "./stdio-transport.ts";

/** How an answer came to its end before whoever reads it had enough. */
export interface BodyEnd {
  readonly reason: string;
  /** It was a stream of events with ids, so it can be asked for again from there. */
  readonly isResumable: boolean;
}

/** The same response, whose body breaks off where one message is larger than the limit, and whose end is told. */
export function boundedBody(response: Response, isEvents: boolean, onEnd: (end: BodyEnd) => void): Response {
  if (response.body === null) return response;
  const reader = response.body.getReader();
  const gauge = isEvents ? eventGauge() : plainGauge();
  const end = (reason: string) => onEnd({ reason, isResumable: gauge.hasIds });
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          end("the answer ended before it was given");
          return;
        }
        gauge.take(value);
        if (gauge.messageBytes > messageBytesMax) throw new Error(`a message of more than ${messageBytesMax} bytes`);
        controller.enqueue(value);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        controller.error(error);
        end(`the answer broke off: ${reason}`);
        void reader.cancel().catch(() => undefined);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

interface Gauge {
  /** Bytes since the last message ended. */
  readonly messageBytes: number;
  readonly hasIds: boolean;
  take(chunk: Uint8Array): void;
}

function plainGauge(): Gauge {
  let messageBytes = 0;
  return {
    get messageBytes() {
      return messageBytes;
    },
    hasIds: false,
    take: (chunk) => void (messageBytes += chunk.length),
  };
}

const emptyLines = ["\n\n", "\n\r\n", "\r\r"];
const carriedChars = 3;

/** In a stream of events an empty line ends a message. */
function eventGauge(): Gauge {
  let messageBytes = 0;
  let hasIds = false;
  let carried = "\n";
  return {
    get messageBytes() {
      return messageBytes;
    },
    get hasIds() {
      return hasIds;
    },
    take: (chunk) => {
      const text = carried + Buffer.from(chunk).toString("latin1");
      const ends = emptyLines.map((line) => (text.includes(line) ? text.lastIndexOf(line) + line.length : 0));
      const end = Math.max(...ends);
      messageBytes = end > 0 ? text.length - end : messageBytes + chunk.length;
      hasIds ||= /[\r\n]id:/.test(text);
      carried = text.slice(-carriedChars);
    },
  };
}
