import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { PendingExecApproval } from "../../src/exec/approval-words.ts";
import { Approvals } from "../../src/exec/approvals.ts";
import { Commands, type SessionRules } from "../../src/exec/commands.ts";
import { ExecPolicyStore } from "../../src/exec/exec-policy.store.ts";
import type { ExecPolicyFile } from "../../src/exec/policy-file.ts";
import { Processes, type ProcessEnd } from "../../src/exec/spawn.ts";
import { Workspaces } from "../../src/exec/workspaces.ts";
import { type Clock, makeIds, realClock, realRandom } from "../../src/lib/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { temporaryFolder } from "../open-house.ts";
import { never, searchPath } from "./process-stage.ts";

/** The command room with real files and processes, and a person who answers as the test says. */

export interface StageOptions {
  readonly clock?: Clock;
  readonly policy?: ExecPolicyFile;
  readonly environment?: Readonly<Record<string, string>>;
  readonly passedNames?: readonly string[];
  readonly agents?: readonly { readonly id: string }[];
}

export class CommandStage implements AsyncDisposable {
  readonly #folder = temporaryFolder();
  readonly captured = new CapturedLog(realClock);
  readonly events: { readonly name: string; readonly payload: object }[] = [];
  readonly stateDir: string;
  readonly workspace: string;
  readonly approvals: Approvals;
  readonly policy: ExecPolicyStore;
  readonly processes: Processes;
  readonly commands: Commands;
  sessionRules: SessionRules = {};
  isApproverThere = true;
  /** Called with each question, once it was put. */
  answer: (question: PendingExecApproval) => void = () => undefined;

  constructor({
    clock = realClock,
    policy,
    environment = {},
    passedNames = [],
    agents = [{ id: "main" }],
  }: StageOptions = {}) {
    this.stateDir = join(this.#folder.path, "state");
    mkdirSync(this.stateDir);
    const ids = makeIds(realClock, realRandom);
    const { log } = this.captured;
    this.approvals = new Approvals({
      clock,
      ids,
      log,
      hasApprover: () => this.isApproverThere,
      publish: (name, payload) => {
        this.events.push({ name, payload });
        if (name === "exec.approval.requested") {
          const question = payload as PendingExecApproval;
          queueMicrotask(() => this.answer(question));
        }
      },
    });
    this.policy = new ExecPolicyStore({ path: join(this.stateDir, "exec-approvals.json"), clock, ids, log });
    if (policy) this.policy.replace(policy, undefined);
    this.processes = new Processes({ recordFile: undefined, clock: realClock, ids, log });
    const workspaces = new Workspaces({ stateDir: this.stateDir, agents, homeDir: undefined });
    this.workspace = workspaces.folderOf("main");
    this.commands = new Commands({
      approvals: this.approvals,
      policy: this.policy,
      processes: this.processes,
      workspaces,
      sessionRules: () => this.sessionRules,
      environment: { PATH: searchPath, ...environment },
      passedNames,
      log,
    });
  }

  decides(decision: string): void {
    this.answer = ({ id }) => this.approvals.resolve(id, decision, { name: "alice" });
  }

  run(argv: readonly string[], cwd?: string, signal: AbortSignal = never): Promise<ProcessEnd> {
    const order = { agentId: "main", sessionKey: "agent:main:main", argv, cwd };
    return this.commands.run(order, { timeoutMs: 20_000, signal });
  }

  /** Why it was not run. */
  async refusal(argv: readonly string[], cwd?: string): Promise<string> {
    return this.run(argv, cwd).then(
      ({ output }) => `it ran: ${output}`,
      (error: Error) => error.message,
    );
  }

  get questions(): PendingExecApproval[] {
    return this.events
      .filter(({ name }) => name === "exec.approval.requested")
      .map(({ payload }) => payload as PendingExecApproval);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.approvals[Symbol.dispose]();
    await this.processes[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}
