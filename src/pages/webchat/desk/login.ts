import { type Client, ConnectError, RequestError } from "../../../client/index.ts";
import { realClock } from "../../../lib/index.ts";
import type { Answer } from "../../shared/answers.ts";
import { Store } from "../../shared/store.ts";
import type { Desk } from "../desk.ts";

/** Linking an account as a conversation with the gateway. It goes on while a person looks at other pages. */

type Progress = Answer<"channels.login.start">;
export type LoginStep = NonNullable<Progress["step"]>;

export type LoginState =
  | { readonly kind: "starting" }
  | { readonly kind: "asked"; readonly step: LoginStep; readonly refusal: string | undefined }
  /** The network is waited for; a `qr` is shown meanwhile. */
  | { readonly kind: "waiting"; readonly step: LoginStep | undefined }
  /** The connection went; the gateway keeps the login for a while. */
  | { readonly kind: "broken"; readonly step: LoginStep | undefined }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "done"; readonly text: string };

/** A step that waits for a person with a phone. */
const stepMs = 180_000;
/** While a step of before the connection broke is under way, it is asked for this often. */
const againMs = 2_000;

export class Login {
  readonly channel: string;
  readonly accountId: string;
  readonly state = new Store<LoginState>({ kind: "starting" });
  readonly #desk: Desk;
  /** What was answered to steps that hold no secret, to be offered again after a refusal. */
  readonly #answers = new Map<string, string>();
  #loginId: string | undefined;
  /** Whether a person has answered since the login began: then a refusal leads to its first question again. */
  #wasAnswered = false;
  #isOver = false;

  constructor(desk: Desk, channel: string, accountId: string) {
    this.#desk = desk;
    this.channel = channel;
    this.accountId = accountId;
  }

  start(): Promise<void> {
    const { channel, accountId } = this;
    this.#wasAnswered = false;
    this.#loginId = undefined;
    this.state.set({ kind: "starting" });
    return this.#go((client) => client.call("channels.login.start", { channel, accountId }, { timeoutMs: stepMs }));
  }

  /** What is filled in already. */
  known(step: LoginStep): string {
    return this.#answers.get(step.name ?? "") ?? "";
  }

  answer(step: LoginStep, value: string): Promise<void> {
    if (step.isSecret !== true && step.name !== undefined) this.#answers.set(step.name, value);
    this.#wasAnswered = true;
    this.state.set({ kind: "waiting", step });
    return this.#next(value);
  }

  /**
   * After the connection broke. A question is asked once more, for nobody knows whether its answer arrived: a network
   * that has it already takes no second one. What is waited for is waited for again.
   */
  goOn(): Promise<void> {
    const { value } = this.state;
    if (value.kind !== "broken" || this.#loginId === undefined) return this.start();
    if (value.step?.kind === "ask") {
      this.state.set({ kind: "asked", step: value.step, refusal: "The connection broke: give this answer once more." });
      return Promise.resolve();
    }
    this.state.set({ kind: "waiting", step: value.step });
    return this.#next(undefined);
  }

  /** Ends it at the gateway too. */
  async cancel(): Promise<void> {
    this.#isOver = true;
    const { client } = this.#desk;
    const loginId = this.#loginId;
    if (!client || loginId === undefined || this.state.value.kind === "done") return;
    await this.#cancelQuietly(loginId);
    await this.#desk.read("networks");
  }

  #next(value: string | undefined): Promise<void> {
    const loginId = this.#loginId ?? "";
    const params = { loginId, ...(value !== undefined && { value }) };
    return this.#go((client) => client.call("channels.login.next", params, { timeoutMs: stepMs }));
  }

  async #go(ask: (client: Client) => Promise<Progress>, refusal?: string): Promise<void> {
    const { client } = this.#desk;
    if (!client) return this.#broke();
    try {
      const progress = await ask(client);
      if (!this.#isOver) await this.#show(progress, refusal);
    } catch (error) {
      if (this.#isOver) return;
      if (error instanceof ConnectError) return this.#broke();
      if (!(error instanceof RequestError)) throw error;
      if (await this.#wentOn(error.message)) return;
      await this.#refused(error.message, refusal);
    }
  }

  /** True when it is no refusal: the gateway went on with the login while the connection was away. */
  async #wentOn(message: string): Promise<boolean> {
    if (message.includes("still under way")) {
      await realClock.sleep(againMs);
      if (!this.#isOver) await this.#next(undefined);
      return true;
    }
    if (!message.includes("no such login")) return false;
    await this.#desk.read("networks");
    const accounts = this.#desk.state.value.networks.value?.channelAccounts[this.channel] ?? [];
    const isLinked = accounts.some((one) => one["accountId"] === this.accountId && one["connected"] === true);
    if (isLinked) this.state.set({ kind: "done", text: "Linked while the connection was away." });
    return isLinked;
  }

  /** The gateway ends a login that it refused. What a person answered can be answered better: it begins anew. */
  async #refused(reason: string, earlier: string | undefined): Promise<void> {
    if (!this.#wasAnswered) return this.state.set({ kind: "refused", reason: earlier ?? reason });
    this.#wasAnswered = false;
    this.#loginId = undefined;
    const { channel, accountId } = this;
    await this.#go((client) => client.call("channels.login.start", { channel, accountId }), reason);
  }

  async #show({ loginId, step, done }: Progress, refusal: string | undefined): Promise<void> {
    this.#loginId = loginId;
    if (done) {
      this.state.set({ kind: "done", text: `Linked: ${done.name}. ${done.message}`.trim() });
      return this.#desk.read("networks");
    }
    if (step?.kind === "ask") return this.state.set({ kind: "asked", step, refusal });
    // What was refused must be read before the same happens again by itself.
    if (refusal !== undefined) {
      await this.#cancelQuietly(loginId);
      return this.state.set({ kind: "refused", reason: refusal });
    }
    this.state.set({ kind: "waiting", step });
    await this.#next(undefined);
  }

  async #cancelQuietly(loginId: string): Promise<void> {
    await this.#desk.client?.call("channels.login.cancel", { loginId }).catch(ignoreRefusal);
  }

  #broke(): void {
    const { value } = this.state;
    this.state.set({
      kind: "broken",
      step: value.kind === "waiting" || value.kind === "broken" ? value.step : undefined,
    });
  }
}

/** A login that is over already needs no cancelling. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof RequestError) && !(error instanceof ConnectError)) throw error;
}

/** The one that is under way, whatever page is shown. */
export const currentLogin = new Store<Login | undefined>(undefined);

export function beginLogin(desk: Desk, channel: string, accountId: string): void {
  void currentLogin.value?.cancel();
  const login = new Login(desk, channel, accountId);
  currentLogin.set(login);
  void login.start();
}

export function endLogin(): void {
  void currentLogin.value?.cancel();
  currentLogin.set(undefined);
}
