import type { Clock } from "./clock.ts";
import type { LogFields, LogRecord, LogSink, LogValue } from "./log.ts";

/** What records pass through on their way to a terminal or a file: secrets are taken out, repeats are counted. */

/** Records that are alike, in one window; those beyond are counted and told of once. */
export const repeatLimits = { likeMax: 30, windowMs: 60_000, kindsMax: 1_024 } as const;

/** Fields that are called like a secret, and secrets inside of other texts, are replaced. */
export function withoutSecrets(
  sink: LogSink,
  secretNames: readonly string[],
  secrets: () => readonly string[],
): LogSink {
  return (record) => {
    const known = secrets();
    const clean = (name: string, value: LogValue): LogValue => {
      if (typeof value !== "string") return value;
      return secretNames.includes(name) ? "[secret]" : hideSecrets(value, known);
    };
    const fields: LogFields = Object.fromEntries(
      Object.entries(record.fields).map(([name, value]) => [name, clean(name, value)]),
    );
    sink({ ...record, fields });
  };
}

interface Kind {
  readonly sample: LogRecord;
  readonly endsAtMs: number;
  count: number;
}

/** Lets the first of many like records through, so that a loop somewhere fills neither the disk nor somebody's eyes. */
export class RepeatedLines {
  readonly #sink: LogSink;
  readonly #clock: Pick<Clock, "elapsedMs">;
  readonly #kinds = new Map<string, Kind>();

  constructor(sink: LogSink, clock: Pick<Clock, "elapsedMs">) {
    this.#sink = sink;
    this.#clock = clock;
  }

  readonly add: LogSink = (record) => {
    // Whoever wants to see all traffic gets all of it.
    if (record.level === "debug") return this.#sink(record);
    const nowMs = this.#clock.elapsedMs();
    this.tellEnded(nowMs);
    const key = likeness(record);
    const known = this.#kinds.get(key);
    if (!known) this.#remember(key, { sample: record, endsAtMs: nowMs + repeatLimits.windowMs, count: 1 });
    else if (++known.count > repeatLimits.likeMax) return;
    this.#sink(record);
  };

  /** Tells of repeats whose window is over; of all with `Infinity`. */
  tellEnded(nowMs: number = this.#clock.elapsedMs()): void {
    // Windows are equally long, so those that began first end first.
    for (const [key, kind] of this.#kinds) {
      if (kind.endsAtMs > nowMs) return;
      this.#kinds.delete(key);
      this.#tell(kind);
    }
  }

  #remember(key: string, kind: Kind): void {
    this.#kinds.set(key, kind);
    if (this.#kinds.size <= repeatLimits.kindsMax) return;
    const [oldest] = this.#kinds;
    if (!oldest) return;
    this.#kinds.delete(oldest[0]);
    this.#tell(oldest[1]);
  }

  #tell({ sample, count }: Kind): void {
    const left = count - repeatLimits.likeMax;
    if (left <= 0) return;
    const { level, name, event, atMs } = sample;
    const fields = { repeated: event, count: left, withinSeconds: repeatLimits.windowMs / 1000 };
    this.#sink({ atMs: atMs + repeatLimits.windowMs, level, name, event: "log.repeated", fields });
  }
}

/** Numbers differ between repeats, and of what goes wrong also the ids. */
function likeness({ level, name, event, fields }: LogRecord): string {
  const isTrouble = level === "warn" || level === "error";
  const kept = Object.entries(fields).filter(
    ([field, value]) => typeof value !== "number" && !(isTrouble && /(^i|I)d$/.test(field)),
  );
  return JSON.stringify([level, name, event, kept]);
}

/** Shorter ones are no secrets, and would tear every text apart. */
const secretCharsMin = 6;

/** The text with every secret replaced: for what somebody else's program says, who may repeat what it was given. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  // The longest first: one may be the beginning of another.
  return secrets
    .filter((secret) => secret.length >= secretCharsMin)
    .toSorted((left, right) => right.length - left.length)
    .reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}
