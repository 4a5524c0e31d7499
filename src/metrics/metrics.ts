import { type Clock, slept, type Supervisor } from "../lib/index.ts";
import type { AccountState } from "../providers/index.ts";
import type { Run, RunSignal } from "../runs/index.ts";
import type { Database } from "../storage/index.ts";
import { Counts, expose, type Family, Histogram, type HistogramFamily, type Sample } from "./exposition.ts";

/** What is counted while the gateway runs, and what is looked up when somebody asks. */

export interface MetricsParts {
  readonly version: string;
  readonly database: Database;
  readonly clock: Clock;
  readonly startedAtMs: number;
  readonly supervisor: Supervisor;
  readonly connections: () => number;
  readonly runsActive: () => number;
  readonly outboxCounts: () => Readonly<Record<string, number>>;
  readonly links: () => readonly {
    readonly provider: string;
    readonly account: string;
    readonly state: AccountState["kind"];
  }[];
}

/** Combinations of labels of one metric. Models and their vendors come from a config, so there are not many. */
const labelsMax = 256;
const delaySampleMs = 1_000;
const shortBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const runBounds = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];
const openStates = ["accepted", "held", "routed"];
const outboxStates = ["queued", "sending", "unknown", "failed", "expired"];

export class Metrics implements Disposable {
  readonly #parts: MetricsParts;
  readonly #stop = new AbortController();
  readonly #runs = new Counts(labelsMax);
  readonly #runSeconds = new Histogram(runBounds);
  readonly #modelCalls = new Counts(labelsMax);
  readonly #tokens = new Counts(labelsMax);
  readonly #commitSeconds = new Histogram(shortBounds);
  readonly #delaySeconds = new Histogram(shortBounds);

  constructor(parts: MetricsParts) {
    this.#parts = parts;
    parts.database.onCommit((tookMs) => this.#commitSeconds.add(tookMs / 1000));
    void parts.supervisor.keep("the loop's delay", () => this.#sampleDelay(), this.#stop.signal);
  }

  hear({ kind, run }: RunSignal): void {
    if (kind !== "ended") return;
    this.#runs.add({ source: run.source, state: run.state });
    const { startedAtMs, endedAtMs } = run;
    if (startedAtMs !== undefined && endedAtMs !== undefined) {
      this.#runSeconds.add(Math.max(0, endedAtMs - startedAtMs) / 1000);
    }
    this.#countModels(run);
  }

  text(): string {
    return expose([...this.#process(), ...this.#work(), ...this.#models()]);
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  /** A sleep that ends late tells how long the event loop was busy. */
  async #sampleDelay(): Promise<void> {
    const { clock } = this.#parts;
    let fromMs = clock.elapsedMs();
    while (await slept(clock, delaySampleMs, this.#stop.signal)) {
      const nowMs = clock.elapsedMs();
      this.#delaySeconds.add(Math.max(0, nowMs - fromMs - delaySampleMs) / 1000);
      fromMs = nowMs;
    }
  }

  /** The steps of a run are on disk when it has ended; what the echo engine says is no call. */
  #countModels({ id }: Run): void {
    const rows = this.#parts.database
      .query<{ provider: string; model: string; calls: number } & Record<TokenKind, number>>(
        `SELECT provider, model, count(*) AS calls, sum(input) AS input, sum(output) AS output,
           sum(cache_read) AS cacheRead, sum(cache_write) AS cacheWrite
         FROM usage WHERE run_id = ? GROUP BY provider, model`,
      )
      .all(id);
    for (const { provider, model, calls, ...tokens } of rows) {
      this.#modelCalls.add({ vendor: provider, model }, calls);
      for (const kind of tokenKinds) this.#tokens.add({ vendor: provider, model, kind: kind.label }, tokens[kind.name]);
    }
  }

  #process(): (Family | HistogramFamily)[] {
    const { version, clock, startedAtMs, connections } = this.#parts;
    const { user, system } = process.cpuUsage();
    const memory = process.memoryUsage();
    return [
      gauge("clawdia_info", "The running version.", [{ labels: { version }, value: 1 }]),
      gauge("process_start_time_seconds", "When it started, since the Unix epoch.", [{ value: startedAtMs / 1000 }]),
      gauge("clawdia_time_seconds", "Its clock, since the Unix epoch.", [{ value: clock.nowMs() / 1000 }]),
      counter("process_cpu_seconds_total", "Processor time, user and system.", [{ value: (user + system) / 1e6 }]),
      gauge("process_resident_memory_bytes", "Memory that is resident.", [{ value: memory.rss }]),
      gauge("clawdia_heap_used_bytes", "Memory of the JavaScript heap.", [{ value: memory.heapUsed }]),
      {
        name: "clawdia_event_loop_delay_seconds",
        help: "How late a timer of one second ended.",
        kind: "histogram",
        histogram: this.#delaySeconds,
      },
      gauge("clawdia_connections", "Clients that are connected.", [{ value: connections() }]),
    ];
  }

  #work(): (Family | HistogramFamily)[] {
    const { database, outboxCounts, runsActive, links } = this.#parts;
    return [
      gauge("clawdia_store_accepting", "1 while the disk takes writes, 0 while nothing new is accepted.", [
        { value: database.takesWrites ? 1 : 0 },
      ]),
      {
        name: "clawdia_store_commit_seconds",
        help: "From the first piece of work of a group commit to all of it on disk.",
        kind: "histogram",
        histogram: this.#commitSeconds,
      },
      gauge("clawdia_runs_active", "Runs that go on now.", [{ value: runsActive() }]),
      counter(
        "clawdia_runs_ended_total",
        "Runs that ended, by what started them and how they ended.",
        this.#runs.samples,
      ),
      {
        name: "clawdia_run_seconds",
        help: "From a run's start to its end.",
        kind: "histogram",
        histogram: this.#runSeconds,
      },
      gauge("clawdia_inbox_messages", "Messages that wait, by state.", byState(openStates, this.#inboxCounts())),
      gauge("clawdia_outbox_messages", "Messages not delivered, by state.", byState(outboxStates, outboxCounts())),
      gauge(
        "clawdia_link_state",
        "1 for the state that each account's link is in.",
        links().map((labels) => ({ labels, value: 1 })),
      ),
    ];
  }

  #models(): Family[] {
    return [
      counter("clawdia_model_calls_total", "Steps of models in runs that ended.", this.#modelCalls.samples),
      counter("clawdia_model_tokens_total", "Tokens of these steps, by kind.", this.#tokens.samples),
    ];
  }

  #inboxCounts(): Readonly<Record<string, number>> {
    const rows = this.#parts.database
      .query<{ state: string; n: number }>(
        "SELECT state, count(*) AS n FROM inbound WHERE state IN ('accepted', 'routed', 'held') GROUP BY state",
      )
      .all();
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }
}

const tokenKinds = [
  { name: "input", label: "input" },
  { name: "output", label: "output" },
  { name: "cacheRead", label: "cache_read" },
  { name: "cacheWrite", label: "cache_write" },
] as const;
type TokenKind = (typeof tokenKinds)[number]["name"];

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, kind: "gauge", samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, kind: "counter", samples };
}

/** States without a row are told as zero: an alert can tell "none" from "not there". */
function byState(states: readonly string[], counts: Readonly<Record<string, number>>): Sample[] {
  return states.map((state) => ({ labels: { state }, value: counts[state] ?? 0 }));
}
