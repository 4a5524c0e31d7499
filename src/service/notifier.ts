import { type Clock, slept } from "../lib/index.ts";
import { sdNotify } from "../programs/index.ts";

/**
 * What the gateway tells the service manager that started it: ready, alive, stopping. The watchdog is fed from the
 * event loop after the store answered a read, so a loop or a store that hangs is found by the manager. A disk that is
 * full or read-only is no reason to be killed: the gateway waits for it, which a new start could do no better; it is
 * told as the status.
 */
export class Notifier implements Disposable {
  readonly #address: string;
  readonly #watchdogMs: number | undefined;
  readonly #send: typeof sdNotify;
  readonly #stop = new AbortController();
  #status = "";
  /** What is told where nothing is wrong. */
  #well = "";

  private constructor(address: string, watchdogMs: number | undefined, send: typeof sdNotify) {
    this.#address = address;
    this.#watchdogMs = watchdogMs;
    this.#send = send;
  }

  /** Undefined when no service manager wants to be told. */
  static from(environment: NotifyEnvironment, send: typeof sdNotify = sdNotify): Notifier | undefined {
    const address = environment["NOTIFY_SOCKET"];
    if (!address) return undefined;
    return new Notifier(address, watchedEveryMs(environment), send);
  }

  /** Ready to serve; from now on it is watched. */
  ready(status: string, watched: Watched): void {
    this.#well = status;
    this.#status = status;
    this.#tell(`READY=1\nSTATUS=${line(status)}`);
    if (this.#watchdogMs !== undefined) void this.#feed(this.#watchdogMs / feedsPerPeriod, watched);
  }

  /** The status of a gateway that is ready, and well, is another one now. */
  moved(status: string): void {
    if (this.#well === "") return;
    this.#well = status;
    this.#status = status;
    this.#tell(`STATUS=${line(status)}`);
  }

  /** On its way out: the manager's limit for stops counts from here. */
  stopping(status: string): void {
    this.#stop.abort();
    this.#tell(`STOPPING=1\nSTATUS=${line(status)}`);
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  async #feed(everyMs: number, { clock, answers, trouble }: Watched): Promise<void> {
    do {
      const now = trouble() ?? this.#well;
      if (now !== this.#status) this.#tell(`STATUS=${line(now)}`);
      this.#status = now;
      if (answers()) this.#tell("WATCHDOG=1");
    } while (await slept(clock, everyMs, this.#stop.signal));
  }

  #tell(message: string): void {
    this.#send(this.#address, message);
  }
}

/** What the watchdog looks at. */
export interface Watched {
  readonly clock: Clock;
  /** False, or a call that does not come back, when the store does not answer. */
  readonly answers: () => boolean;
  /** Why nothing new is accepted; undefined while all is well. */
  readonly trouble: () => string | undefined;
}

type NotifyEnvironment = Readonly<Record<string, string | undefined>>;

const feedsPerPeriod = 3;

/** Undefined where nobody watches, or watches another process. */
function watchedEveryMs(environment: NotifyEnvironment): number | undefined {
  const watchedPid = environment["WATCHDOG_PID"];
  if (watchedPid && Number(watchedPid) !== process.pid) return undefined;
  const microseconds = Number(environment["WATCHDOG_USEC"]);
  return microseconds > 0 ? microseconds / 1000 : undefined;
}

function line(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
}
