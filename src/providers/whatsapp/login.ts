import { takeHostLock } from "../../storage/index.ts";
import { LoginError } from "../errors.ts";
import type { Account, LoginDone, LoginInput, LoginPorts, LoginStep } from "../provider.ts";
import { closingOf } from "./failures.ts";
import { Keyring } from "./keyring.ts";
import { Pairing, type PairingEvent } from "./pairing.ts";
import { numberOf } from "./people.ts";
import { linkedSecret, type WhatsAppSettings } from "./settings.ts";

/** A code that is shown is good for so long at the network: the first one for a minute, those after it for less. */
const firstQrMs = 60_000;
const laterQrMs = 20_000;
/** For somebody with a phone in hand, and for a server that is slow. */
const personMs = 180_000;
const serverMs = 60_000;

type Steps = AsyncGenerator<LoginStep, LoginDone, LoginInput>;
type Scanning = AsyncGenerator<LoginStep, void, LoginInput>;

/** Accounts with a login under way: two of them would write over each other's keys. */
const underWay = new WeakSet<Account<WhatsAppSettings>>();

/**
 * Links the account to a phone, by a code to scan or a code to type. A session that is kept already is tried first:
 * where it still holds, nothing has to be linked anew.
 */
export async function* login(account: Account<WhatsAppSettings>, ports: LoginPorts): Steps {
  if (underWay.has(account)) throw new LoginError("another login of this account is under way: finish or cancel it");
  underWay.add(account);
  try {
    const kept = ports.secrets.get(linkedSecret) === undefined ? undefined : Keyring.kept(ports.records);
    if (kept) {
      yield { kind: "wait", message: "Trying the link to the phone that is there already" };
      const done = await tryKept(kept, account, ports);
      if (done) return done;
    }
    return yield* link(account, ports);
  } finally {
    underWay.delete(account);
  }
}

/** Undefined when the phone has removed the device. */
async function tryKept(
  keyring: Keyring,
  account: Account<WhatsAppSettings>,
  ports: LoginPorts,
): Promise<LoginDone | undefined> {
  using held = new DisposableStack();
  held.use(lockOf(keyring, ports));
  await using pairing = new Pairing(account, ports, { keyring });
  await pairing.reopen();
  const event = await pairing.next(serverMs);
  if (event.kind === "opened") return doneOf(keyring, "The link to the phone still holds.");
  const closing = event.kind === "closed" ? closingOf(event.code) : undefined;
  if (closing?.kind === "ended" && closing.isKeysGone) return undefined;
  throw new LoginError(`the link that is there could not be tried: ${wordsOf(event)}`);
}

async function* link(account: Account<WhatsAppSettings>, ports: LoginPorts): Steps {
  const answer = yield {
    kind: "ask",
    name: "phoneNumber",
    label: "qr, or your phone number",
    help:
      "Type qr to scan a code with the phone, or the number of the WhatsApp account with its country code " +
      "(+15550001111) to type a code into the phone instead.",
    isSecret: false,
  };
  const given = (answer.value ?? "").trim();
  const number = /^\+?[\d\s()/.-]{6,24}$/.test(given) ? given.replace(/\D/g, "") : undefined;
  if (!number && !/^(qr)?$/i.test(given)) throw new LoginError("type qr, or a phone number such as +15550001111");
  if (number?.startsWith("0")) throw new LoginError("give the number with its country code: +15550001111");
  const keyring = await Keyring.fresh(ports.records);
  try {
    await using pairing = new Pairing(account, ports, { keyring, isForCode: number !== undefined });
    await pairing.reopen();
    yield* number === undefined ? scanned(pairing, ports) : typed(pairing, number);
    using held = new DisposableStack();
    held.use(lockOf(keyring, ports));
    await opened(pairing);
  } catch (error) {
    await Keyring.forget(ports.records);
    throw error;
  }
  ports.secrets.set(linkedSecret, keyring.deviceId!);
  return doneOf(keyring, "The phone shows it among its linked devices.");
}

/** Shows one code after the other until one is scanned. */
async function* scanned(pairing: Pairing, { clock }: LoginPorts): Scanning {
  let lifeMs = firstQrMs;
  for (;;) {
    const event = await pairing.next(serverMs + personMs);
    if (event.kind !== "qr") return mustRestart(event, "nobody scanned the code in time");
    yield {
      kind: "qr",
      text: event.text,
      help: "In WhatsApp on the phone: Settings, Linked devices, Link a device; then scan this.",
      expiresAtMs: clock.nowMs() + lifeMs,
    };
    lifeMs = laterQrMs;
  }
}

async function* typed(pairing: Pairing, number: string): Scanning {
  const first = await pairing.next(serverMs);
  if (first.kind !== "qr") throw new LoginError(`WhatsApp gives no code: ${wordsOf(first)}`);
  const code = await pairing.code(number);
  yield {
    kind: "wait",
    message:
      `Type ${code} into WhatsApp on the phone with the number +${number}: ` +
      "Settings, Linked devices, Link a device, Link with phone number instead.",
  };
  for (;;) {
    const event = await pairing.next(personMs);
    if (event.kind !== "qr") return mustRestart(event, "nobody typed the code in time");
  }
}

/** A device that was paired is told to connect anew, and nothing else ends a pairing well. */
function mustRestart(event: PairingEvent, lateWords: string): void {
  if (event.kind === "closed" && event.code === 515) return;
  if (event.kind === "closed" && event.code === 408) throw new LoginError(`${lateWords}: start again`);
  throw new LoginError(`the phone could not be linked: ${wordsOf(event)}`);
}

/** The first login of the new device: it leaves its keys at the server, so that people can write to it. */
async function opened(pairing: Pairing): Promise<void> {
  const failures: string[] = [];
  while (failures.length < openTriesMax) {
    await pairing.reopen();
    const event = await pairing.next(serverMs);
    if (event.kind === "opened") return;
    failures.push(wordsOf(event));
    const closing = event.kind === "closed" ? closingOf(event.code) : undefined;
    if (closing?.kind === "ended" && closing.state.kind === "logged-out") break;
  }
  throw new LoginError(`the phone linked this device, but it could not log in: ${failures.at(-1)}; start again`);
}

const openTriesMax = 3;

function lockOf(keyring: Keyring, { clock }: LoginPorts): Disposable {
  const lock = takeHostLock(keyring.sessionName, clock.nowMs());
  if (lock.isHeld) return lock;
  const who = lock.byPid === undefined ? "" : ` (process ${lock.byPid})`;
  throw new LoginError(
    `this account is linked, and a gateway on this machine has it open${who}: nothing is to be done, or remove it ` +
      "first with clawdia providers remove whatsapp",
  );
}

function doneOf({ creds }: Keyring, message: string): LoginDone {
  const number = numberOf(creds.me?.id) ?? "unknown";
  return {
    self: { id: number, name: creds.me?.name || number, handle: number },
    message: `Linked to ${number}. ${message}`,
  };
}

function wordsOf(event: PairingEvent): string {
  if (event.kind === "unwritten") return "its keys could not be written to the disk";
  if (event.kind !== "closed") return "WhatsApp did something unexpected";
  const closing = closingOf(event.code);
  return closing.kind === "ended" && "reason" in closing.state ? closing.state.reason : "WhatsApp asks to connect anew";
}
