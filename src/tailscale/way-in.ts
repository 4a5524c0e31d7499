import { backoffMs, type Clock, type Log, type Random, slept, type Supervisor } from "../lib/index.ts";
import type { Exposure, Tailscale } from "./tailscale.ts";
import { type TailscaleTrouble, troubleOf } from "./troubles.ts";

/** Keeps the gateway at port 443 of this machine's name in the tailnet, as long as the config wants it there. */

export type WayInState =
  | { readonly kind: "off" }
  | { readonly kind: "opening"; readonly how: Exposure }
  | { readonly kind: "open"; readonly how: Exposure; readonly name: string }
  /** It is tried again by itself. */
  | ({ readonly kind: "waiting"; readonly how: Exposure } & TailscaleTrouble);

/** What stands in front of the gateway's port. */
export interface Front {
  readonly name: string;
  readonly how: Exposure;
}

export interface WayInParts {
  readonly tailscale: Pick<Tailscale, "status" | "served" | "expose" | "hide">;
  /** As they are now. */
  readonly settings: () => { readonly mode: "off" | Exposure; readonly resetOnExit: boolean };
  /** The gateway as Tailscale's proxy reaches it. */
  readonly target: () => string;
  /** A password is in force. */
  readonly hasPassword: () => boolean;
  /** The target that was set last, kept over restarts: one that the gateway had under another port is its own. */
  readonly memory: { readonly read: () => string | undefined; readonly write: (target: string) => Promise<void> };
  readonly clock: Clock;
  readonly random: Pick<Random, "unit">;
  readonly log: Log;
  readonly supervisor: Supervisor;
  /** The state or what stands in front changed. */
  readonly changed: () => void;
}

export const wayInLimits = {
  /** Between two looks while all is well: somebody may have logged out, or reset what is served. */
  lookMs: 120_000,
  retry: { firstMs: 5_000, maxMs: 60_000, factor: 2 },
  /** For giving the port back at a stop. */
  exitMs: 5_000,
} as const;

/** There is nothing to do until the config changes. */
const restMs = 86_400_000;

export class WayIn implements AsyncDisposable {
  readonly #parts: WayInParts;
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #state: WayInState = { kind: "off" };
  #name: string | undefined;
  /** Kept: a gateway that stops has no port any more. */
  #target: string | undefined;
  #kept: Promise<void> = Promise.resolve();

  constructor(parts: WayInParts) {
    this.#parts = parts;
  }

  get state(): WayInState {
    return this.#state;
  }

  /** Known as soon as Tailscale told the name, and as long as the config wants it. */
  get front(): Front | undefined {
    return this.#state.kind === "off" || this.#name === undefined
      ? undefined
      : { name: this.#name, how: this.#state.how };
  }

  /** As other machines reach the gateway; undefined while they do not. */
  get url(): string | undefined {
    return this.#state.kind === "open" ? `https://${this.#state.name}` : undefined;
  }

  start(): void {
    this.#kept = this.#parts.supervisor.keep("Tailscale", () => this.#keepOpen(), this.#stop.signal);
  }

  /** The config changed, or somebody mended what was wrong. */
  follow(): void {
    this.#wake.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#kept;
    if (this.#state.kind !== "off" && this.#parts.settings().resetOnExit) await this.#hide();
  }

  async #keepOpen(): Promise<void> {
    const { clock, random, settings } = this.#parts;
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted;) {
      this.#wake = new AbortController();
      const { mode } = settings();
      const woken = AbortSignal.any([signal, this.#wake.signal]);
      if (mode === "off") {
        if (this.#state.kind !== "off") await this.#hide();
        this.#become({ kind: "off" });
        failures = 0;
        await slept(clock, restMs, woken);
        continue;
      }
      if (this.#state.kind === "off" || this.#state.how !== mode) this.#become({ kind: "opening", how: mode });
      const trouble = await this.#open(mode);
      if (signal.aborted) return;
      if (trouble) this.#become({ kind: "waiting", how: mode, reason: trouble.reason, cure: trouble.cure });
      else this.#become({ kind: "open", how: mode, name: this.#name! });
      const pauseMs = trouble ? backoffMs(failures++, wayInLimits.retry, random) : wayInLimits.lookMs;
      if (!trouble) failures = 0;
      if (!(await slept(clock, pauseMs, woken))) failures = 0;
    }
  }

  /** Undefined once the gateway is there. What is there already is not touched. */
  async #open(how: Exposure): Promise<TailscaleTrouble | undefined> {
    const { tailscale, memory } = this.#parts;
    const { signal } = this.#stop;
    if (how === "funnel" && !this.#parts.hasPassword()) return passwordMissing;
    const status = await tailscale.status(signal);
    if (status.kind === "trouble") return status;
    const trouble = troubleOf(status.value);
    if (trouble) return trouble;
    const name = status.value.name!;
    this.#name = name;
    const served = await tailscale.served(name, signal);
    if (served.kind === "trouble") return served;
    const target = (this.#target = this.#parts.target());
    const { root, isFunnel } = served.value;
    if (root === target && isFunnel === (how === "funnel")) return undefined;
    if (root !== undefined && root !== target && root !== memory.read()) return takenBy(root, name);
    const done = await tailscale.expose(how, target, signal);
    if (done.kind === "trouble") return done;
    await memory.write(target);
    return undefined;
  }

  /** Gives back what is ours, and nothing else. */
  async #hide(): Promise<void> {
    const { tailscale, log, clock } = this.#parts;
    if (this.#name === undefined || this.#target === undefined) return;
    const limit = new AbortController();
    const over = new AbortController();
    void clock.sleep(wayInLimits.exitMs, over.signal).then(
      () => limit.abort(),
      () => undefined,
    );
    const served = await tailscale.served(this.#name, limit.signal);
    const isOurs = served.kind === "answer" && served.value.root === this.#target;
    const done = isOurs ? await tailscale.hide(limit.signal) : served;
    over.abort();
    if (done.kind === "trouble") log.warn("tailscale.not-reset", { reason: done.reason, cure: done.cure });
    else if (isOurs) log.info("tailscale.reset", { name: this.#name });
  }

  #become(state: WayInState): void {
    const before = this.#state;
    this.#state = state;
    if (JSON.stringify(before) === JSON.stringify(state)) return;
    const { log, changed } = this.#parts;
    if (state.kind === "open") log.info("tailscale.open", { how: state.how, url: `https://${state.name}` });
    if (state.kind === "waiting")
      log.warn("tailscale.waiting", { how: state.how, reason: state.reason, cure: state.cure });
    if (state.kind === "off") log.info("tailscale.off", {});
    changed();
  }
}

const passwordMissing: TailscaleTrouble = {
  reason: "a Funnel needs the password to be in force, and it is from the next start on",
  cure: "clawdia service restart, or stop the gateway and start it again",
};

function takenBy(root: string, name: string): TailscaleTrouble {
  return {
    reason: `port 443 of ${name} leads to ${root.slice(0, 128)} already`,
    cure: "tailscale serve --https=443 off, if nobody needs that any more",
  };
}
