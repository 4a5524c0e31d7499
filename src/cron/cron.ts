import type { Config } from "../config/index.ts";
import { type Clock, errorFields, type Log, machineZone } from "../lib/index.ts";
import { invalidRequest, type Publish } from "../protocol/index.ts";
import type { Outbox, OutboxRow } from "../outbox/index.ts";
import { hasEnded, type Run, type Runs } from "../runs/index.ts";
import { type AdmissionParts, admitJob } from "./admission.ts";
import type { cronEvents } from "./cron.events.ts";
import { type Authority, type CronJob, isActive } from "./cron-job.ts";
import { CronLoop } from "./cron-loop.ts";
import { type JobPatch, makeJob, type NewJob, patchJob, unknownJob } from "./desk.ts";
import { punctualMs } from "./due.ts";
import { type Fired, Firing, type FiringParts, nothingFired } from "./firing.ts";
import { JobStore } from "./job.store.ts";
import { type LedgerRow, LedgerStore } from "./ledger.store.ts";
import { Planner } from "./planner.ts";
import { Work } from "./work.ts";

/** Jobs that there may be. */
export const jobsMax = 500;

export interface CronParts
  extends
    Pick<AdmissionParts, "knownAgent" | "knownModel">,
    Omit<FiringParts, "jobs" | "ledger" | "planner" | "work" | "misfireWindowMs" | "runs" | "outbox"> {
  readonly clock: Clock;
  readonly log: Log;
  readonly bootId: string;
  readonly runs: Pick<Runs, "add" | "enter" | "ended" | "abort" | "find">;
  readonly outbox: Pick<Outbox, "add" | "wake"> & { readonly store: Pick<Outbox["store"], "findByIdem"> };
  readonly settings: Config["cron"];
  readonly publish: Publish<typeof cronEvents>;
  /** The main session of the agent has something to read now. */
  readonly wake: (agentId: string) => void;
  /** Something is to be seen in `status`. */
  readonly changed: () => void;
}

/** Scheduled jobs: every slot of each is run once, or its row says why not. */
export class Cron implements AsyncDisposable {
  readonly #parts: CronParts;
  readonly #jobs: JobStore;
  readonly #ledger: LedgerStore;
  readonly #planner: Planner;
  readonly #work: Work;
  readonly #firing: Firing;
  readonly #loop: CronLoop;
  /** Ends of runs that are stored and not told yet. */
  readonly #late = new Map<string, Fired>();

  constructor(parts: CronParts) {
    this.#parts = parts;
    this.#jobs = new JobStore(parts.database);
    this.#ledger = new LedgerStore(parts.database, parts.bootId);
    const { clock } = parts;
    this.#planner = new Planner({ jobs: this.#jobs, ledger: this.#ledger, zone: () => this.zone, clock });
    this.#work = new Work(parts);
    this.#firing = new Firing({
      ...parts,
      jobs: this.#jobs,
      ledger: this.#ledger,
      planner: this.#planner,
      work: this.#work,
      misfireWindowMs: () => parts.settings.misfireMinutes * 60_000,
    });
    this.#loop = new CronLoop({
      ...parts,
      jobs: this.#jobs,
      ledger: this.#ledger,
      planner: this.#planner,
      firing: this.#firing,
      tell: (fired) => this.#tell(fired),
    });
  }

  get isEnabled(): boolean {
    return this.#parts.settings.enabled;
  }

  get zone(): string {
    return this.#parts.settings.timeZone ?? machineZone();
  }

  /** Until then no job runs, because the gateway kept crashing. */
  get waitsUntilMs(): number | undefined {
    return this.#loop.waitsUntilMs;
  }

  agentIdOf(job: CronJob): string {
    return this.#work.agentIdOf(job);
  }

  count(): number {
    return this.#jobs.count();
  }

  /** When the next job comes. */
  nextMs(): number | undefined {
    return this.isEnabled ? this.#jobs.soonestMs() : undefined;
  }

  list(includeDisabled: boolean): CronJob[] {
    return this.#jobs.all().filter((job) => includeDisabled || job.enabled);
  }

  require(id: string): CronJob {
    const job = this.#jobs.find(id);
    if (!job) throw unknownJob(id);
    return job;
  }

  /** Jobs that were stopped by themselves. */
  paused(limit: number): CronJob[] {
    return this.#jobs.paused(limit);
  }

  /** When the job's run began that goes on. */
  runningMs(id: string): number | undefined {
    return this.#ledger.open(id)[0]?.startedAtMs;
  }

  history(id: string, limit: number): LedgerRow[] {
    return this.#ledger.newest(this.require(id).id, limit);
  }

  async add(wanted: NewJob, authority: Authority): Promise<CronJob> {
    const { database, ids, clock } = this.#parts;
    if (this.#jobs.count() >= jobsMax) throw invalidRequest(`there are ${jobsMax} jobs already: remove some`);
    const nowMs = clock.nowMs();
    const made = makeJob(wanted, { id: ids.sortable("cron"), nowMs, authority });
    await this.#admit(made);
    const job = await database.accept(() => this.#plan(made));
    this.#tell({
      ...nothingFired(this.#parts.clock.nowMs()),
      events: [{ jobId: job.id, action: "added", ...nextOf(job) }],
    });
    return job;
  }

  async update(id: string, patch: JobPatch, authority: Authority): Promise<CronJob> {
    const { database, clock } = this.#parts;
    await this.#admit(patchJob(this.require(id), patch, authority, clock.nowMs()));
    const job = await database.accept(() => {
      const before = this.require(id);
      const after = patchJob(before, patch, authority, clock.nowMs());
      const isMoved = JSON.stringify(after.schedule) !== JSON.stringify(before.schedule);
      const isTakenUp = isActive(after) && (!isActive(before) || before.nextAtMs === undefined);
      // A time of its own that is to come again, and counts as a new one.
      if (isMoved || isTakenUp)
        return this.#plan({ ...after, ...(isMoved && { holdUntilMs: 0, errors: 0, pausedReason: undefined }) });
      const kept = after.enabled ? after : { ...after, nextAtMs: undefined };
      this.#jobs.put(kept);
      return kept;
    });
    this.#tell({
      ...nothingFired(this.#parts.clock.nowMs()),
      events: [{ jobId: id, action: "updated", ...nextOf(job) }],
      isTroubled: true,
    });
    return job;
  }

  /** False when there was none. What runs of it is ended. */
  async remove(id: string): Promise<boolean> {
    const { database, runs } = this.#parts;
    const job = this.#jobs.find(id);
    if (!job) return false;
    const open = this.#ledger.open(id);
    await database.accept(() => this.#jobs.remove(id));
    for (const { runId } of open) {
      if (runId !== undefined) await runs.abort(this.#work.sessionKeyOf(job), runId, "rpc");
    }
    this.#tell({
      ...nothingFired(this.#parts.clock.nowMs()),
      events: [{ jobId: id, action: "removed" }],
      isTroubled: true,
    });
    return true;
  }

  /** Runs the job: when it is due, or at once. Resolves at the end of its run, with why it did not run. */
  async run(id: string, mode: "due" | "force"): Promise<"ran" | "not-due" | "already-running" | "no-model"> {
    const { database, clock, runs } = this.#parts;
    const job = this.require(id);
    if (this.#ledger.open(id).length > 0) return "already-running";
    if (mode === "due" && !(isActive(job) && (job.nextAtMs ?? Infinity) <= clock.nowMs())) return "not-due";
    if (this.#firing.obstacleOf(job) !== undefined) return "no-model";
    const fired = await database.accept(() =>
      mode === "due" ? this.#firing.fire(id, clock.nowMs()) : this.#firing.force(this.require(id), clock.nowMs()).fired,
    );
    this.#tell(fired);
    for (const run of fired.runs) await runs.ended(run);
    return "ran";
  }

  /** A run ended. Call it inside the transaction that ends the run; true when it was a job's. */
  ended(run: Run, text: string): void {
    if (run.source !== "cron") return;
    this.#late.set(run.id, this.#firing.ended(run, text, this.#parts.clock.nowMs()));
  }

  /** What was stored with the end of a run is on disk, and is told. */
  tellEnds(): void {
    const late = [...this.#late.values()];
    this.#late.clear();
    for (const fired of late) this.#tell(fired);
  }

  /** A message of the outbox came to an end; it may be a job's. */
  settled(row: OutboxRow): void {
    const ledgerRow = this.#rowOf(row);
    if (!ledgerRow) return;
    const work = this.#parts.database.commit(() => this.#deliver(ledgerRow, row));
    void work
      .then((fired) => this.#tell(fired))
      .catch((error: unknown) => this.#parts.log.error("delivery.lost", errorFields(error)));
  }

  /** What a crash left. Call it inside the recovery transaction, after the runs' own recovery. */
  recover(): { readonly jobsInterrupted: number } {
    const { clock, outbox, runs } = this.#parts;
    const nowMs = clock.nowMs();
    const lost = this.#ledger.open().filter(({ runId }) => {
      const run = runId === undefined ? undefined : runs.find(runId);
      return !run || hasEnded(run);
    });
    for (const row of lost) this.#late.set(row.id, this.#firing.lost(row, nowMs));
    for (const row of this.#ledger.undelivered()) {
      const first = outbox.store.findByIdem(row.runId === undefined ? `cron:${row.id}:0` : `run:${row.runId}:0`);
      if (first && first.state !== "queued" && first.state !== "sending")
        this.#late.set(row.id, this.#deliver(row, first));
    }
    return { jobsInterrupted: lost.length };
  }

  start(): void {
    if (this.isEnabled) this.#loop.start();
    this.tellEnds();
  }

  /** The settings are others now. What passed while no job ran is made up for as after a start. */
  async follow(next: Config["cron"], before: Config["cron"]): Promise<void> {
    await this.#loop.follow(next, before);
    this.#parts.changed();
  }

  /** What is due now is begun. The loop does it by itself; whoever moves time by hand asks for it. */
  look(): Promise<void> {
    return this.#loop.look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loop[Symbol.asyncDispose]();
  }

  #admit(job: CronJob): Promise<void> {
    return admitJob(job, { ...this.#parts, planner: this.#planner, ledger: this.#ledger, work: this.#work });
  }

  /** With its next time, on disk. A time that was just now is now. */
  #plan(job: CronJob): CronJob {
    const nowMs = this.#parts.clock.nowMs();
    const nextAtMs = isActive(job)
      ? this.#planner.next(job, nowMs - (job.schedule.kind === "at" ? punctualMs : 0))
      : undefined;
    const planned = { ...job, nextAtMs };
    this.#jobs.put(planned);
    return planned;
  }

  #rowOf({ idem, runId }: OutboxRow): LedgerRow | undefined {
    if (runId !== undefined) return this.#ledger.ofRun(runId);
    const id = /^cron:([^:]+):/.exec(idem)?.[1];
    return id === undefined ? undefined : this.#ledger.find(id);
  }

  #deliver(row: LedgerRow, { state, error }: OutboxRow): Fired {
    return this.#firing.delivered(row, state, error, this.#parts.clock.nowMs());
  }

  #tell({ events, runs, wakes, forgotten, isSending, isTroubled }: Fired): void {
    const { publish, outbox, wake, changed, sessions, log } = this.#parts;
    for (const event of events) publish("cron", event);
    for (const run of runs) this.#parts.runs.enter(run);
    for (const sessionId of forgotten) {
      const gone = sessions.transcript.remove(sessionId, () => undefined);
      void gone.catch((error: unknown) => log.warn("transcript.kept", errorFields(error)));
    }
    if (isSending) outbox.wake();
    for (const agentId of new Set(wakes)) wake(agentId);
    if (isTroubled) changed();
    this.#loop.nudge();
  }
}

function nextOf({ nextAtMs }: CronJob): { nextRunAtMs?: number } {
  return nextAtMs === undefined ? {} : { nextRunAtMs: nextAtMs };
}
