import { type Client, ConnectError, RequestError } from "../../../client/index.ts";
import type { Answer } from "../../shared/answers.ts";
import { Store } from "../../shared/store.ts";
import type { Desk } from "../desk.ts";

/** The gateway's setup, carried by this page. It goes on while a person looks at other pages. */

type Reached = Answer<"wizard.next">;
export type SetupStep = NonNullable<Reached["step"]>;

export type SetupState =
  | { readonly kind: "idle" }
  | { readonly kind: "starting" }
  | { readonly kind: "step"; readonly step: SetupStep; readonly refusal?: string; readonly isSending: boolean }
  /** The connection went; the gateway keeps the conversation for a while. */
  | { readonly kind: "broken" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "done" };

/** The gateway says after a while that nothing is new, and is asked again. */
const stepMs = 60_000;

class SetupTalk {
  readonly state = new Store<SetupState>({ kind: "idle" });
  #sessionId: string | undefined;
  /** Counts what was asked: answers to what was asked before are of no use any more. */
  #turn = 0;

  /** Begins, or goes on where this browser was when its connection broke. */
  start(desk: Desk): Promise<void> {
    this.#turn++;
    this.state.set({ kind: "starting" });
    return this.#go(desk, async (client) => {
      const { sessionId, ...reached } = await client.call("wizard.start", { mode: "remote" }, { timeoutMs: stepMs });
      this.#sessionId = sessionId;
      // The page has said its own welcome.
      return reached.step?.type === "note" ? next(client, sessionId, { stepId: reached.step.id }) : reached;
    });
  }

  answer(desk: Desk, step: SetupStep, value?: unknown): Promise<void> {
    this.#turn++;
    this.state.set({ kind: "step", step, isSending: step.type !== "progress" || value !== undefined });
    return this.#ask(desk, { stepId: step.id, ...(value !== undefined && { value }) });
  }

  /** Ends it at the gateway, too; what was done stays done. */
  async close(desk: Desk): Promise<void> {
    this.#turn++;
    const sessionId = this.#sessionId;
    this.#sessionId = undefined;
    this.state.set({ kind: "idle" });
    if (sessionId === undefined || !desk.client) return;
    await desk.client.call("wizard.cancel", { sessionId }).catch(ignoreRefusal);
  }

  #ask(desk: Desk, answer: StepAnswer): Promise<void> {
    return this.#go(desk, (client) => next(client, this.#sessionId ?? "", answer));
  }

  async #go(desk: Desk, ask: (client: Client) => Promise<Reached>): Promise<void> {
    const turn = this.#turn;
    const { client } = desk;
    if (!client) return this.state.set({ kind: "broken" });
    try {
      const reached = await ask(client);
      if (turn === this.#turn) await this.#show(desk, reached);
    } catch (error) {
      if (turn !== this.#turn) return;
      if (error instanceof ConnectError) return this.state.set({ kind: "broken" });
      if (!(error instanceof RequestError)) throw error;
      await this.#refused(desk, error.message);
    }
  }

  async #show(desk: Desk, { done, step, error }: Reached): Promise<void> {
    if (done) {
      this.#sessionId = undefined;
      this.state.set(error === undefined ? { kind: "done" } : { kind: "refused", reason: error });
      return desk.read("setup");
    }
    if (!step) return this.#go(desk, (client) => next(client, this.#sessionId ?? "", undefined));
    const { value } = this.state;
    // The same step once more changes nothing on the screen.
    const isSame = value.kind === "step" && value.step.id === step.id && !value.isSending;
    if (!isSame) this.state.set({ kind: "step", step, isSending: false });
    if (step.type === "progress") await this.#ask(desk, { stepId: step.id });
  }

  /** Where the gateway has forgotten the conversation, a new one finds what is done. */
  async #refused(desk: Desk, message: string): Promise<void> {
    if (/^wizard not (found|running)/.test(message)) return this.start(desk);
    const { value } = this.state;
    if (value.kind !== "step") return this.state.set({ kind: "refused", reason: message });
    this.state.set({ kind: "step", step: value.step, refusal: message, isSending: false });
  }
}

interface StepAnswer {
  readonly stepId: string;
  readonly value?: unknown;
}

function next(client: Client, sessionId: string, answer: StepAnswer | undefined): Promise<Reached> {
  return client.call("wizard.next", { sessionId, ...(answer && { answer }) }, { timeoutMs: stepMs });
}

/** One that is over already needs no cancelling. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof RequestError) && !(error instanceof ConnectError)) throw error;
}

/** The one that is under way, whatever page is shown. */
export const setupTalk = new SetupTalk();
