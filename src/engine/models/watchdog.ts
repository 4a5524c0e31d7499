import type { Clock } from "../../lib/index.ts";
import { type Model, ModelError, type ModelPart, type ModelStep, referenceOf } from "./model.ts";

/** Limits of time for one step of a model. Servers of one's own may take long to read a long prompt. */
export interface StepLimits {
  /** Until the vendor answers at all. */
  readonly connectMs: number;
  /** From then until the first part. */
  readonly firstPartMs: number;
  /** Between two signs of life. */
  readonly idleMs: number;
}

export const remoteLimits: StepLimits = { connectMs: 30_000, firstPartMs: 120_000, idleMs: 60_000 };
/** They answer when they have read the prompt, not before. */
export const localLimits: StepLimits = { connectMs: 600_000, firstPartMs: 600_000, idleMs: 300_000 };

type Phase = "connect" | "first" | "idle";

/**
 * The step's parts, as long as they come in time; a `timeout` failure otherwise. It ends at once when the signal is
 * aborted, whatever the model does.
 */
export async function* watched(
  model: Model,
  step: Omit<ModelStep, "hear">,
  watch: {
    readonly limits: StepLimits;
    readonly clock: Pick<Clock, "sleep" | "elapsedMs">;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<ModelPart> {
  watch.signal.throwIfAborted();
  const dog = new Watchdog(watch.limits, watch.clock, referenceOf(model.ref));
  const signal = AbortSignal.any([watch.signal, dog.signal]);
  const parts = model.stream({ ...step, hear: (sign) => dog.hear(sign) }, signal)[Symbol.asyncIterator]();
  const cut = Promise.withResolvers<never>();
  // Nobody may be listening when it comes.
  cut.promise.catch(() => undefined);
  const onAbort = () => cut.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  dog.start();
  try {
    for (;;) {
      const next = await Promise.race([parts.next(), cut.promise]);
      if (next.done) return;
      dog.part();
      yield next.value;
      // While the reader works, nobody waits for the vendor.
      dog.awake();
    }
  } finally {
    dog.stop();
    signal.removeEventListener("abort", onAbort);
    // Closes the socket. A model that hangs is not waited for.
    void parts.return?.().catch(() => undefined);
  }
}

class Watchdog {
  readonly #limits: StepLimits;
  readonly #clock: Pick<Clock, "sleep" | "elapsedMs">;
  readonly #reference: string;
  readonly #abort = new AbortController();
  readonly #stop = new AbortController();
  #phase: Phase = "connect";
  #since = 0;

  constructor(limits: StepLimits, clock: Pick<Clock, "sleep" | "elapsedMs">, reference: string) {
    this.#limits = limits;
    this.#clock = clock;
    this.#reference = reference;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  start(): void {
    this.#since = this.#clock.elapsedMs();
    void this.#guard().catch(() => undefined);
  }

  hear(sign: "answered" | "bytes"): void {
    if (sign === "answered" && this.#phase === "connect") this.#enter("first");
    else if (this.#phase === "idle") this.awake();
  }

  part(): void {
    this.#enter("idle");
  }

  awake(): void {
    this.#since = this.#clock.elapsedMs();
  }

  stop(): void {
    this.#stop.abort();
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.awake();
  }

  async #guard(): Promise<void> {
    for (;;) {
      const leftMs = this.#since + this.#limitMs - this.#clock.elapsedMs();
      if (leftMs <= 0) break;
      // A later phase may allow less.
      await this.#clock.sleep(Math.min(leftMs, this.#limits.idleMs), this.#stop.signal);
    }
    this.#abort.abort(new ModelError(`${this.#reference}: ${this.#words}; try again`, "timeout"));
  }

  get #limitMs(): number {
    const { connectMs, firstPartMs, idleMs } = this.#limits;
    return this.#phase === "connect" ? connectMs : this.#phase === "first" ? firstPartMs : idleMs;
  }

  get #words(): string {
    const seconds = Math.round(this.#limitMs / 1000);
    if (this.#phase === "connect") return `no answer within ${seconds} s`;
    return this.#phase === "first" ? `it did not begin within ${seconds} s` : `it fell silent for ${seconds} s`;
  }
}
