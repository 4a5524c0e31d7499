import type { Clock } from "../lib/index.ts";
import { type BriefOutcome, childEnvironment, findProgram, runBriefly } from "../programs/index.ts";
import { type OwnStatus, type Peer, publicPort, readPeer, readServed, readStatus, type Served } from "./answers.ts";
import { notInstalled, type TailscaleTrouble, troubleIn } from "./troubles.ts";

/** The `tailscale` command of this machine. It is asked and told; it never asks back, and every answer has its time. */

export type Answer<T> =
  { readonly kind: "answer"; readonly value: T } | ({ readonly kind: "trouble" } & TailscaleTrouble);

export type Exposure = "serve" | "funnel";

export interface TailscaleParts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Pick<Clock, "sleep">;
}

export const tailscaleLimits = {
  /** For a look. */
  askMs: 5_000,
  /** For a change: the daemon may fetch a certificate. */
  changeMs: 15_000,
  outputBytesMax: 512 * 1024,
} as const;

/** Where the apps for macOS have it. */
const appPrograms = [
  "/Applications/Tailscale.app/Contents/MacOS/Tailscale",
  "/usr/local/bin/tailscale",
  "/opt/homebrew/bin/tailscale",
];

/** The app for macOS is the command only where it believes itself in a terminal, or is told so. */
const asCommand = { TAILSCALE_BE_CLI: "1" };

export class Tailscale {
  readonly #parts: TailscaleParts;

  constructor(parts: TailscaleParts) {
    this.#parts = parts;
  }

  /** Looked up each time: it may be installed while the gateway runs. */
  get program(): string | undefined {
    const elsewhere = process.platform === "darwin" ? appPrograms : [];
    return findProgram("tailscale", this.#parts.environment["PATH"], elsewhere);
  }

  async status(signal?: AbortSignal): Promise<Answer<OwnStatus>> {
    return this.#ask(["status", "--json", "--peers=false"], readStatus, signal);
  }

  /** What is at port 443 of the name. */
  async served(name: string, signal?: AbortSignal): Promise<Answer<Served>> {
    return this.#ask(["serve", "status", "--json"], (text) => readServed(text, name), signal);
  }

  /** Undefined: nobody in the tailnet has that address. */
  async whois(address: string, signal?: AbortSignal): Promise<Answer<Peer | undefined>> {
    const args = ["whois", "--json", address];
    const outcome = await this.#run(args, tailscaleLimits.askMs, signal);
    if (outcome === undefined) return { kind: "trouble", ...notInstalled };
    if (/peer not found|no match for ip/i.test(outcome.stderr)) return { kind: "answer", value: undefined };
    if (isGood(outcome)) return { kind: "answer", value: readPeer(outcome.stdout, address) };
    return this.#trouble(outcome, args);
  }

  /** From now on, and after a restart of this machine, port 443 of its name leads to the target. */
  async expose(how: Exposure, target: string, signal?: AbortSignal): Promise<Answer<undefined>> {
    return this.#change([how, "--bg", "--yes", `--https=${publicPort}`, target], signal);
  }

  /** Takes away what is at `/`, and the funnel with the last of a port; other paths stay as they are. */
  async hide(signal?: AbortSignal): Promise<Answer<undefined>> {
    return this.#change(["serve", "--yes", `--https=${publicPort}`, "--set-path=/", "off"], signal);
  }

  async #ask<T>(
    args: readonly string[],
    read: (answer: string) => T | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Answer<T>> {
    const outcome = await this.#run(args, tailscaleLimits.askMs, signal);
    if (outcome === undefined) return { kind: "trouble", ...notInstalled };
    const value = isGood(outcome) ? read(outcome.stdout) : undefined;
    return value === undefined ? this.#trouble(outcome, args) : { kind: "answer", value };
  }

  async #change(args: readonly string[], signal: AbortSignal | undefined): Promise<Answer<undefined>> {
    const outcome = await this.#run(args, tailscaleLimits.changeMs, signal);
    if (outcome === undefined) return { kind: "trouble", ...notInstalled };
    return isGood(outcome) ? { kind: "answer", value: undefined } : this.#trouble(outcome, args);
  }

  #trouble(outcome: BriefOutcome, args: readonly string[]): Answer<never> {
    const { environment } = this.#parts;
    const user = environment["USER"] || environment["LOGNAME"] || "$USER";
    const words = args.filter((word) => !word.startsWith("--peers") && word !== "--yes");
    return { kind: "trouble", ...troubleIn(outcome, `tailscale ${words.join(" ")}`, user) };
  }

  /** Undefined when there is no such program. */
  async #run(
    args: readonly string[],
    deadlineMs: number,
    signal: AbortSignal | undefined,
  ): Promise<BriefOutcome | undefined> {
    const { environment, clock } = this.#parts;
    const { program } = this;
    if (program === undefined) return undefined;
    return runBriefly({
      program,
      args,
      environment: childEnvironment(environment, { passEnv: [], env: asCommand }),
      clock,
      deadlineMs,
      outputBytesMax: tailscaleLimits.outputBytesMax,
      signal,
    });
  }
}

function isGood({ end, code }: BriefOutcome): boolean {
  return end === "exited" && code === 0;
}
