import { cutToBytes } from "../lib/index.ts";
import { type Delivery, wireLimits } from "../protocol/index.ts";

/** What a socket can do, in our words. */
export interface SocketPort {
  /** Bytes written, -1 when it was queued, 0 when it was dropped. */
  send(text: string): number;
  bufferedBytes(): number;
  /** Writes of the callback go out together. */
  cork(write: () => void): void;
  pauseReading(): void;
  resumeReading(): void;
  close(code: number, reason: string): void;
  ping(): void;
  /** Ends the TCP connection without waiting for the peer. */
  terminate(): void;
}

/** An event around the place of its number: `head + seq + tail`. Serialised once, sent to many. */
export interface PreparedEvent {
  readonly head: string;
  readonly tail: string;
  readonly delivery: Delivery;
}

interface Queued {
  readonly text: string;
  readonly delivery: Delivery;
}

interface Ending {
  readonly code: number;
  readonly reason: string;
  /** When the connection is ended without a word. */
  deadlineMs: number;
  /** Reading moves the deadline, but not beyond this. */
  readonly latestMs: number;
}

/**
 * One client's way out. Replies are never dropped; lossy events are, for a client that reads too slowly, and such a
 * client is cut at the next sure one. Numbers are counted for dropped events too, so that a gap always means loss.
 */
export class Outgoing {
  readonly #socket: SocketPort;
  readonly #scheduleFlush: (outgoing: Outgoing) => void;
  #queue: Queued[] = [];
  #seq = 0;
  #isPressured = false;
  /** Unread bytes that the client asked for: at most the replies since its buffer was last empty. */
  #repliedBytes = 0;
  readonly #elapsedMs: () => number;
  #isPaused = false;
  /** When the client was last seen to read, while it is not read from. */
  #pausedAtMs = 0;
  #ending: Ending | undefined;

  /** `elapsedMs` is monotonic. */
  constructor(socket: SocketPort, scheduleFlush: (outgoing: Outgoing) => void, elapsedMs: () => number) {
    this.#socket = socket;
    this.#scheduleFlush = scheduleFlush;
    this.#elapsedMs = elapsedMs;
  }

  /** Events are gathered and written at the end of the turn of the event loop. */
  event(event: PreparedEvent): void {
    if (this.#ending) return;
    this.#queue.push({ text: event.head + ++this.#seq + event.tail, delivery: event.delivery });
    if (this.#queue.length === 1) this.#scheduleFlush(this);
  }

  /** An event that only this client gets, without a number. */
  targeted(text: string): void {
    this.reply(text);
  }

  /** A reply goes out now, after the events that were published before it. */
  reply(text: string): void {
    if (this.#ending) return;
    if (this.#queue.length > 0) this.flush();
    const before = this.#socket.bufferedBytes();
    this.#write(text);
    this.#repliedBytes += Math.max(0, this.#socket.bufferedBytes() - before);
    if (this.#isPressured && !this.#isPaused && this.#socket.bufferedBytes() > wireLimits.bufferedBytesMax)
      this.#pause();
  }

  flush(): void {
    const queue = this.#queue;
    if (queue.length === 0) return;
    this.#queue = [];
    this.#socket.cork(() => {
      for (const item of queue) this.#writeEvent(item);
    });
  }

  /** Part of the socket's buffer was read, or all of it. */
  drained(): void {
    this.#pausedAtMs = this.#elapsedMs();
    const buffered = this.#socket.bufferedBytes();
    if (buffered === 0) this.#isPressured = false;
    this.#repliedBytes = Math.min(this.#repliedBytes, buffered);
    if (this.#ending) return this.#readOn(this.#ending, buffered);
    if (!this.#isPaused || buffered > wireLimits.bufferedBytesMax) return;
    this.#isPaused = false;
    this.#socket.resumeReading();
  }

  ping(): void {
    if (!this.#ending) this.#socket.ping();
  }

  /** For a peer that is not there: nothing is said. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** Called about once a second with monotonic time. */
  tick(nowMs: number): void {
    if (this.#ending) {
      if (nowMs >= this.#ending.deadlineMs) this.#socket.terminate();
    } else if (this.#isPaused && nowMs - this.#pausedAtMs > wireLimits.stalledMs) this.close(1008, "slow consumer");
  }

  /**
   * Ends the connection: the close frame goes out behind what was sent before it. The runtime forgets a socket once it
   * was told to close, so a client with unread bytes is told when it has read them, and is ended when it does not read.
   */
  close(code: number, reason: string): void {
    this.flush();
    // The flush may have cut a slow reader.
    if (this.#ending) return;
    const nowMs = this.#elapsedMs();
    const deadlineMs = nowMs + wireLimits.closeGraceMs;
    this.#ending = { code, reason, deadlineMs, latestMs: nowMs + wireLimits.stalledMs };
    if (this.#isPaused) this.#socket.resumeReading();
    if (!this.#isPressured || this.#socket.bufferedBytes() === 0) this.#sayGoodbye(this.#ending);
  }

  /** A client that is to go and reads gets the time for it, within bounds. */
  #readOn(ending: Ending, buffered: number): void {
    if (buffered === 0) return this.#sayGoodbye(ending);
    ending.deadlineMs = Math.min(ending.latestMs, this.#elapsedMs() + wireLimits.closeGraceMs);
  }

  #sayGoodbye({ code, reason }: Ending): void {
    this.#socket.close(code, cutToBytes(reason, wireLimits.closeReasonBytesMax));
  }

  #writeEvent({ text, delivery }: Queued): void {
    if (this.#ending) return;
    // Whoever is still reading a history of some MiB is not slow by that: the excuse ends with the stall of a reply.
    if (this.#isPressured && this.#socket.bufferedBytes() - this.#repliedBytes > wireLimits.bufferedBytesMax) {
      if (delivery === "sure") this.#cut();
      return;
    }
    this.#write(text);
  }

  #write(text: string): void {
    const outcome = this.#socket.send(text);
    if (outcome === -1) this.#isPressured = true;
    // Dropped: over the server's own limit, or the socket is gone.
    else if (outcome === 0) this.#cut();
  }

  #cut(): void {
    this.#queue = [];
    this.close(1008, "slow consumer");
  }

  #pause(): void {
    this.#isPaused = true;
    this.#pausedAtMs = this.#elapsedMs();
    this.#socket.pauseReading();
  }
}
