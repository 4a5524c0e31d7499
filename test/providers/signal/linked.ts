import type { Link, OutboundMessage } from "../../../src/providers/index.ts";
import { signal } from "../../../src/providers/signal/index.ts";
import type { SignalSettings } from "../../../src/providers/signal/settings.ts";
import type { LinkRecords } from "../../../src/storage/index.ts";
import { signalAccount } from "../../contracts/signal-stage.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { hastyClock } from "../../doubles/hasty-clock.ts";
import { memoryRecords } from "../../doubles/memory-records.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import type { Person } from "../../doubles/signal/person.ts";
import { SignalDouble, type SignalDoubleOptions } from "../../doubles/signal/signal-double.ts";
import { temporaryFolder } from "../../open-house.ts";

/** An account at work against the double, with bob. */
export interface Linked<P> extends AsyncDisposable {
  readonly double: SignalDouble;
  readonly ports: P;
  readonly link: Link;
  readonly bob: Person;
  readonly records: LinkRecords;
  /** Another opening of the same account, as after a restart. */
  reopen(settings?: Partial<SignalSettings>): Promise<Opened<P>>;
}

export interface Opened<P> extends AsyncDisposable {
  readonly ports: P;
  readonly link: Link;
}

export interface Wishes {
  readonly settings?: Partial<SignalSettings>;
  readonly double?: SignalDoubleOptions;
  /** Before the link is opened. */
  readonly before?: (double: SignalDouble, records: LinkRecords) => void | Promise<void>;
  /** What is waited for; connected, unless a test says otherwise. */
  readonly until?: "connected" | "connecting";
}

/** On a daemon that runs already. */
export async function linked(wishes: Wishes = {}): Promise<Linked<RecordingPorts> & { readonly clock: FakeClock }> {
  const clock = new FakeClock();
  const double = await SignalDouble.start({ clock, ...wishes.double });
  const settings = { httpUrl: double.url, number: double.number, ...wishes.settings };
  const makePorts = (records: LinkRecords) => new RecordingPorts(clock, {}, records);
  return { ...(await open({ double, wishes, settings, makePorts, stack: new AsyncDisposableStack() })), clock };
}

export type OwnPorts = RecordingPorts<typeof hastyClock>;

/** With a daemon of its own, which is a program in a folder. */
export async function owned(
  wishes: Wishes = {},
): Promise<Linked<OwnPorts> & { readonly folder: string; readonly program: string }> {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder()).path;
  const double = await SignalDouble.start(wishes.double);
  const program = double.program(folder);
  const settings = { command: program, number: double.number, ...wishes.settings };
  const makePorts = (records: LinkRecords) => {
    const ports = new RecordingPorts(hastyClock, {}, records);
    ports.programsFolder = folder;
    return ports;
  };
  return { ...(await open({ double, wishes, settings, makePorts, stack })), folder, program };
}

interface Opening<P> {
  readonly double: SignalDouble;
  readonly wishes: Wishes;
  readonly settings: Partial<SignalSettings>;
  readonly makePorts: (records: LinkRecords) => P;
  readonly stack: AsyncDisposableStack;
}

async function open<P extends RecordingPorts | OwnPorts>(opening: Opening<P>): Promise<Linked<P>> {
  const { double, wishes, settings, makePorts, stack } = opening;
  const bob = double.person({ name: "Bob" });
  const records = memoryRecords();
  await wishes.before?.(double, records);
  const reopen = async (changes: Partial<SignalSettings> = {}): Promise<Opened<P>> => {
    const ports = makePorts(records);
    const link = await signal.open(signalAccount({ ...settings, ...changes }), ports);
    return { ports, link, [Symbol.asyncDispose]: () => link[Symbol.asyncDispose]() };
  };
  stack.use(double);
  const { ports, link } = stack.use(await reopen());
  await ports.told(wishes.until ?? "connected");
  return { double, ports, link, bob, records, reopen, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

export const never = new AbortController().signal;

export function outbound(to: Person, fields: Partial<OutboundMessage> = {}): OutboundMessage {
  return { sendId: "0123456789abcdef01234567", peer: { kind: "direct", id: to.aci }, ...fields };
}

export const said = (text: string) => ({ markup: text, plain: text });
