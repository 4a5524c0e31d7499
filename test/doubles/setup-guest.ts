import type { Methods } from "../../src/gateway/methods.ts";
import type { ParamsOf, ResultOf } from "../../src/protocol/index.ts";
import type { Guest } from "../open-house.ts";

/** A client that goes through the setup, step by step. */

export type Step = NonNullable<ResultOf<Methods["wizard.next"]>["step"]>;

/** A client waits longer than the gateway keeps it waiting. */
const callMs = 60_000;

export class SetupGuest {
  readonly guest: Guest;
  readonly sessionId: string;
  /** Everything that was ever shown. */
  readonly seen: Step[] = [];
  step: Step | undefined;
  status: string | undefined;

  private constructor(guest: Guest, sessionId: string) {
    this.guest = guest;
    this.sessionId = sessionId;
  }

  static async start(guest: Guest, params: ParamsOf<Methods["wizard.start"]> = {}): Promise<SetupGuest> {
    const { sessionId, ...reached } = await guest.call("wizard.start", params, { timeoutMs: callMs });
    const setup = new SetupGuest(guest, sessionId);
    setup.#take(reached);
    return setup;
  }

  get title(): string {
    return this.step?.title ?? "";
  }

  get message(): string {
    return this.step?.message ?? "";
  }

  get values(): unknown[] {
    return (this.step?.options ?? []).map(({ value }) => value);
  }

  /** Answers the step, and goes on to the next one that wants an answer. */
  async answers(value?: unknown): Promise<Step | undefined> {
    await this.answersOnce(value);
    return this.waits();
  }

  /** Answers the step: what comes next may be one that shows something under way. */
  async answersOnce(value?: unknown): Promise<Step | undefined> {
    const answer = { stepId: this.step!.id, ...(value !== undefined && { value }) };
    return this.#next({ sessionId: this.sessionId, answer });
  }

  /** Waits for what is under way; `until` says when that is enough. */
  async waits(until: (step: Step) => boolean = ({ type }) => type !== "progress"): Promise<Step | undefined> {
    while (this.status === "running" && !(this.step && until(this.step))) {
      await this.#next({ sessionId: this.sessionId });
    }
    return this.step;
  }

  async #next(params: ParamsOf<Methods["wizard.next"]>): Promise<Step | undefined> {
    this.#take(await this.guest.call("wizard.next", params, { timeoutMs: callMs }));
    return this.step;
  }

  #take({ step, status }: ResultOf<Methods["wizard.next"]>): void {
    this.step = step;
    this.status = status;
    if (step) this.seen.push(step);
  }
}
