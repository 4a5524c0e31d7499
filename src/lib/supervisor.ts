import { backoffMs } from "./backoff.ts";
import { type Clock, slept } from "./clock.ts";
import { errorFields, type Log } from "./log.ts";

/** Failures of one unit in a window before somebody should look; it is started again all the same, but seldom. */
export const supervision = { failuresMax: 5, windowMs: 60_000, firstMs: 1_000, maxMs: 60_000, factor: 2 } as const;
/** One unit waits for nobody else, so chance is of no use. */
const noJitter = { unit: () => 0 };

export interface Trouble {
  readonly unit: string;
  readonly reason: string;
  readonly sinceMs: number;
}

export interface SupervisorParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Told after a unit got into trouble, or out of it. It must not throw. */
  readonly changed?: (() => void) | undefined;
}

/**
 * Keeps loops going. A loop that throws is started again after a pause; what failed is in the log, and nothing else of
 * the house stops. One that throws over and over is in trouble, which is told, until it has held for a window.
 */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #troubles = new Map<string, Trouble>();

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  /** Units that failed too often, and have not held since. */
  get troubles(): readonly Trouble[] {
    return [...this.#troubles.values()];
  }

  /** Resolves once the signal is aborted, or the work ended by itself. */
  async keep(unit: string, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    let failures = 0;
    let recent: number[] = [];
    while (!signal.aborted) {
      const startedAtMs = clock.elapsedMs();
      const held = new AbortController();
      void this.#watch(unit, AbortSignal.any([signal, held.signal]));
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) return;
        const nowMs = clock.elapsedMs();
        failures = nowMs - startedAtMs >= supervision.windowMs ? 1 : failures + 1;
        recent = [...recent.filter((atMs) => nowMs - atMs < supervision.windowMs), nowMs];
        log.error("unit.failed", { unit, failures, ...errorFields(error) });
        if (recent.length >= supervision.failuresMax) this.#escalate(unit, error);
      } finally {
        held.abort();
      }
      await slept(clock, backoffMs(failures - 1, supervision, noJitter), signal);
    }
  }

  #escalate(unit: string, error: unknown): void {
    if (this.#troubles.has(unit)) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#troubles.set(unit, { unit, reason, sinceMs: this.#parts.clock.nowMs() });
    this.#parts.log.error("unit.in-trouble", { unit, failures: supervision.failuresMax, reason });
    this.#parts.changed?.();
  }

  /** A unit that ran for a window without failing is well. */
  async #watch(unit: string, signal: AbortSignal): Promise<void> {
    if (!this.#troubles.has(unit)) return;
    if (!(await slept(this.#parts.clock, supervision.windowMs, signal))) return;
    this.#troubles.delete(unit);
    this.#parts.log.info("unit.recovered", { unit });
    this.#parts.changed?.();
  }
}
