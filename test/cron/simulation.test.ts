import { expect, test } from "bun:test";
import { Cron, type CronJob, type CronParts } from "../../src/cron/index.ts";
import { loadExpressions } from "../../src/cron/expressions.ts";
import { nextSlot } from "../../src/cron/schedule.ts";
import { LedgerStore } from "../../src/cron/ledger.store.ts";
import type { Clock, Random } from "../../src/lib/index.ts";
import type { Run } from "../../src/runs/index.ts";
import type { SessionKey } from "../../src/sessions/index.ts";
import { Database } from "../../src/storage/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { cronParts } from "./cron-parts.ts";

/**
 * Thirty days of two hundred jobs on the real store: sleeps, clocks that are set, changes of the clock in spring,
 * restarts and kills. Afterwards every slot of every job is in the ledger once, or explained there.
 */

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
/** Mid-March: the clocks of America and of Europe change within the month. */
const startMs = Date.UTC(2027, 2, 5);
const days = 30;
const jobsCount = 200;
const zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"];

class SimClock implements Clock {
  wallMs = startMs;
  sinceMs = 0;
  nowMs = () => this.wallMs;
  elapsedMs = () => this.sinceMs;
  sleep = (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  soon = (run: () => void) => void Promise.resolve().then(run);
}

/** Mulberry32: the same days for the same seed. */
function chanceOf(seed: number): Random & { below(count: number): number } {
  let state = seed;
  const unit = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const bytes = (count: number) => Uint8Array.from({ length: count }, () => Math.floor(unit() * 256));
  return { unit, bytes, below: (count) => Math.floor(unit() * count) };
}

class World {
  readonly clock = new SimClock();
  readonly chance: ReturnType<typeof chanceOf>;
  readonly database: Database;
  readonly log = new CapturedLog(this.clock);
  /** Runs on disk, as a crash leaves them. */
  readonly runs = new Map<string, { run: Run; endsAtMs: number; fails: boolean }>();
  cron!: Cron;
  boots = 0;

  constructor(seed: number) {
    this.chance = chanceOf(seed);
    this.database = new Database(":memory:", this.clock);
    this.boot();
  }

  boot(): void {
    const { database, clock, chance, log } = this;
    const runs: CronParts["runs"] = {
      add: (wanted) => this.#add(wanted.id, wanted.sessionKey),
      enter: () => undefined,
      ended: (run) => Promise.resolve(run),
      abort: () => Promise.resolve([]),
      find: (id) => this.runs.get(id)?.run,
    };
    const bootId = `boot_${++this.boots}`;
    this.cron = new Cron(cronParts({ database, clock, random: chance }, { bootId, runs, log: log.log }));
    database.transaction(() => this.cron.recover());
  }

  /** Time goes on by small steps, ends of runs included. */
  async live(ms: number): Promise<void> {
    const untilMs = this.clock.sinceMs + ms;
    while (this.clock.sinceMs < untilMs) {
      const soonest = this.cron.nextMs() ?? Infinity;
      const step = Math.max(1_000, Math.min(30 * minute, soonest - this.clock.wallMs, untilMs - this.clock.sinceMs));
      this.clock.wallMs += step;
      this.clock.sinceMs += step;
      this.#endRuns();
      await this.cron.look();
    }
  }

  #add(id: string, sessionKey: SessionKey): Run {
    const run = { id, sessionKey, source: "cron", state: "running", agentId: "main" } as Run;
    const takesMs = this.chance.below(10) === 0 ? 3 * hour : this.chance.below(3 * minute);
    this.runs.set(id, { run, endsAtMs: this.clock.sinceMs + takesMs, fails: this.chance.below(12) === 0 });
    return run;
  }

  #endRuns(): void {
    for (const [id, { run, endsAtMs, fails }] of this.runs) {
      if (endsAtMs > this.clock.sinceMs) continue;
      this.runs.delete(id);
      const ended = { ...run, state: fails ? "error" : "ok", ...(fails && { error: "the model is away" }) } as Run;
      this.database.transaction(() => this.cron.ended(ended, ""));
      this.cron.tellEnds();
    }
  }
}

function scheduleOf(index: number, { chance }: World): CronJob["schedule"] {
  const minuteOf = chance.below(60);
  switch (index % 5) {
    case 0:
      return { kind: "every", everyMs: (90 + chance.below(2_000)) * minute };
    case 1:
      return { kind: "every", everyMs: hour * (2 + chance.below(40)), anchorMs: startMs - chance.below(day) };
    case 2:
      return { kind: "cron", expr: `${minuteOf} ${chance.below(24)} * * *`, tz: zones[index % zones.length]! };
    case 3:
      return { kind: "cron", expr: `${minuteOf} */${4 + chance.below(8)} * * *`, tz: zones[index % zones.length]! };
    default:
      return { kind: "at", atMs: startMs + chance.below(days * day) + hour };
  }
}

async function addJobs(world: World): Promise<void> {
  for (let index = 0; index < jobsCount; index++) {
    const isTurn = index % 3 === 0;
    await world.cron.add(
      {
        name: `job ${index}`,
        schedule: scheduleOf(index, world),
        sessionTarget: isTurn ? "isolated" : "main",
        wakeMode: "next-heartbeat",
        payload: isTurn ? { kind: "agentTurn", message: "work" } : { kind: "systemEvent", text: `note ${index}` },
        misfire: (["once", "once", "skip", "all"] as const)[index % 4]!,
      },
      { by: "test" },
    );
  }
}

/** What happens in a month: each returns how far the wall clock came. */
async function disturb(world: World): Promise<void> {
  const { clock, chance } = world;
  switch (chance.below(6)) {
    case 0: // The machine sleeps: the monotonic clock may stand still.
      clock.wallMs += (1 + chance.below(12)) * hour;
      break;
    case 1: // Somebody sets the clock ahead.
      clock.wallMs += chance.below(90) * minute;
      break;
    case 2: // Or back.
      clock.wallMs -= chance.below(90) * minute;
      break;
    default: // The gateway is killed, and comes back after a while.
      clock.wallMs += chance.below(40) * minute;
      world.boot();
      for (let again = chance.below(4); again > 0; again--) world.boot();
  }
  await world.cron.look();
}

/** Every slot since the job was made, and in how many rows it is. */
function unexplained(world: World, job: CronJob, expressions: Awaited<ReturnType<typeof loadExpressions>>): string[] {
  const ledger = new LedgerStore(world.database, "x");
  const rows = ledger.newest(job.id, 10_000).filter(({ kind }) => kind === "slot");
  const timetable = { schedule: job.schedule, createdAtMs: job.createdAtMs, zone: "Europe/Berlin", expressions };
  const endMs = job.nextAtMs ?? world.clock.wallMs + 1;
  const singles = Map.groupBy(
    rows.filter((row) => row.slot === row.lastSlot),
    (row) => row.slot,
  );
  const spans = rows.filter((row) => row.slot !== row.lastSlot);
  const faults: string[] = [];
  let counted = 0;
  for (let slot = nextSlot(timetable, job.createdAtMs); slot !== undefined && slot < endMs;) {
    const at = slot;
    const count = (singles.get(at)?.length ?? 0) + spans.filter((row) => row.slot <= at && at <= row.lastSlot).length;
    if (count !== 1) faults.push(`${job.name}: ${new Date(at).toISOString()} in ${count} rows`);
    counted++;
    slot = nextSlot(timetable, slot);
  }
  const sum = rows.reduce((total, { slots }) => total + slots, 0);
  if (sum !== counted) faults.push(`${job.name}: ${counted} slots, ${sum} in the ledger`);
  for (const { state, reason, slot } of rows) {
    const isExplained = state === "ok" || state === "started" || reason !== undefined;
    if (!isExplained) faults.push(`${job.name}: ${new Date(slot).toISOString()} is ${state} for no reason`);
  }
  return faults;
}

// Thirty days are some thousand runs, each a transaction: three seconds of a machine with nothing else to do.
const slowMs = 180_000;

test.each([1])(
  "in thirty days of seed %d every slot is run once or explained",
  async (seed) => {
    const expressions = await loadExpressions();
    const world = new World(seed);
    await addJobs(world);
    const endMs = startMs + days * day;
    while (world.clock.wallMs < endMs) {
      await world.live((1 + world.chance.below(20)) * hour);
      await disturb(world);
    }
    await world.live(hour);
    const jobs = world.cron.list(true);
    const stopped = jobs.filter(({ pausedReason }) => pausedReason !== undefined);
    const faults = jobs
      .filter(({ pausedReason }) => pausedReason === undefined)
      .flatMap((job) => unexplained(world, job, expressions));
    expect(faults).toEqual([]);
    expect(stopped.every(({ pausedReason }) => /^(it failed 5 times|its time passed)/.test(pausedReason!))).toBe(true);
    expect(world.log.records.filter(({ level }) => level === "error")).toEqual([]);
    const { n } = world.database.query<{ n: number }>("SELECT count(*) AS n FROM cron_runs WHERE state = 'ok'").get()!;
    expect(n).toBeGreaterThan(2_000);
  },
  slowMs,
);
