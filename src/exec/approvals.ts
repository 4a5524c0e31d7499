import type { Clock, Ids, Log } from "../lib/index.ts";
import { invalidRequest, type Publish, unavailable } from "../protocol/index.ts";
import type { ExecApprovalRequest, ExecDecision, PendingExecApproval } from "./approval-words.ts";
import { execDecisions } from "./approval-words.ts";
import type { execEvents } from "./exec.events.ts";

/** Questions that may wait at once. */
export const pendingApprovalsMax = 64;
/** How long a person has, unless somebody says otherwise. */
export const approvalTimeoutMs = 120_000;
/** How long an allowed command may wait for its start. */
const grantLifeMs = 30_000;

/** Who may answer now; lent by the house. */
export interface Approvers {
  /** True when somebody who may allow commands is there, other than the connection that asks. */
  hasApprover(exceptConnectionId?: string): boolean;
}

export interface ApprovalQuestion {
  readonly id?: string | undefined;
  readonly request: ExecApprovalRequest;
  readonly timeoutMs?: number | undefined;
  /** The connection that asks. It cannot answer itself. */
  readonly connectionId?: string | undefined;
  /** What exactly is asked for; what is allowed holds for this alone, and once. Undefined: who asks runs it itself. */
  readonly binding?: string | undefined;
  /** Aborted when nobody wants the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

export interface ApprovalAnswer {
  readonly id: string;
  /** Null: nobody decided. */
  readonly decision: ExecDecision | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface ApprovalsParts extends Approvers {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly publish: Publish<typeof execEvents>;
  /** Asks where the work came from, in a chat. True when somebody there can answer. */
  readonly askInChat?: ((pending: PendingExecApproval) => boolean) | undefined;
}

interface Pending extends PendingExecApproval {
  readonly connectionId: string | undefined;
  readonly binding: string | undefined;
  readonly answered: PromiseWithResolvers<ExecDecision>;
}

interface Grant {
  readonly binding: string;
  readonly expiresAtMs: number;
}

/**
 * Commands that wait for a person. They are kept in memory: whoever waits for one is gone with the process. An answer
 * holds for exactly what was asked, once.
 */
export class Approvals implements Disposable {
  readonly #parts: ApprovalsParts;
  readonly #closed = new AbortController();
  readonly #pending = new Map<string, Pending>();
  /** By id; monotonic times. */
  readonly #grants = new Map<string, Grant>();

  constructor(parts: ApprovalsParts) {
    this.#parts = parts;
  }

  /** Those that wait, oldest first. */
  get pending(): readonly PendingExecApproval[] {
    return [...this.#pending.values()].map(({ id, request, createdAtMs, expiresAtMs }) => {
      return { id, request, createdAtMs, expiresAtMs };
    });
  }

  /** Waits for the decision. Null at once when nobody is there who could decide, and after the time is up. */
  async ask(question: ApprovalQuestion): Promise<ApprovalAnswer> {
    const { clock, ids, log, publish } = this.#parts;
    const id = question.id ?? ids.uuid();
    this.#forgetOldGrants();
    if (this.#pending.has(id) || this.#grants.has(id)) throw invalidRequest("approval id already pending");
    const createdAtMs = clock.nowMs();
    const facts = { id, agentId: question.request.agentId, program: question.request.resolvedPath };
    if (this.#pending.size >= pendingApprovalsMax) {
      throw unavailable("too many commands wait for approval; answer some: clawdia exec pending");
    }
    const { request, connectionId, binding, timeoutMs = approvalTimeoutMs } = question;
    const expiresAtMs = createdAtMs + timeoutMs;
    const answered = Promise.withResolvers<ExecDecision>();
    const pending: Pending = { id, request, createdAtMs, expiresAtMs, connectionId, binding, answered };
    this.#pending.set(id, pending);
    const isAsked = this.#parts.askInChat?.({ id, request, createdAtMs, expiresAtMs }) === true;
    if (!isAsked && !this.#parts.hasApprover(question.connectionId)) {
      this.#pending.delete(id);
      log.warn("exec-approval.unheard", facts);
      return { id, decision: null, createdAtMs, expiresAtMs: createdAtMs };
    }
    publish("exec.approval.requested", { id, request, createdAtMs, expiresAtMs });
    log.info("exec-approval.requested", facts);
    const decision = await this.#decided(pending, timeoutMs, question.signal);
    return { id, decision, createdAtMs, expiresAtMs };
  }

  /** A person's answer. */
  resolve(id: string, decision: string, by: { readonly name: string; readonly connectionId?: string }): void {
    const known = execDecisions.find((word) => word === decision);
    if (known === undefined) throw invalidRequest("invalid decision");
    const pending = this.#pending.get(id);
    if (!pending) throw invalidRequest("unknown approval id");
    if (pending.connectionId !== undefined && pending.connectionId === by.connectionId) {
      throw invalidRequest("who asks for an approval cannot give it: answer from another connection");
    }
    this.#pending.delete(id);
    if (known !== "deny" && pending.binding !== undefined) {
      const expiresAtMs = this.#parts.clock.elapsedMs() + grantLifeMs;
      this.#grants.set(id, { binding: pending.binding, expiresAtMs });
    }
    this.#tell(id, known, by.name);
    pending.answered.resolve(known);
  }

  /** Uses up what was allowed: true once, for exactly what was asked, soon after the answer. */
  take(id: string, binding: string): boolean {
    const grant = this.#grants.get(id);
    this.#grants.delete(id);
    return grant?.binding === binding && this.#parts.clock.elapsedMs() < grant.expiresAtMs;
  }

  /** Nobody decides any more. */
  [Symbol.dispose](): void {
    this.#closed.abort();
  }

  async #decided(pending: Pending, timeoutMs: number, signal: AbortSignal | undefined): Promise<ExecDecision | null> {
    const over = new AbortController();
    const stop = AbortSignal.any([over.signal, this.#closed.signal, ...(signal ? [signal] : [])]);
    const late = this.#parts.clock.sleep(timeoutMs, stop).then(
      () => null,
      () => null,
    );
    const decision = await Promise.race([pending.answered.promise, late]);
    over.abort();
    // An answer that came in the same moment has won already.
    if (!this.#pending.delete(pending.id)) return pending.answered.promise;
    if (signal?.aborted) this.#tell(pending.id, "deny", undefined);
    else this.#parts.log.info("exec-approval.expired", { id: pending.id });
    return decision;
  }

  #tell(id: string, decision: ExecDecision, by: string | undefined): void {
    const { clock, log, publish } = this.#parts;
    publish("exec.approval.resolved", {
      id,
      decision,
      ...(by !== undefined && { resolvedBy: by.slice(0, 256) }),
      ts: clock.nowMs(),
    });
    log.info("exec-approval.resolved", { id, decision, by: by ?? "nobody wants it any more" });
  }

  #forgetOldGrants(): void {
    const nowMs = this.#parts.clock.elapsedMs();
    for (const [id, { expiresAtMs }] of this.#grants) if (expiresAtMs <= nowMs) this.#grants.delete(id);
  }
}
