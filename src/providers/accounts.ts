import type { Clock, Log, Random } from "../lib/index.ts";
import { type AccountState, LinkKeeper } from "./link-keeper.ts";
import type { InboundMessage } from "./message.ts";
import type { Account, Link, Ports, Provider, Records, Secrets, Webhook } from "./provider.ts";

/** Every account of every network, and the keeper of its link. Accounts come from the config and from logins. */

export interface AccountsParts {
  readonly providers: readonly Provider[];
  /** The settings of an account as the config has them, filled; undefined when the config does not name it. */
  readonly settingsOf: (provider: string, accountId: string) => unknown;
  readonly enabled: (provider: string, accountId: string) => boolean;
  /** What of them concerns the link: a change of the rest, the house's own policy, keeps the link open. */
  readonly linkSettingsOf: (provider: string, accountId: string) => unknown;
  /** Accounts that the config names. */
  readonly configured: () => readonly AccountName[];
  /** Accounts that a login made; kept by the caller. */
  readonly linked: LinkedAccounts;
  readonly secretsOf: (provider: string, accountId: string) => Secrets;
  readonly recordsOf: (provider: string, accountId: string) => AccountRecords;
  readonly folderOf: (provider: string, accountId: string) => AccountFolder;
  readonly environment: Ports["environment"];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly receive: (account: Account, message: InboundMessage) => Promise<void>;
  readonly changed: (keeper: LinkKeeper) => void;
}

export interface AccountName {
  readonly provider: string;
  readonly accountId: string;
}

export interface LinkedAccounts {
  list(): readonly AccountName[];
  add(provider: string, accountId: string): Promise<void>;
  remove(provider: string, accountId: string): Promise<void>;
}

/** What an account's link remembers, and a way to forget it all. */
export interface AccountRecords extends Records {
  clear(): Promise<void>;
}

/** Where programs of an account keep their files. */
export interface AccountFolder {
  /** Its path; the folder is there, and only its owner may enter. */
  path(): string;
  remove(): void;
}

export class Accounts implements AsyncDisposable {
  readonly #parts: AccountsParts;
  readonly #keepers = new Map<string, LinkKeeper>();
  /** What each link was set up with, by account. */
  readonly #linkSettings = new Map<string, string>();
  readonly #webhooks = new Map<string, Webhook>();
  readonly #providers: ReadonlyMap<string, Provider>;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    this.#providers = new Map(parts.providers.map((provider) => [provider.id, provider]));
    for (const { provider, accountId } of this.#wanted()) this.ensure(provider, accountId);
  }

  get providers(): readonly Provider[] {
    return this.#parts.providers;
  }

  get keepers(): readonly LinkKeeper[] {
    return [...this.#keepers.values()];
  }

  provider(id: string): Provider | undefined {
    return this.#providers.get(id);
  }

  keeper(provider: string, accountId: string): LinkKeeper | undefined {
    return this.#keepers.get(keyOf(provider, accountId));
  }

  of(provider: string): readonly LinkKeeper[] {
    return this.keepers.filter((keeper) => keeper.provider.id === provider);
  }

  link(provider: string, accountId: string): Link | undefined {
    return this.keeper(provider, accountId)?.link;
  }

  state(provider: string, accountId: string): AccountState | undefined {
    return this.keeper(provider, accountId)?.state;
  }

  /** The account's webhook at `/webhooks/<provider>/<account>`; undefined when none is open. */
  webhook(provider: string, accountId: string): Webhook | undefined {
    return this.#webhooks.get(keyOf(provider, accountId));
  }

  /** Opens every account that is switched on. */
  start(): void {
    for (const keeper of this.keepers) {
      if (this.#parts.enabled(keeper.provider.id, keeper.account.id)) keeper.start();
    }
  }

  /**
   * Follows the config: closes accounts that went or were switched off, opens new ones, and opens those again whose
   * link is set up in another way. All others stay connected.
   */
  async follow(): Promise<void> {
    const wanted = new Set(this.#wanted().map(({ provider, accountId }) => keyOf(provider, accountId)));
    const gone = [...this.#keepers].filter(([key]) => !wanted.has(key));
    for (const [key] of gone) this.#keepers.delete(key);
    await Promise.all(gone.map(([, keeper]) => keeper.stop()));
    for (const { provider, accountId } of this.#wanted()) this.ensure(provider, accountId);
    await Promise.all([...this.#keepers].map(([key, keeper]) => this.#settle(key, keeper)));
  }

  /** The keeper of an account, made when it is not there yet. */
  ensure(provider: string, accountId: string): LinkKeeper {
    const known = this.keeper(provider, accountId);
    if (known) return known;
    const { clock, random, log, receive, changed, secretsOf, recordsOf, settingsOf, environment } = this.#parts;
    const account: Account = {
      provider,
      id: accountId,
      get settings() {
        return settingsOf(provider, accountId);
      },
    };
    const keeper = new LinkKeeper({
      provider: this.#providers.get(provider)!,
      account,
      secrets: secretsOf(provider, accountId),
      records: recordsOf(provider, accountId),
      folder: this.folderOf(provider, accountId),
      environment,
      clock,
      random,
      log: log.for(provider),
      receive,
      serveWebhook: (owner, webhook) => this.#serve(owner, webhook),
      changed,
    });
    const key = keyOf(provider, accountId);
    this.#keepers.set(key, keeper);
    this.#linkSettings.set(key, this.#linkSettingsOf(provider, accountId));
    return keeper;
  }

  secretsOf(provider: string, accountId: string): Secrets {
    return this.#parts.secretsOf(provider, accountId);
  }

  recordsOf(provider: string, accountId: string): Records {
    return this.#parts.recordsOf(provider, accountId);
  }

  folderOf(provider: string, accountId: string): () => string {
    return () => this.#parts.folderOf(provider, accountId).path();
  }

  get environment(): Ports["environment"] {
    return this.#parts.environment;
  }

  /** After a login: remembers the account and opens it. */
  async linked(provider: string, accountId: string): Promise<void> {
    await this.#parts.linked.add(provider, accountId);
    await this.ensure(provider, accountId).restart();
  }

  /** Closes the account and forgets what a login kept. False when a login kept nothing. */
  async logout(keeper: LinkKeeper): Promise<boolean> {
    const { provider, account } = keeper;
    await keeper.stop();
    const wasLinked = this.#parts.linked
      .list()
      .some((linked) => linked.provider === provider.id && linked.accountId === account.id);
    const secrets = this.secretsOf(provider.id, account.id);
    const hadSecret = provider.configured(account, secrets).source === "login";
    for (const name of provider.secretNames) secrets.delete(name);
    await this.#parts.recordsOf(provider.id, account.id).clear();
    this.#parts.folderOf(provider.id, account.id).remove();
    await this.#parts.linked.remove(provider.id, account.id);
    return wasLinked || hadSecret;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.keepers.map((keeper) => keeper.stop()));
  }

  async #settle(key: string, keeper: LinkKeeper): Promise<void> {
    const { provider, account } = keeper;
    if (!this.#parts.enabled(provider.id, account.id)) return keeper.stop();
    const now = this.#linkSettingsOf(provider.id, account.id);
    const isSetUpAnew = this.#linkSettings.get(key) !== now;
    this.#linkSettings.set(key, now);
    if (isSetUpAnew) await keeper.stop();
    keeper.start();
  }

  #wanted(): readonly AccountName[] {
    return [...this.#parts.configured(), ...this.#parts.linked.list()].filter(({ provider }) =>
      this.#providers.has(provider),
    );
  }

  #linkSettingsOf(provider: string, accountId: string): string {
    return JSON.stringify(this.#parts.linkSettingsOf(provider, accountId)) ?? "";
  }

  #serve(account: Account, webhook: Webhook): Disposable {
    const key = keyOf(account.provider, account.id);
    this.#webhooks.set(key, webhook);
    return {
      [Symbol.dispose]: () => {
        if (this.#webhooks.get(key) === webhook) this.#webhooks.delete(key);
      },
    };
  }
}

function keyOf(provider: string, accountId: string): string {
  return `${provider}:${accountId}`;
}
