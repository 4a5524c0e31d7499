import { joinPath, isPlainObject } from "../../lib/index.ts";
import { LoginError } from "../errors.ts";
import type { Account, LoginDone, LoginInput, LoginPorts, LoginStep } from "../provider.ts";
import { type Daemon, DaemonEnded } from "./daemon.ts";
import { CallError, withoutNumbers } from "./failures.ts";
import { openDaemon, ownIdOf } from "./opening.ts";
import { SignalRpc } from "./rpc.ts";
import { dataFolderSecret, numberSecret, type SignalSettings } from "./settings.ts";

type Steps<T> = AsyncGenerator<LoginStep, T, LoginInput>;

/** How long a code can be scanned; the daemon waits a little longer for the phone to finish. */
const codeLifeMs = 60_000;
const finishTimeoutMs = 120_000;
const codesMax = 5;

/**
 * Links the gateway as another device of a phone's account: the daemon makes a code, the phone scans it, and the
 * account's keys are in the daemon's folder. A daemon that has one account only is asked whether it has this one.
 */
export async function* login(account: Account<SignalSettings>, ports: LoginPorts): Steps<LoginDone> {
  const { httpUrl, dataDir } = account.settings;
  // Its own folder each time: an earlier one may be in use, or hold keys that the phone no longer knows.
  const isFresh = httpUrl === undefined && dataDir === undefined;
  const folderName = isFresh ? `signal-cli-${ports.random.bytes(6).toHex()}` : undefined;
  yield { kind: "wait", message: httpUrl === undefined ? "Starting signal-cli" : "Asking the signal-cli daemon" };
  await using daemon = await opened(account, ports, folderName);
  const rpc = rpcOf(daemon, ports);
  const number = yield* numberFrom(account, rpc, ports);
  const ourId = await known(() => ownIdOf(new SignalRpc({ ...rpcOptions(daemon, ports), account: number }), number));
  if (ourId === undefined) throw new LoginError("signal-cli has no account with that number: link it first");
  ports.secrets.set(numberSecret, number);
  if (folderName !== undefined) ports.secrets.set(dataFolderSecret, folderName);
  await ports.records.write([{ kind: "self", id: "aci", value: ourId }]);
  const self = { id: ourId, name: number, handle: number };
  return { self, message: `Linked with ${number}. The phone's list of linked devices shows it, and can end it.` };
}

function rpcOptions(daemon: Daemon, { clock, signal }: LoginPorts) {
  return { url: daemon.url, clock, closing: signal };
}

function rpcOf(daemon: Daemon, ports: LoginPorts): SignalRpc {
  return new SignalRpc({ ...rpcOptions(daemon, ports), account: undefined });
}

function opened(account: Account<SignalSettings>, ports: LoginPorts, folderName: string | undefined): Promise<Daemon> {
  const place = folderName === undefined ? {} : { dataDir: joinPath(ports.folder(), folderName) };
  const options = { account, number: undefined, journal: undefined, ...place };
  return known(() => openDaemon(ports, ports.signal, options));
}

/** The account to use: the one that the settings name, or the one that is linked now. */
async function* numberFrom(account: Account<SignalSettings>, rpc: SignalRpc, ports: LoginPorts): Steps<string> {
  const accounts = await accountsOf(rpc);
  const wanted = account.settings.number;
  if (accounts === undefined) return wanted ?? (yield* askedNumber("the daemon's own number"));
  if (wanted !== undefined && accounts.includes(wanted)) return wanted;
  if (accounts.length > 0 && wanted === undefined) {
    const number = yield* askedNumber("one of the daemon's numbers, or the word new to link another one", true);
    if (number !== anotherOne) return number;
  }
  const linked = yield* link(account, rpc, ports);
  if (wanted !== undefined && wanted !== linked) {
    const place = `providers.signal.accounts.${account.id}.number`;
    throw new LoginError(`the phone that scanned the code has another number than ${place}: change that, or remove it`);
  }
  return linked;
}

/** Undefined where the daemon has one account and says of no other. */
async function accountsOf(rpc: SignalRpc): Promise<readonly string[] | undefined> {
  try {
    const list = await rpc.call("listAccounts");
    const entries: readonly unknown[] = Array.isArray(list) ? list : [];
    return entries.flatMap((one) => (isPlainObject(one) && typeof one["number"] === "string" ? [one["number"]] : []));
  } catch (error) {
    if (error instanceof CallError && error.failure.kind === "refused" && error.failure.code === -32_601)
      return undefined;
    throw loginErrorOf(error);
  }
}

const anotherOne = "new";

async function* askedNumber(what: string, mayBeNew = false): Steps<string> {
  const answer = yield {
    kind: "ask",
    name: numberSecret,
    label: "Number",
    help: `Type ${what}, with the country's code: +15551234567.`,
    isSecret: false,
  };
  const number = (answer.value ?? "").replace(/[\s().-]/g, "");
  if (number === anotherOne && mayBeNew) return anotherOne;
  if (!/^\+[1-9]\d{4,14}$/.test(number)) throw new LoginError("that is no number: it looks like +15551234567");
  return number;
}

/** A code that is too old is followed by another one. */
async function* link(account: Account<SignalSettings>, rpc: SignalRpc, { clock }: LoginPorts): Steps<string> {
  for (let codes = 0; codes < codesMax; codes++) {
    const started = await known(() => rpc.call("startLink"));
    const uri: unknown = isPlainObject(started) ? started["deviceLinkUri"] : undefined;
    if (typeof uri !== "string") throw new LoginError("signal-cli made no code: is it 0.13 or newer?");
    // The daemon waits for the phone from now on, also while nobody asks us.
    const finishing = finish(rpc, uri, account.settings.deviceName);
    yield {
      kind: "qr",
      text: uri,
      help: "On the phone: Signal, Settings, Linked devices, Link new device. Then scan this code.",
      expiresAtMs: clock.nowMs() + codeLifeMs,
    };
    const outcome = await finishing;
    if (outcome instanceof CallError) {
      if (!isTooLate(outcome)) throw loginErrorOf(outcome);
    } else return outcome;
  }
  throw new LoginError("no phone scanned a code in time: start again");
}

/** Gives the number, or why there is none. It does not reject for what the daemon says. */
async function finish(rpc: SignalRpc, deviceLinkUri: string, deviceName: string): Promise<string | CallError> {
  try {
    const linked = await rpc.call("finishLink", { deviceLinkUri, deviceName }, { timeoutMs: finishTimeoutMs });
    const number: unknown = isPlainObject(linked) ? linked["number"] : undefined;
    if (typeof number === "string") return number;
    return new CallError("finishLink", { kind: "broken", mayHaveLeft: true, reason: "it names no number" });
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
}

function isTooLate({ failure }: CallError): boolean {
  return failure.kind === "refused" && /timed out|timeout|closed/i.test(failure.description);
}

async function known<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw loginErrorOf(error);
  }
}

/** What a person can do about it; other errors stay what they are. */
function loginErrorOf(error: unknown): unknown {
  if (error instanceof CallError) {
    const { failure } = error;
    const isThere = failure.kind === "refused" && /already exists/i.test(failure.description);
    return new LoginError(isThere ? "signal-cli has that account already: leave the code unscanned" : error.message);
  }
  if (error instanceof DaemonEnded) return new LoginError(withoutNumbers(error.message));
  if (!(error instanceof Error) || !["StartError", "TransportError"].includes(error.name)) return error;
  return new LoginError(error.name === "StartError" ? error.message : `signal-cli: ${error.message}`);
}
