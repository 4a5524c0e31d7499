import { type Clock, type Log, type LogRecord, makeLog } from "../../src/lib/index.ts";

/** A log that a test can ask. */
export class CapturedLog {
  readonly records: LogRecord[] = [];
  readonly log: Log;

  constructor(clock: Pick<Clock, "nowMs">) {
    this.log = makeLog({ clock, level: "debug", sinks: [(record) => this.records.push(record)] });
  }

  of(event: string): LogRecord[] {
    return this.records.filter((record) => record.event === event);
  }

  /** Everything as text, for finding what must not be there. */
  get text(): string {
    return this.records.map((record) => JSON.stringify(record)).join("\n");
  }
}
