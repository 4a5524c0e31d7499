import { makePrivateFolder, isPlainObject } from "../../lib/index.ts";
import { StartError } from "../../programs/index.ts";
import type { Account, Ports } from "../provider.ts";
import { addressOf, dataDirOf } from "./whereabouts.ts";
import { type Daemon, startDaemon, untilUp } from "./daemon.ts";
import { personId } from "./ids.ts";
import { SignalRpc } from "./rpc.ts";
import type { SignalSettings } from "./settings.ts";

/** A daemon that answers: one of our own, or one that somebody else runs. */

export type OpeningPorts = Pick<Ports, "secrets" | "folder" | "environment" | "clock" | "log">;

export interface OpeningOptions {
  readonly account: Account<SignalSettings>;
  /** Undefined for linking one. */
  readonly number: string | undefined;
  readonly journal: string | undefined;
  /** Instead of the account's own. */
  readonly dataDir?: string;
}

/**
 * Rejects with a StartError, DaemonEnded, TransportError or the signal's reason, which ends the waiting; no daemon of
 * ours runs then.
 */
export async function openDaemon(ports: OpeningPorts, signal: AbortSignal, options: OpeningOptions): Promise<Daemon> {
  const { clock, log, environment } = ports;
  const { account, number, journal } = options;
  const { httpUrl, command, trustNewIdentities } = account.settings;
  if (httpUrl !== undefined) {
    const url = addressOf(httpUrl);
    await new SignalRpc({ url, account: undefined, clock, closing: signal }).check();
    return { url, ended: Promise.withResolvers<never>().promise, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const dataDir = options.dataDir ?? dataDirOf(account, ports);
  makePrivateFolder(dataDir);
  const accountId = account.id;
  const settings = { command, dataDir, number, trustNewIdentities, journal, environment, clock, log, accountId };
  const daemon = await startDaemon(settings);
  try {
    const rpc = new SignalRpc({ url: daemon.url, account: undefined, clock, closing: signal });
    await untilUp(daemon, () => rpc.check(), { clock, signal });
    return daemon;
  } catch (error) {
    await daemon[Symbol.asyncDispose]();
    if (!(error instanceof StartError)) throw error;
    // What it wrote meanwhile says what it waited for.
    throw new StartError(`${error.message}: ${(await daemon.ended).reason}`);
  }
}

/** Our own ACI: the daemon knows it without asking the network. Undefined when it does not. */
export async function ownIdOf(rpc: SignalRpc, number: string): Promise<string | undefined> {
  const identities = await rpc.call("listIdentities", { number });
  const own = Array.isArray(identities)
    ? identities.find((one) => isPlainObject(one) && one["number"] === number)
    : undefined;
  const uuid: unknown = isPlainObject(own) ? own["uuid"] : undefined;
  return typeof uuid === "string" ? personId(uuid) : undefined;
}
