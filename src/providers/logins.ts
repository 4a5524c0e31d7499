import type { Clock, Ids, Log, Random } from "../lib/index.ts";
import { invalidRequest } from "../protocol/index.ts";
import type { Accounts } from "./accounts.ts";
import { LoginError } from "./errors.ts";
import type { LoginDone, LoginInput, LoginStep } from "./provider.ts";

/** Logins that are under way: steps out, answers in, over any client. */

const loginsMax = 16;
const loginLifeMs = 600_000;

interface Login {
  readonly id: string;
  readonly provider: string;
  readonly accountId: string;
  readonly steps: AsyncGenerator<LoginStep, LoginDone, LoginInput>;
  readonly over: AbortController;
  readonly startedAtMs: number;
  isAsked: boolean;
}

export type LoginProgress =
  | { readonly kind: "step"; readonly loginId: string; readonly step: LoginStep }
  | { readonly kind: "done"; readonly loginId: string; readonly done: LoginDone };

export interface LoginsParts {
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly log: Log;
}

export class Logins implements Disposable {
  readonly #parts: LoginsParts;
  readonly #logins = new Map<string, Login>();

  constructor(parts: LoginsParts) {
    this.#parts = parts;
  }

  /** The first step. */
  async start(providerId: string, accountId: string): Promise<LoginProgress> {
    const { accounts, clock, random, ids, log } = this.#parts;
    const provider = accounts.provider(providerId);
    if (!provider?.login) throw invalidRequest(`${providerId} cannot be linked from here: see the README's table`);
    this.#forgetOld();
    if (this.#logins.size >= loginsMax) throw invalidRequest(`${loginsMax} logins are under way: finish or cancel one`);
    const over = new AbortController();
    const { account } = accounts.ensure(providerId, accountId);
    const secrets = accounts.secretsOf(providerId, accountId);
    const records = accounts.recordsOf(providerId, accountId);
    const folder = accounts.folderOf(providerId, accountId);
    const { environment } = accounts;
    const ports = {
      secrets,
      records,
      folder,
      environment,
      clock,
      random,
      log: log.for(providerId),
      signal: over.signal,
    };
    const login: Login = {
      id: ids.uuid(),
      provider: providerId,
      accountId,
      steps: provider.login(account, ports),
      over,
      startedAtMs: clock.elapsedMs(),
      isAsked: false,
    };
    this.#logins.set(login.id, login);
    return this.#go(login, {});
  }

  /** The next step; for a step that waits for the network it resolves when the network has spoken. */
  async next(loginId: string, value: string | undefined): Promise<LoginProgress> {
    const login = this.#logins.get(loginId);
    if (!login) throw invalidRequest("there is no such login: start again");
    if (login.isAsked) throw invalidRequest("the login's last step is still under way");
    return this.#go(login, { value });
  }

  async cancel(loginId: string): Promise<boolean> {
    const login = this.#logins.get(loginId);
    if (!login) return false;
    await this.#end(login);
    return true;
  }

  [Symbol.dispose](): void {
    for (const login of this.#logins.values()) login.over.abort();
    this.#logins.clear();
  }

  async #go(login: Login, input: LoginInput): Promise<LoginProgress> {
    login.isAsked = true;
    try {
      const result = await login.steps.next(input);
      if (!result.done) return { kind: "step", loginId: login.id, step: result.value };
      this.#logins.delete(login.id);
      await this.#parts.accounts.linked(login.provider, login.accountId);
      return { kind: "done", loginId: login.id, done: result.value };
    } catch (error) {
      await this.#end(login);
      if (error instanceof LoginError) throw invalidRequest(error.message);
      throw error;
    } finally {
      login.isAsked = false;
    }
  }

  async #end(login: Login): Promise<void> {
    this.#logins.delete(login.id);
    login.over.abort();
    if (!login.isAsked) await login.steps.return({ self: { id: "", name: "" }, message: "canceled" });
  }

  #forgetOld(): void {
    const nowMs = this.#parts.clock.elapsedMs();
    for (const login of this.#logins.values()) {
      if (nowMs - login.startedAtMs > loginLifeMs) void this.#end(login);
    }
  }
}
