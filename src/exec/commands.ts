import type { Log } from "../lib/index.ts";
import type { Approvals } from "./approvals.ts";
import { patternOfExactly } from "./argument-pattern.ts";
import { bindingOf, type CommandOrder, CommandRefused, type ExactCommand, makeExact } from "./command.ts";
import { showPlace } from "./command-text.ts";
import { effectivePolicy, type ExecVerdict, judgeCommand, judgeUnanswered, type PolicyRequest } from "./exec-policy.ts";
import type { ExecPolicyStore } from "./exec-policy.store.ts";
import type { HearOutput, ProcessEnd, Processes } from "./spawn.ts";
import type { Workspaces } from "./workspaces.ts";

/** What a session was set to. */
export interface SessionRules {
  readonly host?: string | undefined;
  readonly security?: string | undefined;
  readonly ask?: string | undefined;
}

export interface CommandsParts {
  readonly approvals: Approvals;
  readonly policy: ExecPolicyStore;
  readonly processes: Processes;
  readonly workspaces: Workspaces;
  readonly sessionRules: (sessionKey: string) => SessionRules;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly passedNames: readonly string[];
  readonly log: Log;
  /** Whose commands these are; the gateway's when it is not said. */
  readonly host?: "gateway" | "node";
}

export interface RunLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly hear?: HearOutput | undefined;
}

/**
 * Commands of agents: made exact, judged by the owner's rules, asked for where those say so, and started only when
 * what would run is still exactly what was allowed.
 */
export class Commands {
  readonly #parts: CommandsParts;

  constructor(parts: CommandsParts) {
    this.#parts = parts;
  }

  get #host(): string {
    return this.#parts.host ?? "gateway";
  }

  /** Rejects with a CommandRefused when it may not or cannot run. */
  async run(order: CommandOrder, limits: RunLimits): Promise<ProcessEnd> {
    const { policy, processes, log } = this.#parts;
    const asked = this.#exact(order);
    const allowed = await this.#allowed(asked, limits.signal);
    // The answer may have taken minutes: rules, files and folders are looked at again.
    const command = this.#exact(order);
    const binding = bindingOf(command);
    if (binding !== bindingOf(asked)) throw changed();
    if (allowed.kind === "granted" && !this.#parts.approvals.take(allowed.id, binding)) throw changed();
    this.#refuseIfDenied(command, allowed.kind);
    limits.signal.throwIfAborted();
    if (allowed.kind === "listed" && allowed.verdict.entry)
      policy.used(order.agentId, allowed.verdict.entry, command.text);
    log.info("command.started", { agentId: order.agentId, program: command.file.realPath });
    const end = await processes.run(
      {
        executable: command.file.realPath,
        argv: order.argv,
        cwd: command.folder.realPath,
        environment: command.environment,
        timeoutMs: limits.timeoutMs,
        hear: limits.hear,
      },
      limits.signal,
    );
    log.info("command.ended", { agentId: order.agentId, kind: end.kind, exitCode: end.exitCode, ms: end.ms });
    return end;
  }

  #exact(order: CommandOrder): ExactCommand {
    const { workspaces, environment, passedNames } = this.#parts;
    const rules = this.#parts.sessionRules(order.sessionKey);
    if (rules.host !== undefined && rules.host !== this.#host) {
      throw new CommandRefused(`this session runs its commands in a ${rules.host}, not on the ${this.#host}`);
    }
    const { security } = effectivePolicy(this.#parts.policy.file, order.agentId, rules);
    return makeExact(order, {
      workspace: workspaces.folderOf(order.agentId),
      changeable: workspaces.writableFor(order.agentId),
      environment,
      passedNames,
      mayLeaveWorkspace: security === "full",
    });
  }

  async #allowed(command: ExactCommand, signal: AbortSignal): Promise<Allowed> {
    const { approvals, policy } = this.#parts;
    const request = this.#policyRequest(command);
    const verdict = judgeCommand(policy.file, request);
    if (verdict.kind === "deny") throw new CommandRefused(`not run: ${verdict.reason}`);
    if (verdict.kind === "allow") return { kind: "listed", verdict };
    const { security, ask } = effectivePolicy(policy.file, request.agentId, request.session);
    const { id, decision } = await approvals.ask({
      request: {
        command: command.text,
        cwd: showPlace(command.folder.realPath),
        host: this.#host,
        security,
        ask,
        agentId: request.agentId,
        resolvedPath: showPlace(command.file.realPath),
        sessionKey: command.order.sessionKey,
      },
      binding: bindingOf(command),
      signal,
    });
    signal.throwIfAborted();
    if (decision === "deny")
      throw new CommandRefused("not run: the owner denied it; do not try the same in another way");
    if (decision === null) return this.#unanswered(request);
    if (decision === "allow-always") this.#remember(command);
    return { kind: "granted", id };
  }

  #unanswered(request: PolicyRequest): Allowed {
    const verdict = judgeUnanswered(this.#parts.policy.file, request);
    if (verdict.kind === "allow") return { kind: "listed", verdict };
    throw new CommandRefused(
      "not run: nobody who may allow commands was there to answer; ask the owner to open the app or WebChat",
    );
  }

  /** An approval is no key to a door that was closed since. */
  #refuseIfDenied(command: ExactCommand, allowed: Allowed["kind"]): void {
    const file = this.#parts.policy.file;
    const request = this.#policyRequest(command);
    const verdict = judgeCommand(file, request);
    if (verdict.kind === "deny") throw new CommandRefused(`not run: ${verdict.reason}`);
    const isStillListed = verdict.kind === "allow" || judgeUnanswered(file, request).kind === "allow";
    if (allowed === "listed" && !isStillListed) throw changed();
  }

  #remember(command: ExactCommand): void {
    const argPattern = patternOfExactly(command.order.argv.slice(1));
    if (command.isChangeable || argPattern === undefined) return;
    this.#parts.policy.allow(command.order.agentId, {
      pattern: command.program,
      argPattern,
      commandText: command.text,
      lastResolvedPath: command.file.realPath,
    });
  }

  #policyRequest({ order, program, file, isChangeable }: ExactCommand): PolicyRequest {
    return {
      agentId: order.agentId,
      program,
      resolvedPath: file.realPath,
      args: order.argv.slice(1),
      isChangeable,
      session: this.#parts.sessionRules(order.sessionKey),
    };
  }
}

type Allowed =
  | { readonly kind: "listed"; readonly verdict: Extract<ExecVerdict, { kind: "allow" }> }
  | { readonly kind: "granted"; readonly id: string };

function changed(): CommandRefused {
  return new CommandRefused(
    "not run: what would run is not what was allowed (files, folders or rules changed); ask again",
  );
}
