import { readTextIfPresent, removeIfPresent, writePassingFile } from "../lib/index.ts";
import { machineRunId, processesMarked, processStart, signalProcess } from "../programs/index.ts";
import { fits, shape } from "../protocol/index.ts";

/** What runs, written down for the next start: it kills what is left, and nothing else. */

export interface RunningGroup {
  /** Number of the first process, and of the group that it leads. */
  readonly pid: number;
  /** When that process started; empty when it was gone before anybody looked. */
  readonly start: string;
}

const { arrayOf, closed, count, text } = shape;

const RecordedRuns = closed({
  /** Numbers of another run of the machine mean nothing. */
  machine: text(128),
  mark: text(128),
  groups: arrayOf(closed({ pid: count(), start: text(128) }), 1024),
});

export class ProcessRecord {
  readonly #file: string | undefined;
  readonly #mark: string;
  readonly #machine = machineRunId();
  #isThere = false;

  constructor(file: string | undefined, mark: string) {
    this.#file = file;
    this.#mark = mark;
  }

  /** The mark is on disk before anything that carries it runs. */
  open(): void {
    if (!this.#isThere) this.#save([]);
  }

  write(groups: readonly RunningGroup[]): void {
    if (groups.length > 0) return this.#save(groups);
    if (this.#file !== undefined) removeIfPresent(this.#file);
    this.#isThere = false;
  }

  /** Kills what the record of an earlier gateway names, when it is still the same. Returns how many it reached. */
  sweep(): number {
    if (this.#file === undefined) return 0;
    const recorded = parse(readTextIfPresent(this.#file));
    if (!recorded) return 0;
    let reached = 0;
    if (recorded.machine === this.#machine) {
      for (const { pid, start } of recorded.groups) {
        if (start !== "" && processStart(pid) === start && signalProcess(-pid, "SIGKILL")) reached++;
      }
      const hasMark = /^[0-9a-f-]{36}$/.test(recorded.mark);
      for (const { pid, group } of hasMark ? processesMarked(`${recorded.mark}.`) : []) {
        if (signalProcess(group === pid ? -pid : pid, "SIGKILL")) reached++;
      }
    }
    removeIfPresent(this.#file);
    return reached;
  }

  #save(groups: readonly RunningGroup[]): void {
    if (this.#file === undefined) return;
    const kept = groups.map(({ pid, start }) => ({ pid, start }));
    writePassingFile(this.#file, `${JSON.stringify({ machine: this.#machine, mark: this.#mark, groups: kept })}\n`);
    this.#isThere = true;
  }
}

function parse(source: string | undefined) {
  if (source === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(source);
    return fits(RecordedRuns, parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
