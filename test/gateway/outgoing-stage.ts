import { Outgoing, type PreparedEvent, type SocketPort } from "../../src/gateway/outgoing.ts";
import { wireLimits } from "../../src/protocol/index.ts";

const { bufferedBytesMax } = wireLimits;

/** A socket whose peer reads only when the test says so. */
class ScriptedSocket implements SocketPort {
  readonly sent: string[] = [];
  readonly acts: string[] = [];
  buffered = 0;
  /** The peer reads nothing: what is sent stays. */
  isStuck = false;
  isGone = false;

  send(text: string): number {
    if (this.isGone) return 0;
    this.sent.push(text);
    if (!this.isStuck) return text.length;
    this.buffered += text.length;
    return -1;
  }

  bufferedBytes(): number {
    return this.buffered;
  }

  cork(write: () => void): void {
    this.acts.push("cork");
    write();
  }

  pauseReading(): void {
    this.acts.push("pause");
  }

  resumeReading(): void {
    this.acts.push("resume");
  }

  close(code: number, reason: string): void {
    this.acts.push(`close ${code} ${reason}`.trim());
  }

  ping(): void {
    this.acts.push("ping");
  }

  terminate(): void {
    this.acts.push("terminate");
  }
}

/** An `Outgoing` over such a socket, with a clock that the test moves. */
export class Stage {
  nowMs = 1_000_000;
  readonly socket = new ScriptedSocket();
  #flushes = 0;
  readonly outgoing = new Outgoing(
    this.socket,
    () => void this.#flushes++,
    () => this.nowMs,
  );

  get flushesAsked(): number {
    return this.#flushes;
  }

  /** Without the writes, which have their own list. */
  get acts(): string[] {
    return this.socket.acts.filter((act) => act !== "cork");
  }

  fill(bytes = bufferedBytesMax + 1): void {
    this.socket.isStuck = true;
    this.outgoing.event(event("x".repeat(bytes), "lossy"));
    this.outgoing.flush();
  }

  pass(ms: number): void {
    this.nowMs += ms;
    this.outgoing.tick(this.nowMs);
  }
}

export function event(name: string, delivery: "lossy" | "sure"): PreparedEvent {
  return { head: `${name}#`, tail: "", delivery };
}
