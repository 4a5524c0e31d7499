import type { RunSignal } from "./live-run.ts";

/** Those who hear of runs while these go on: of one of them, or of all. A listener must not throw. */
export class RunEars {
  readonly #ofOne = new Map<string, Set<(signal: RunSignal) => void>>();
  readonly #ofAll = new Set<(signal: RunSignal) => void>();

  hear(signal: RunSignal): void {
    for (const listener of this.#ofAll) listener(signal);
    for (const listener of this.#ofOne.get(signal.run.id) ?? []) listener(signal);
  }

  /** Listen before the run is accepted: what it said earlier is not said again. */
  listen(runId: string, listener: (signal: RunSignal) => void): Disposable {
    const listeners = this.#ofOne.get(runId) ?? new Set();
    this.#ofOne.set(runId, listeners.add(listener));
    return {
      [Symbol.dispose]: () => {
        listeners.delete(listener);
        if (listeners.size === 0) this.#ofOne.delete(runId);
      },
    };
  }

  listenToAll(listener: (signal: RunSignal) => void): void {
    this.#ofAll.add(listener);
  }
}
