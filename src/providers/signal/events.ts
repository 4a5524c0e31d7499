import type { Clock } from "../../lib/index.ts";
import { TransportError, transportErrorOf } from "../transport.ts";
import { attempt } from "./http.ts";

/** The daemon tells a sign of life every fifteen seconds: after three that did not come it is deaf or dead. */
const idleMs = 50_000;
/** Far more than the longest message; what is longer is no event. */
const eventCharsMax = 8 * 1024 * 1024;

export interface EventPorts {
  readonly url: string;
  readonly account: string;
  readonly clock: Clock;
  /** Ends the reading. */
  readonly signal: AbortSignal;
  /** The daemon has taken us for a listener. */
  readonly onOpen: () => void;
  /** One event; nothing more is read before it resolves, so the daemon takes nothing more from Signal for long. */
  readonly onEvent: (content: string) => Promise<void>;
}

/**
 * Listens until something fails; it then rejects with a TransportError. As long as somebody listens, and for some
 * seconds more, the daemon takes messages from Signal's server.
 */
export async function readEvents(ports: EventPorts): Promise<never> {
  const { url, account, signal } = ports;
  const over = new AbortController();
  const quiet = new Watchdog(ports.clock, () => over.abort());
  const address = `${url}/api/v1/events?account=${encodeURIComponent(account)}`;
  try {
    const life = AbortSignal.any([signal, over.signal]);
    const response = await attempt(address, { signal: life, headers: { accept: "text/event-stream" } });
    if (!response.ok || !response.body)
      throw new TransportError(`it answered ${response.status} for its events`, false);
    ports.onOpen();
    await readStream(response.body, ports, quiet);
    throw new TransportError("it ended the stream of events", true);
  } catch (error) {
    if (over.signal.aborted) throw new TransportError(`it said nothing for ${idleMs / 1000} s`, true);
    throw transportErrorOf(error);
  } finally {
    quiet.stop();
    over.abort();
  }
}

async function readStream(body: ReadableStream<Uint8Array>, ports: EventPorts, quiet: Watchdog): Promise<void> {
  const decoder = new TextDecoder();
  const events = new EventText();
  for await (const part of body) {
    quiet.stop();
    for (const content of events.add(decoder.decode(part, { stream: true }))) await ports.onEvent(content);
    quiet.start();
  }
}

/** Server-sent events from the pieces that they come in. Only their data counts here. */
export class EventText {
  #rest = "";
  #data: string[] = [];

  add(piece: string): string[] {
    this.#rest += piece;
    if (this.#rest.length > eventCharsMax) throw new TransportError("an event is too long", true);
    const lines = this.#rest.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): string[] {
    if (line.startsWith("data:")) this.#data.push(line.slice(line[5] === " " ? 6 : 5));
    if (line !== "" || this.#data.length === 0) return [];
    const content = this.#data.join("\n");
    this.#data = [];
    return [content];
  }
}

class Watchdog {
  readonly #clock: Clock;
  readonly #bark: () => void;
  #running: AbortController | undefined;

  constructor(clock: Clock, bark: () => void) {
    this.#clock = clock;
    this.#bark = bark;
    this.start();
  }

  start(): void {
    const running = new AbortController();
    this.#running = running;
    void this.#clock.sleep(idleMs, running.signal).then(this.#bark, () => undefined);
  }

  stop(): void {
    this.#running?.abort();
  }
}
