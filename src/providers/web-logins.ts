import { type Clock, deadline, unlessAborted } from "../lib/index.ts";
import { invalidRequest } from "../protocol/index.ts";
import type { Accounts } from "./accounts.ts";
import type { LoginProgress, Logins } from "./logins.ts";
import { qrDataUrl } from "./qr-picture.ts";

/**
 * Linking by a code to scan, as clients know it that have one button for it: they start, show a picture, and wait.
 * Behind it is the login of the network, whose first question is answered with `qr`.
 */
const network = "whatsapp";

export interface WebLoginOutcome {
  readonly connected: boolean;
  readonly message: string;
}

interface WebLogin {
  /** The code that holds now. */
  qr: string | undefined;
  /** Resolves with the next code, and with undefined once there will be none. */
  readonly shown: Promise<void>;
  readonly ended: Promise<WebLoginOutcome>;
  loginId: string | undefined;
}

export interface WebLoginsParts {
  readonly accounts: Accounts;
  readonly logins: Logins;
  readonly clock: Clock;
}

export class WebLogins {
  readonly #parts: WebLoginsParts;
  readonly #underWay = new Map<string, WebLogin>();

  constructor(parts: WebLoginsParts) {
    this.#parts = parts;
  }

  /** A picture of the code; without one there is nothing to scan, and the message says why. */
  async start(
    accountId: string | undefined,
    { force, timeoutMs }: { readonly force: boolean; readonly timeoutMs: number },
  ): Promise<{ readonly message: string; readonly qrDataUrl?: string }> {
    const id = this.#accountId(accountId);
    const { accounts, clock } = this.#parts;
    const keeper = accounts.keeper(network, id);
    if (keeper?.isConfigured && !force) return { message: "WhatsApp is already linked." };
    if (keeper && force) {
      await this.#cancel(id);
      await accounts.logout(keeper);
    }
    const login = this.#underWay.get(id) ?? this.#begin(id);
    using inTime = deadline(clock, timeoutMs);
    const ended = await unlessAborted(Promise.race([login.shown, login.ended]), inTime.signal).catch(() => undefined);
    if (login.qr !== undefined) {
      return { message: "Scan this with WhatsApp: Settings, Linked devices.", qrDataUrl: await qrDataUrl(login.qr) };
    }
    return { message: ended?.message ?? "WhatsApp gives no code yet: try again." };
  }

  /** Resolves when the account is linked, when that failed, or when the time is up. */
  async wait(accountId: string | undefined, timeoutMs: number): Promise<WebLoginOutcome> {
    const login = this.#underWay.get(this.#accountId(accountId));
    if (!login) return { connected: false, message: "No login is under way: start one." };
    using inTime = deadline(this.#parts.clock, timeoutMs);
    return await unlessAborted(login.ended, inTime.signal).catch(() => ({
      connected: false,
      message: "Nobody has scanned the code yet.",
    }));
  }

  #accountId(given: string | undefined): string {
    const { accounts } = this.#parts;
    if (!accounts.provider(network)?.login) throw invalidRequest("web login provider is not available");
    return given ?? accounts.of(network)[0]?.account.id ?? "main";
  }

  #begin(accountId: string): WebLogin {
    const shown = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<WebLoginOutcome>();
    const login: WebLogin = { qr: undefined, shown: shown.promise, ended: ended.promise, loginId: undefined };
    this.#underWay.set(accountId, login);
    void this.#drive(accountId, login, shown.resolve).then((outcome) => {
      if (this.#underWay.get(accountId) === login) this.#underWay.delete(accountId);
      login.qr = undefined;
      ended.resolve(outcome);
    });
    return login;
  }

  /** Goes through the steps as they come. It never rejects. */
  async #drive(accountId: string, login: WebLogin, shown: () => void): Promise<WebLoginOutcome> {
    const { logins } = this.#parts;
    try {
      let progress: LoginProgress = await logins.start(network, accountId);
      while (progress.kind === "step") {
        login.loginId = progress.loginId;
        if (progress.step.kind === "qr") {
          login.qr = progress.step.text;
          shown();
        }
        progress = await logins.next(progress.loginId, progress.step.kind === "ask" ? "qr" : undefined);
      }
      return { connected: true, message: progress.done.message };
    } catch (error) {
      return { connected: false, message: error instanceof Error ? error.message : "the login failed" };
    }
  }

  async #cancel(accountId: string): Promise<void> {
    const login = this.#underWay.get(accountId);
    if (login?.loginId !== undefined) await this.#parts.logins.cancel(login.loginId);
    await login?.ended;
  }
}
