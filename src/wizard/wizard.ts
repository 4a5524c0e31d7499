import { type Clock, deadline, errorFields, type Ids, type Log, slept } from "../lib/index.ts";
import { invalidRequest, type Principal, unavailable } from "../protocol/index.ts";
import type { SetupDesk } from "./setup-desk.ts";
import type { WizardStep } from "./step.ts";
import { Talk } from "./talk.ts";
import { walk } from "./walk.ts";

/**
 * The first run as a conversation that any client may carry: one at a time, led here. What is done is read from the
 * gateway's own state, so whoever starts again goes on where something is missing.
 */

/** How long an answer waits for the step after it, or for what a `progress` step shows; then the client asks again. */
export const stepWaitMs = 20_000;
/** How long a conversation is kept for a client that went away, for it alone. */
export const awayMaxMs = 120_000;
/** After so long without an answer or anything new for a client that is there, others may begin. */
export const idleMaxMs = 900_000;
const lookEveryMs = 15_000;

export type WizardStatus = "running" | "done" | "cancelled" | "error";

export interface StartOptions {
  readonly mode?: "local" | "remote" | undefined;
  /** `channels`: only to link a network. */
  readonly flow?: "setup" | "channels" | undefined;
  /** The network to link, where it is known. */
  readonly channel?: string | undefined;
  /** Off: the client sees to it that the gateway keeps running. */
  readonly installDaemon?: boolean | undefined;
}

/** Who starts or answers. */
export interface WizardCaller {
  readonly principal: Principal;
  readonly signal: AbortSignal;
}

export interface Reached {
  readonly done: boolean;
  readonly step?: WizardStep;
  readonly status: WizardStatus;
  readonly error?: string;
}

export interface WizardParts {
  readonly desk: SetupDesk;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

interface Session {
  readonly id: string;
  readonly principal: Principal;
  readonly options: string;
  readonly talk: Talk;
  readonly over: AbortController;
  caller: AbortSignal;
  /** Monotonic time of the last word, and since when the client is away. */
  heardAtMs: number;
  awaySinceMs: number | undefined;
  status: WizardStatus;
  error?: string;
}

const startAgain = "start again: clawdia setup";

export class Wizard implements AsyncDisposable {
  readonly #parts: WizardParts;
  #session: Session | undefined;
  #walking: Promise<void> = Promise.resolve();

  constructor(parts: WizardParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#session?.status === "running";
  }

  /** The first step, or the one at which this client's own conversation stood when its connection broke. */
  async start(options: StartOptions, caller: WizardCaller): Promise<Reached & { readonly sessionId: string }> {
    const old = this.#session;
    const wanted = JSON.stringify(options);
    if (old?.status === "running") {
      if (!old.caller.aborted) {
        const details = { by: old.principal.displayName };
        throw unavailable("wizard already running", { details });
      }
      if (old.principal.id === caller.principal.id && old.options === wanted) {
        this.#attach(old, caller);
        return { sessionId: old.id, ...(await this.#reached(old, undefined, caller.signal)) };
      }
      this.#end(old, "cancelled");
    }
    const session = this.#open(options, wanted, caller);
    return { sessionId: session.id, ...(await this.#reached(session, undefined, caller.signal)) };
  }

  /** Without an answer: the step that waits, or what follows the one that shows something under way. */
  async next(
    sessionId: string,
    answer: { readonly stepId: string; readonly value?: unknown } | undefined,
    caller: WizardCaller,
  ): Promise<Reached> {
    const session = this.#find(sessionId, caller);
    this.#attach(session, caller);
    let seen = session.talk.step?.type === "progress" ? session.talk.step.id : undefined;
    if (answer) {
      if (session.status !== "running") throw invalidRequest("wizard not running");
      const isWaiting = session.talk.answer(answer.stepId, answer.value);
      if (!isWaiting) seen = undefined;
      // Who waits says nothing: a page that is left open does not keep others out for ever.
      if (!isWaiting) session.heardAtMs = this.#parts.clock.elapsedMs();
    }
    return this.#reached(session, seen, caller.signal);
  }

  cancel(sessionId: string, caller: WizardCaller): { readonly status: WizardStatus; readonly error?: string } {
    const session = this.#find(sessionId, caller);
    if (session.status === "running") this.#end(session, "cancelled");
    return this.status(sessionId, caller);
  }

  /** A session that is over is forgotten once its last status was read. */
  status(sessionId: string, caller: WizardCaller): { readonly status: WizardStatus; readonly error?: string } {
    const session = this.#find(sessionId, caller);
    const { status, error } = session;
    if (status !== "running") this.#session = undefined;
    return { status, ...(error !== undefined && { error }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#session) this.#end(this.#session, "cancelled");
    await this.#walking;
  }

  #open(options: StartOptions, wanted: string, caller: WizardCaller): Session {
    const { clock, ids, log, desk } = this.#parts;
    const over = new AbortController();
    const session: Session = {
      id: ids.uuid(),
      principal: caller.principal,
      options: wanted,
      talk: new Talk(over.signal, clock),
      over,
      caller: caller.signal,
      heardAtMs: clock.elapsedMs(),
      awaySinceMs: undefined,
      status: "running",
    };
    this.#session = session;
    log.info("wizard.started", { by: caller.principal.id });
    const { principal } = caller;
    const isOnMachine = options.mode !== "remote" && principal.isLocal;
    const about = { ...options, by: principal.id, isOnMachine };
    const before = this.#walking;
    // What the session before left behind ends first: two of them would link one account at once.
    this.#walking = before.then(() => this.#lead(session, () => walk(session.talk, desk, about)));
    void this.#watch(session);
    return session;
  }

  /** It never rejects. */
  async #lead(session: Session, lead: () => Promise<void>): Promise<void> {
    try {
      session.talk.signal.throwIfAborted();
      await lead();
      this.#end(session, "done");
    } catch (error) {
      if (session.over.signal.aborted) return;
      this.#parts.log.error("wizard.failed", errorFields(error));
      session.error = `the setup failed, and clawdia logs says why; ${startAgain}`;
      this.#end(session, "error");
    }
  }

  /** Lets go of a session whose client went, or says nothing any more. */
  async #watch(session: Session): Promise<void> {
    const { clock } = this.#parts;
    while (await slept(clock, lookEveryMs, session.over.signal)) {
      const nowMs = clock.elapsedMs();
      if (!session.caller.aborted) session.awaySinceMs = undefined;
      else session.awaySinceMs ??= nowMs;
      const isAway = session.awaySinceMs !== undefined && nowMs - session.awaySinceMs >= awayMaxMs;
      if (!isAway && nowMs - session.heardAtMs < idleMaxMs) continue;
      this.#end(session, "cancelled");
      if (this.#session === session) this.#session = undefined;
    }
  }

  #end(session: Session, status: WizardStatus): void {
    if (session.status !== "running") return;
    session.status = status;
    this.#parts.log.info("wizard.ended", { status });
    session.over.abort(new Error("the wizard is over"));
    session.talk.stir();
  }

  #find(sessionId: string, { principal }: WizardCaller): Session {
    const session = this.#session;
    if (session?.id !== sessionId || session.principal.id !== principal.id) throw invalidRequest("wizard not found");
    return session;
  }

  #attach(session: Session, { signal }: WizardCaller): void {
    session.caller = signal;
    session.awaySinceMs = undefined;
  }

  /** Waits for a step other than the one seen, or the end; both in vain after a while, and then says what there is. */
  async #reached(session: Session, seen: string | undefined, signal: AbortSignal): Promise<Reached> {
    const { talk } = session;
    using limit = deadline(this.#parts.clock, stepWaitMs, signal);
    const isUp = new Promise<void>((resolve) => {
      limit.signal.addEventListener("abort", () => resolve(), { once: true });
      if (limit.signal.aborted) resolve();
    });
    while (session.status === "running" && !limit.signal.aborted) {
      if (talk.step && talk.step.id !== seen) {
        session.heardAtMs = this.#parts.clock.elapsedMs();
        break;
      }
      await Promise.race([talk.changed, isUp]);
    }
    const { status, error } = session;
    if (status === "running") return { done: false, status, ...(talk.step && { step: talk.step }) };
    if (this.#session === session) this.#session = undefined;
    return { done: true, status, ...(error !== undefined && { error }) };
  }
}
