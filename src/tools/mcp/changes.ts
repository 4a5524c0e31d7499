import { unlessAborted } from "../../lib/index.ts";

/** Waiting for a condition over things that tell when they changed. */
export class Changes {
  readonly #watchers = new Set<() => void>();

  tell(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** Returns when the condition holds or the signal is aborted, whichever is first. */
  async until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    while (!holds() && !signal.aborted) {
      const changed = Promise.withResolvers<void>();
      this.#watchers.add(changed.resolve);
      await unlessAborted(changed.promise, signal).catch(() => undefined);
      this.#watchers.delete(changed.resolve);
    }
  }
}
