import { addressBucket, type Clock } from "../lib/index.ts";

/** Guesses are counted per source and kind of credential; the tenth wrong one in a minute locks that pair out. */
export const attemptLimits = { failuresMax: 10, windowMs: 60_000, lockMs: 300_000, sourcesMax: 4096 } as const;

export const credentialKinds = ["token", "password", "device-token", "bootstrap-token", "signature"] as const;
export type CredentialKind = (typeof credentialKinds)[number];

interface Record {
  failures: number;
  windowEndsAtMs: number;
  lockedUntilMs: number;
}

/** In memory, bounded: when it is full the source that was seen least recently is forgotten. */
export class Attempts {
  readonly #clock: Pick<Clock, "elapsedMs">;
  readonly #records = new Map<string, Record>();

  constructor(clock: Pick<Clock, "elapsedMs">) {
    this.#clock = clock;
  }

  get sourcesCount(): number {
    return this.#records.size;
  }

  /** How long the source is locked out of this kind; 0 when it is not. */
  lockedForMs(source: string, kind: CredentialKind): number {
    const record = this.#records.get(keyOf(source, kind));
    return record ? Math.max(0, record.lockedUntilMs - this.#clock.elapsedMs()) : 0;
  }

  fail(source: string, kind: CredentialKind): void {
    const key = keyOf(source, kind);
    const nowMs = this.#clock.elapsedMs();
    const old = this.#records.get(key);
    const record =
      old && old.windowEndsAtMs > nowMs
        ? old
        : { failures: 0, windowEndsAtMs: nowMs + attemptLimits.windowMs, lockedUntilMs: 0 };
    record.failures++;
    if (record.failures >= attemptLimits.failuresMax) record.lockedUntilMs = nowMs + attemptLimits.lockMs;
    this.#records.delete(key);
    this.#records.set(key, record);
    this.#forgetOldest();
  }

  /** A right credential clears its own kind only. */
  succeed(source: string, kind: CredentialKind): void {
    this.#records.delete(keyOf(source, kind));
  }

  #forgetOldest(): void {
    if (this.#records.size <= attemptLimits.sourcesMax) return;
    const [oldest] = this.#records.keys();
    if (oldest !== undefined) this.#records.delete(oldest);
  }
}

/** A page's guesses count under its origin, so that they cannot lock out the owner's own tools on the same host. */
export function attemptSource(address: string, origin: string | undefined): string {
  return origin === undefined ? addressBucket(address) : `${addressBucket(address)} ${origin}`;
}

function keyOf(source: string, kind: CredentialKind): string {
  return `${kind} ${source}`;
}
