import { type Config, defaultConfig, type ModelsSettings, parseConfig } from "../../src/config/index.ts";
import {
  type AgentEngine,
  type ExternalAgents,
  type EngineEvent,
  type EngineTurn,
  makeEngine,
  type Models,
  type ModelSetup,
  type Tool,
} from "../../src/engine/index.ts";
import { Choices, Database, SecretFiles } from "../../src/storage/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

/** The engine as the gateway builds it, with time in the test's hands. */
export interface ModelStage {
  readonly engine: AgentEngine;
  readonly models: Models;
  readonly modelSetup: ModelSetup;
  readonly externalAgents: ExternalAgents;
  readonly clock: FakeClock;
  readonly log: CapturedLog;
  readonly database: Database;
  readonly secrets: SecretFiles;
}

export interface StageOptions {
  readonly models?: Partial<ModelsSettings>;
  readonly agents?: Partial<Config["agents"]>;
  readonly externalAgents?: object;
  readonly tools?: readonly Tool[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly databasePath?: string;
  readonly clock?: FakeClock;
}

export function modelStage(options: StageOptions = {}): ModelStage {
  const clock = options.clock ?? new FakeClock();
  const log = new CapturedLog(clock);
  const database = new Database(options.databasePath ?? ":memory:", clock);
  const base = options.externalAgents === undefined ? defaultConfig() : configWith(options.externalAgents);
  const secrets = new SecretFiles(undefined);
  const made = makeEngine({
    config: {
      ...base,
      models: { ...base.models, ...options.models },
      agents: { ...base.agents, echoPauseMs: 0, ...options.agents },
    },
    database,
    choices: new Choices(database, clock),
    secrets,
    environment: options.environment ?? {},
    clock,
    random: { bytes: (count) => new Uint8Array(count), unit: () => 0 },
    log: log.log,
    toolbox: { toolsFor: () => Promise.resolve(options.tools ?? []) },
    systemPrompts: { promptFor: () => "You are Clawdia." },
    version: "0.0.0-test",
    workspaceOf: () => "/",
    sessionIdsOf: () => new Map<string, string>(),
    askPermission: () => Promise.resolve("deny"),
  });
  return { ...made, clock, log, database, secrets };
}

function configWith(externalAgents: object): Config {
  const { config, issues } = parseConfig(JSON.stringify({ externalAgents }));
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  return config;
}

export const turnOf = (changes: Partial<EngineTurn> = {}): EngineTurn => ({
  runId: "run-1",
  agentId: "main",
  sessionKey: "agent:main:main",
  prompt: "hello",
  imageCount: 0,
  history: [],
  thinkingLevel: undefined,
  ...changes,
});

/** All events of a turn, with as much time as it asks for. A throw ends it as it does for the caller. */
export async function played(
  stage: Pick<ModelStage, "engine" | "clock">,
  turn: EngineTurn = turnOf(),
  options: { readonly signal?: AbortSignal; readonly stepMs?: number; readonly events?: EngineEvent[] } = {},
): Promise<EngineEvent[]> {
  const { signal = new AbortController().signal, stepMs = 0, events = [] } = options;
  const reading = (async () => {
    for await (const event of stage.engine.run(turn, signal)) events.push(event);
  })();
  await whileTimeGoes(stage, reading, stepMs);
  return events;
}

const turnsPerStep = 100;

/** Lets time go on, in steps, until the work is done. */
export async function whileTimeGoes<T>({ clock }: Pick<ModelStage, "clock">, work: Promise<T>, stepMs = 0): Promise<T> {
  const turns = stepMs > 0 ? turnsPerStep : 0;
  const over = new AbortController();
  work.then(
    () => over.abort(),
    () => over.abort(),
  );
  while (!over.signal.aborted) {
    await clock.advance(stepMs);
    // Sockets take real time: the clock must not run away from them.
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  return work;
}

export function textOf(events: readonly EngineEvent[]): string {
  return events.map((event) => (event.kind === "text" ? event.delta : "")).join("");
}

/** Everything but the deltas. */
export function marksOf(events: readonly EngineEvent[]): Exclude<EngineEvent, { kind: "text" | "reasoning" }>[] {
  return events.filter((event) => event.kind !== "text" && event.kind !== "reasoning");
}
