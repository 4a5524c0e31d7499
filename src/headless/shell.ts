import { type Static, Type } from "@sinclair/typebox";
import {
  Approvals,
  CommandRefused,
  Commands,
  type execEvents,
  ExecPolicyFile,
  ExecPolicyStore,
  HeadAndTail,
  mayBeAdmitted,
  type ProcessEnd,
  Processes,
  Workspaces,
} from "../exec/index.ts";
import { type Ids, joinPath, unreachable } from "../lib/index.ts";
import type { Config } from "../config/index.ts";
import { GatewayError, type Publish, shape } from "../protocol/index.ts";
import { type Job, nodeCommand, type NodeCommand } from "./command.ts";
import { badParams, failed } from "./failure.ts";
import type { Machine } from "./machine.ts";

/**
 * Commands for this machine, under its own rules: nothing runs that a person did not allow here. What the gateway says
 * about approvals counts only where the owner of the machine wrote that it does, and never against the rules.
 */

const { lenient, optional, recordOf, text } = shape;

export interface ShellParts {
  readonly machine: Machine;
  readonly settings: Config["node"]["exec"];
  readonly homeDir: string | undefined;
  readonly ids: Ids;
  /** Somebody has to decide, or has decided. */
  readonly publish: Publish<typeof execEvents>;
}

/** Rules are kept for one agent: who asks on the gateway cannot be checked here. */
const agentId = "main";
const argumentsMax = 256;
const argumentCharsMax = 65_536;
const binsMax = 128;
/** Of each stream, in characters. */
const outputLimits = { headCharsMax: 40_000, tailCharsMax: 60_000 };

const RunParams = lenient({
  command: Type.Array(Type.String({ maxLength: argumentCharsMax }), { minItems: 1, maxItems: argumentsMax }),
  cwd: optional(text(4096)),
  env: optional(recordOf(text(32_768))),
  timeoutMs: optional(Type.Integer({ minimum: 0, maximum: 3_600_000 })),
  sessionKey: optional(text(512)),
  /** The gateway's word, which no caller can write there. */
  approved: optional(Type.Boolean()),
});
type RunParams = Static<typeof RunParams>;

export class Shell implements AsyncDisposable {
  readonly #parts: ShellParts;
  readonly #policy: ExecPolicyStore;
  readonly #processes: Processes;
  readonly #commands: Commands;
  /** For what a person at the gateway allowed, where that counts. */
  readonly #allowedCommands: Commands;
  readonly approvals: Approvals;

  constructor(parts: ShellParts) {
    const { machine, settings, homeDir, ids, publish } = parts;
    const { clock, log, folder } = machine;
    this.#parts = parts;
    // A person may come to the machine as long as the question waits.
    this.approvals = new Approvals({ clock, ids, log, publish, hasApprover: () => true });
    this.#policy = new ExecPolicyStore({ path: joinPath(folder, "exec-approvals.json"), clock, ids, log });
    this.#processes = new Processes({ recordFile: joinPath(folder, "processes.json"), clock, ids, log });
    this.#processes.sweep();
    const agents = [{ id: agentId, workspace: settings.workspace }];
    const common = {
      policy: this.#policy,
      processes: this.#processes,
      workspaces: new Workspaces({ stateDir: folder, agents, homeDir }),
      sessionRules: () => ({}),
      environment: machine.environment,
      passedNames: settings.passEnv,
      log,
      host: "node" as const,
    };
    this.#commands = new Commands({ ...common, approvals: this.approvals });
    const allowing: Approvals = new Approvals({
      clock,
      ids,
      log,
      hasApprover: () => true,
      publish: (name, payload) => {
        if (name !== "exec.approval.requested" || !("request" in payload)) return;
        allowing.resolve(payload.id, "allow-once", { name: "a person at the gateway" });
      },
    });
    this.#allowedCommands = new Commands({ ...common, approvals: allowing });
  }

  commands(): readonly NodeCommand[] {
    const { settings } = this.#parts;
    if (!settings.enabled || !Processes.isSupported) return [];
    const rules = { get: this.#rulesGet(), set: this.#rulesSet() };
    return [this.#run(), this.#which(), rules.get, ...(settings.remoteRules ? [rules.set] : [])];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.approvals[Symbol.dispose]();
    await this.#processes[Symbol.asyncDispose]();
  }

  #run(): NodeCommand {
    return nodeCommand({
      name: "system.run",
      params: RunParams,
      run: async (params, job) => {
        const streams = { stdout: new HeadAndTail(outputLimits), stderr: new HeadAndTail(outputLimits) };
        const end = await this.#ended(params, job, streams);
        return answerOf(end, streams);
      },
    });
  }

  async #ended(params: RunParams, { signal }: Job, streams: Streams): Promise<ProcessEnd> {
    const { cwd, sessionKey = "", timeoutMs = 0 } = params;
    const order = { agentId, sessionKey, argv: withVariables(params), cwd: cwd === "" ? undefined : cwd };
    const hear = (stream: keyof Streams, piece: string) => streams[stream].add(piece);
    const isAllowed = params.approved === true && this.#parts.settings.trustGateway;
    const commands = isAllowed ? this.#allowedCommands : this.#commands;
    try {
      return await commands.run(order, { timeoutMs: timeoutMs === 0 ? timeoutMaxMs : timeoutMs, signal, hear });
    } catch (error) {
      if (error instanceof CommandRefused) throw failed("SYSTEM_RUN_DENIED", error.message, error);
      if (error instanceof GatewayError) throw failed("BUSY", error.message, error);
      throw error;
    }
  }

  #which(): NodeCommand {
    return nodeCommand({
      name: "system.which",
      params: lenient({ bins: Type.Array(text(256), { maxItems: binsMax }) }),
      run: async ({ bins }) => {
        const { machine } = this.#parts;
        const names = [...new Set(bins.map((name) => name.trim()).filter((name) => /^[^/\0]+$/.test(name)))];
        const found = names.flatMap((name) => {
          const path = machine.which(name);
          return path === undefined ? [] : [[name, path] as const];
        });
        return { bins: Object.fromEntries(found) };
      },
    });
  }

  #rulesGet(): NodeCommand {
    return nodeCommand({
      name: "system.execApprovals.get",
      params: lenient({}),
      run: async () => this.#policy.snapshot(),
    });
  }

  #rulesSet(): NodeCommand {
    return nodeCommand({
      name: "system.execApprovals.set",
      params: lenient({ file: ExecPolicyFile, baseHash: optional(text(128)) }),
      run: async ({ file, baseHash }) => {
        try {
          return this.#policy.replace(file, baseHash);
        } catch (error) {
          if (error instanceof GatewayError) throw badParams(error.message);
          throw error;
        }
      },
    });
  }
}

/** Where the caller names none: its asking ends before that. */
const timeoutMaxMs = 3_600_000;

interface Streams {
  readonly stdout: HeadAndTail;
  readonly stderr: HeadAndTail;
}

/**
 * Variables of the caller become part of the command, so that whoever allows it reads them and no rule for the bare
 * program covers them. Names by which a program is made to run other code are left out.
 */
function withVariables({ command, env = {} }: RunParams): readonly string[] {
  const admitted = Object.entries(env).filter(([name]) => mayBeAdmitted(name));
  return admitted.length === 0 ? command : ["env", ...admitted.map(([name, value]) => `${name}=${value}`), ...command];
}

function answerOf(end: ProcessEnd, streams: Streams): object {
  const { kind, exitCode } = end;
  const said = { stdout: streams.stdout.text, stderr: streams.stderr.text };
  const code = exitCode === undefined ? {} : { exitCode };
  switch (kind) {
    case "exited": {
      const error = end.signal === undefined ? null : `ended by ${end.signal}`;
      return { ...code, timedOut: false, success: exitCode === 0, ...said, error };
    }
    case "timed-out":
      return { ...code, timedOut: true, success: false, ...said, error: "its time was up" };
    case "flooded":
      return { ...code, timedOut: false, success: false, ...said, error: "it said too much and was ended" };
    case "stopped":
      return { ...code, timedOut: false, success: false, ...said, error: "it was stopped" };
    case "not-started":
      throw failed("SYSTEM_RUN_FAILED", end.output);
    default:
      return unreachable(kind);
  }
}
