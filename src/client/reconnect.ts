import { backoffMs, type Random, slept } from "../lib/index.ts";
import { Client, type ClientOptions, type Credentials } from "./client.ts";
import { ConnectError } from "./errors.ts";

/** Keeps one connection open: it waits, tries again, and tells what the person can do meanwhile. */

export type LinkState =
  | { readonly kind: "connecting"; readonly attempt: number }
  | { readonly kind: "open"; readonly client: Client }
  /** The gateway is away; the next attempt comes by itself. */
  | { readonly kind: "waiting"; readonly reason: string; readonly retryInMs: number; readonly restarting: boolean }
  /** The device asks to be approved; attempts go on until it is. */
  | { readonly kind: "approval"; readonly requestId: string; readonly reason: string }
  /** Only a person can go on: wrong or missing credentials, protocol mismatch. Attempts have stopped. */
  | { readonly kind: "refused"; readonly error: ConnectError };

export interface DeviceTokenStore {
  read(): string | undefined;
  write(token: string): void;
  forget(): void;
}

export interface ReconnectOptions extends Omit<ClientOptions, "credentials"> {
  readonly random: Pick<Random, "unit">;
  /** Asked before each attempt, so that a new credential is used at once. */
  readonly credentials: () => Credentials;
  readonly tokens: DeviceTokenStore;
  readonly onState: (state: LinkState) => void;
}

const retryLimits = { firstMs: 500, maxMs: 15_000, factor: 1.7 };
const approvalPollMs = 2_000;
/** Clients of a gateway that restarts come back one after the other, not all in the same moment. */
const restartPauseMs = { least: 150, spread: 650 };
/** A connection that lived this long starts the back-off anew. */
const stableMs = 10_000;
const silenceChecksMs = 5_000;

/** Runs until the signal is aborted or the gateway refuses for good. */
export async function stayConnected(options: ReconnectOptions, signal: AbortSignal): Promise<void> {
  let attempt = 0;
  while (!signal.aborted) {
    options.onState({ kind: "connecting", attempt });
    const outcome = await attemptOnce(options, signal);
    if (signal.aborted) return;
    if (outcome.kind === "refused") return options.onState(outcome.state);
    attempt = outcome.kind === "lived" && outcome.forMs > stableMs ? 0 : attempt + 1;
    const retryInMs = outcome.retryInMs ?? backoffMs(attempt, retryLimits, options.random);
    options.onState(
      outcome.state ?? {
        kind: "waiting",
        reason: outcome.reason,
        retryInMs,
        restarting: outcome.kind === "lived" && outcome.restarts === true,
      },
    );
    await slept(options.clock, retryInMs, signal);
  }
}

type Outcome =
  | { readonly kind: "refused"; readonly state: LinkState }
  | Again
  | (Omit<Again, "kind"> & { readonly kind: "lived"; readonly forMs: number; readonly restarts?: true });

interface Again {
  readonly kind: "again";
  readonly reason: string;
  readonly retryInMs?: number;
  readonly state?: LinkState;
}

async function attemptOnce(options: ReconnectOptions, signal: AbortSignal): Promise<Outcome> {
  const stored = options.tokens.read();
  const given = options.credentials();
  // A setup code is spent by its first use: what the device was given then is better.
  const { bootstrapToken } = given;
  const own = stored === undefined && bootstrapToken ? { bootstrapToken } : { deviceToken: stored };
  const credentials = given.token || given.password ? given : own;
  try {
    using client = await Client.connect({ ...options, credentials });
    const token = client.hello.auth?.deviceToken;
    if (token !== undefined) options.tokens.write(token);
    return await live(client, options, signal);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    return judge(error, options, credentials, given);
  }
}

async function live(client: Client, options: ReconnectOptions, signal: AbortSignal): Promise<Outcome> {
  const startedAtMs = options.clock.elapsedMs();
  options.onState({ kind: "open", client });
  const over = new AbortController();
  const stop = () => over.abort();
  signal.addEventListener("abort", stop, { once: true });
  void closeWhenSilent(client, options, over.signal);
  over.signal.addEventListener("abort", () => client.close());
  // It may have been aborted while the hello was on its way.
  if (signal.aborted) stop();
  const { code, reason } = await client.closed;
  over.abort();
  signal.removeEventListener("abort", stop);
  const forMs = options.clock.elapsedMs() - startedAtMs;
  if (code === 1012) {
    const retryInMs = Math.round(restartPauseMs.least + restartPauseMs.spread * options.random.unit());
    return { kind: "lived", forMs, reason: "the gateway restarts", retryInMs, restarts: true };
  }
  return { kind: "lived", forMs, reason: reason || "the connection was lost" };
}

/** No frame for twice the tick interval means a dead socket, which TCP may not notice for hours. */
async function closeWhenSilent(client: Client, options: ReconnectOptions, signal: AbortSignal): Promise<void> {
  const silenceMax = client.hello.policy.tickIntervalMs * 2;
  while (await slept(options.clock, silenceChecksMs, signal)) {
    if (client.silentForMs > silenceMax) return client.close(4000, "tick timeout");
  }
}

function judge(error: ConnectError, options: ReconnectOptions, used: Credentials, given: Credentials): Outcome {
  const { shape } = error;
  if (shape?.code === "NOT_PAIRED") {
    const details = (shape.details ?? {}) as { requestId?: string; reason?: string };
    if (details.requestId === undefined) return { kind: "refused", state: { kind: "refused", error } };
    const state: LinkState = { kind: "approval", requestId: details.requestId, reason: details.reason ?? "not-paired" };
    return { kind: "again", reason: error.message, retryInMs: approvalPollMs, state };
  }
  if (shape?.retryAfterMs !== undefined) return { kind: "again", reason: error.message, retryInMs: shape.retryAfterMs };
  if (shape === undefined || shape.retryable === true) return { kind: "again", reason: error.message };
  if (used.deviceToken !== undefined && error.detailCode === "AUTH_DEVICE_TOKEN_MISMATCH") {
    options.tokens.forget();
    // A device that was forgotten and is let in anew has a code for just that.
    if (given.bootstrapToken) return { kind: "again", reason: error.message, retryInMs: 0 };
  }
  return { kind: "refused", state: { kind: "refused", error } };
}
