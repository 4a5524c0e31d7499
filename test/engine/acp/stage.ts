import { join } from "node:path";
import { parseConfig } from "../../../src/config/index.ts";
import {
  type AcpEngine,
  type AcpEngineOptions,
  EngineError,
  type EngineEvent,
  type EngineTurn,
  makeAcpEngine,
} from "../../../src/engine/index.ts";
import type { AgentTrait } from "../../doubles/acp-agent.ts";
import { CapturedLog } from "../../doubles/captured-log.ts";
import { hastyClock } from "../../doubles/hasty-clock.ts";

/** The engine with an external agent that is a real program. */

const script = join(import.meta.dir, "../../doubles/acp-agent.ts");

export interface AcpStageOptions extends Partial<Pick<AcpEngineOptions, "askPermission" | "clock" | "workspace">> {
  readonly traits?: readonly AgentTrait[];
  /** Written in the config beside what makes the agent the double. */
  readonly settings?: object;
  /** What is on disk, shared between engines of one test. */
  readonly stored?: Map<string, string>;
}

export interface Told {
  readonly events: readonly EngineEvent[];
  readonly text: string;
  readonly reasoning: string;
  readonly stopReason: string | undefined;
  readonly error: EngineError | undefined;
}

export interface AcpStage extends AsyncDisposable {
  readonly engine: AcpEngine;
  readonly log: CapturedLog;
  readonly stored: Map<string, string>;
  tell(prompt: string, changes?: Partial<EngineTurn>, signal?: AbortSignal): Promise<Told>;
}

export function acpStage(options: AcpStageOptions = {}): AcpStage {
  const { traits = [], settings = {}, stored = new Map<string, string>(), clock = hastyClock } = options;
  const log = new CapturedLog(clock);
  const coder = { command: process.execPath, args: [script, ...traits], cwd: "/", ...settings };
  const { config, issues } = parseConfig(JSON.stringify({ externalAgents: { coder } }));
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  const engine = makeAcpEngine({
    name: "coder",
    settings: config.externalAgents["coder"]!,
    environment: process.env,
    workspace: options.workspace ?? "/nowhere",
    version: "0.0.0-test",
    clock,
    log: log.log.for("engine"),
    sessionIds: { get: (key) => stored.get(key), set: (key, id) => void stored.set(key, id) },
    askPermission: options.askPermission,
  });
  let runs = 0;
  return {
    engine,
    log,
    stored,
    tell: (prompt, changes = {}, signal = new AbortController().signal) =>
      heard(engine, { ...turn(prompt), runId: `run-${++runs}`, ...changes }, signal),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

export function turn(prompt: string): EngineTurn {
  return {
    runId: "run-1",
    agentId: "main",
    sessionKey: "agent:main:main",
    prompt,
    imageCount: 0,
    history: [],
    thinkingLevel: undefined,
  };
}

export const past = [
  { role: "user", text: "hello" },
  { role: "assistant", text: "hi" },
] as const;

async function heard(engine: AcpEngine, given: EngineTurn, signal: AbortSignal): Promise<Told> {
  const events: EngineEvent[] = [];
  let error: EngineError | undefined;
  try {
    for await (const event of engine.run(given, signal)) events.push(event);
  } catch (thrown) {
    if (!(thrown instanceof EngineError)) throw thrown;
    error = thrown;
  }
  const last = events.at(-1);
  const all = (kind: "text" | "reasoning") =>
    events.map((event) => (event.kind === kind && "delta" in event ? event.delta : "")).join("");
  return {
    events,
    text: all("text"),
    reasoning: all("reasoning"),
    stopReason: last?.kind === "end" ? last.stopReason : undefined,
    error,
  };
}
