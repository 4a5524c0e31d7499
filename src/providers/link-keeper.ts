import { backoffMs, type Clock, errorFields, type Log, type Random, slept } from "../lib/index.ts";
import type { InboundMessage } from "./message.ts";
import type { Account, Link, LinkState, Ports, Provider, Records, Secrets, Self, Webhook } from "./provider.ts";

/** Keeps one link of an account open. The one owner of retry: a lost link is disposed, and another one opened. */

const backoff = { firstMs: 1_000, maxMs: 60_000, factor: 2 };
/** A link that held this long starts with the shortest delay again. */
const stableMs = 60_000;
/** From opening to `connected`. */
const connectMs = 60_000;
/** A deaf connection is found within 90 seconds: two probes, each with its time, and the pauses around them. */
const probeIntervalMs = 30_000;
const probeAgainMs = 5_000;
const probeTimeMs = 15_000;

/** How an account is, as `channels.status` and `health` tell it. */
export interface AccountState {
  readonly kind: "stopped" | "unconfigured" | "connecting" | "connected" | "waiting" | "logged-out";
  readonly self?: Self | undefined;
  readonly reason?: string | undefined;
  /** The next command to type. */
  readonly cure?: string | undefined;
  readonly retryAtMs?: number | undefined;
  readonly attempts: number;
  readonly connectedAtMs?: number | undefined;
  readonly lostAtMs?: number | undefined;
  readonly startedAtMs?: number | undefined;
  readonly inboundAtMs?: number | undefined;
  readonly outboundAtMs?: number | undefined;
  readonly probedAtMs?: number | undefined;
}

export interface KeeperParts {
  readonly provider: Provider;
  readonly account: Account;
  readonly secrets: Secrets;
  readonly records: Records;
  readonly folder: Ports["folder"];
  readonly environment: Ports["environment"];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly receive: (account: Account, message: InboundMessage) => Promise<void>;
  readonly serveWebhook: (account: Account, webhook: Webhook) => Disposable;
  /** Told after every change; `link` is there while the account is connected. */
  readonly changed: (keeper: LinkKeeper) => void;
}

/** The last words of a link. */
type Ending = Extract<LinkState, { kind: "lost" | "logged-out" }> | { readonly kind: "closed" };

export class LinkKeeper implements AsyncDisposable {
  readonly #parts: KeeperParts;
  #state: AccountState = { kind: "stopped", attempts: 0 };
  #link: Link | undefined;
  #stop: AbortController | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  get provider(): Provider {
    return this.#parts.provider;
  }

  get account(): Account {
    return this.#parts.account;
  }

  get state(): AccountState {
    return this.#state;
  }

  /** The open link; undefined while there is none. */
  get link(): Link | undefined {
    return this.#state.kind === "connected" ? this.#link : undefined;
  }

  get isConfigured(): boolean {
    return this.#parts.provider.configured(this.#parts.account, this.#parts.secrets).isConfigured;
  }

  start(): void {
    if (this.#stop) return;
    if (!this.isConfigured) {
      const { provider, account } = this.#parts;
      this.#tell({
        kind: "unconfigured",
        attempts: 0,
        reason: `${provider.label} account "${account.id}" has no credentials`,
        cure: `clawdia providers add ${provider.id}`,
      });
      return;
    }
    this.#stop = new AbortController();
    this.#tell({ kind: "connecting", attempts: 0, startedAtMs: this.#parts.clock.nowMs() });
    this.#loop = this.#keep(this.#stop.signal);
  }

  /** Closes the link and opens no other. Resolves once nothing more arrives. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    this.#stop = undefined;
    await this.#loop;
    if (this.#state.kind !== "unconfigured") this.#tell({ ...this.#state, kind: "stopped", retryAtMs: undefined });
  }

  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  noteOutbound(): void {
    this.#state = { ...this.#state, outboundAtMs: this.#parts.clock.nowMs() };
  }

  /** A round trip now. Rejects when there is no link or it is dead. */
  async probe(signal: AbortSignal): Promise<void> {
    if (!this.link) throw new Error(this.#state.reason ?? "not connected");
    await this.link.probe(signal);
    this.#state = { ...this.#state, probedAtMs: this.#parts.clock.nowMs() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #keep(signal: AbortSignal): Promise<void> {
    const { clock, random, log, account } = this.#parts;
    while (!signal.aborted) {
      const openedAtMs = clock.elapsedMs();
      const ending = await this.#live(signal);
      if (ending.kind === "closed") return;
      if (ending.kind === "logged-out") {
        log.error("link.logged-out", { account: account.id, reason: ending.reason });
        const { reason, cure } = ending;
        this.#tell({ ...this.#state, kind: "logged-out", reason, cure, retryAtMs: undefined });
        return;
      }
      const attempts = clock.elapsedMs() - openedAtMs >= stableMs ? 0 : this.#state.attempts;
      const delayMs = Math.max(ending.retryAfterMs ?? 0, backoffMs(attempts, backoff, random));
      log.warn("link.lost", { account: account.id, reason: ending.reason, attempts, delayMs });
      const nowMs = clock.nowMs();
      this.#tell({
        ...this.#state,
        kind: "waiting",
        reason: ending.reason,
        retryAtMs: nowMs + delayMs,
        lostAtMs: nowMs,
        attempts: attempts + 1,
      });
      if (!(await slept(clock, delayMs, signal))) return;
      this.#tell({ ...this.#state, kind: "connecting", retryAtMs: undefined });
    }
  }

  /** One link from its opening to its end. */
  async #live(signal: AbortSignal): Promise<Ending> {
    const { clock, provider, account } = this.#parts;
    const ended = Promise.withResolvers<Ending>();
    const over = new AbortController();
    const life = AbortSignal.any([signal, over.signal]);
    const close = () => ended.resolve({ kind: "closed" });
    // Goes with the link: an account that is opened again and again for days would gather them.
    signal.addEventListener("abort", close, { once: true });
    const lose = (reason: string) => ended.resolve({ kind: "lost", reason });
    const connected = new AbortController();
    void clock.sleep(connectMs, AbortSignal.any([life, connected.signal])).then(
      () => lose(`no connection within ${connectMs / 1000} seconds`),
      () => undefined,
    );
    const hear = (state: LinkState) => {
      if (life.aborted) return;
      if (state.kind === "lost" || state.kind === "logged-out") return ended.resolve(state);
      if (state.kind !== "connected") return;
      connected.abort();
      this.#connected(state.self);
      void this.#watch(life, lose);
    };
    try {
      this.#link = await provider.open(account, this.#ports(life, hear));
      if (signal.aborted) return { kind: "closed" };
      if (this.#state.kind === "connected") this.#parts.changed(this);
      return await ended.promise;
    } catch (error) {
      return { kind: "lost", reason: this.#fault(error) };
    } finally {
      signal.removeEventListener("abort", close);
      over.abort();
      await this.#closeLink();
    }
  }

  #connected(self: Self): void {
    const { clock, log, account } = this.#parts;
    log.info("link.connected", { account: account.id });
    const nowMs = clock.nowMs();
    this.#tell({ ...this.#state, kind: "connected", self, reason: undefined, cure: undefined, connectedAtMs: nowMs });
  }

  /** Quiet is not dead: a link is asked, and asked again, before it is given up. */
  async #watch(life: AbortSignal, lose: (reason: string) => void): Promise<void> {
    const { clock } = this.#parts;
    while (await slept(clock, probeIntervalMs, life)) {
      if (await this.#answers(life)) continue;
      if (!(await slept(clock, probeAgainMs, life))) return;
      if (await this.#answers(life)) continue;
      return lose("the connection does not answer any more");
    }
  }

  async #answers(life: AbortSignal): Promise<boolean> {
    const late = new AbortController();
    const done = new AbortController();
    void this.#parts.clock.sleep(probeTimeMs, AbortSignal.any([life, done.signal])).then(
      () => late.abort(new Error("no answer in time")),
      () => undefined,
    );
    const tooLate = new Promise<false>((resolve) =>
      late.signal.addEventListener("abort", () => resolve(false), { once: true }),
    );
    try {
      const asked = this.probe(AbortSignal.any([life, late.signal])).then(
        () => true,
        (error: unknown) => {
          this.#parts.log.debug("link.probe-failed", { account: this.#parts.account.id, ...errorFields(error) });
          return false;
        },
      );
      return await Promise.race([asked, tooLate]);
    } finally {
      done.abort();
    }
  }

  #ports(life: AbortSignal, hear: (state: LinkState) => void): Ports {
    const { account, secrets, records, folder, environment, clock, random, log, receive, serveWebhook } = this.#parts;
    return {
      receive: async (message) => {
        if (life.aborted) throw new Error("the account is being closed");
        await receive(account, message);
        this.#state = { ...this.#state, inboundAtMs: clock.nowMs() };
      },
      state: hear,
      secrets,
      records,
      folder,
      environment,
      clock,
      random,
      log,
      signal: life,
      serveWebhook: (webhook) => serveWebhook(account, webhook),
    };
  }

  async #closeLink(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    try {
      await link?.[Symbol.asyncDispose]();
    } catch (error) {
      this.#parts.log.warn("link.close-failed", { account: this.#parts.account.id, ...errorFields(error) });
    }
  }

  #fault(error: unknown): string {
    this.#parts.log.error("link.failed", { account: this.#parts.account.id, ...errorFields(error) });
    return "the link failed; see the gateway's log";
  }

  #tell(state: AccountState): void {
    this.#state = state;
    this.#parts.changed(this);
  }
}
