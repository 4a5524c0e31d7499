import type { Link, OutboundMessage, Peer, Records } from "../../../src/providers/index.ts";
import { imessage } from "../../../src/providers/imessage/index.ts";
import type { IMessageSettings } from "../../../src/providers/imessage/settings.ts";
import { imessageAccount, macEnvironment, settingsFor } from "../../contracts/imessage-stage.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { type DoubleOptions, MessagesDouble } from "../../doubles/imessage/messages-double.ts";
import type { Person } from "../../doubles/imessage/person.ts";
import { memoryRecords } from "../../doubles/memory-records.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import { withEnvironment } from "../../doubles/with-environment.ts";

/** An account at work on the double of a Mac, with bob, who writes to it. */
export interface Linked extends AsyncDisposable {
  readonly double: MessagesDouble;
  readonly clock: FakeClock;
  readonly bob: Person;
  readonly ports: RecordingPorts;
  readonly link: Link;
  readonly records: Records;
  /** Another link of the same account, as after a restart. */
  reopen(settings?: Partial<IMessageSettings>): Promise<Opened>;
}

export interface Opened extends AsyncDisposable {
  readonly ports: RecordingPorts;
  readonly link: Link;
}

export interface Wishes extends Omit<DoubleOptions, "clock"> {
  readonly settings?: Partial<IMessageSettings>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Before the link is opened. */
  readonly before?: (double: MessagesDouble, bob: Person) => void;
  /** What is waited for; connected, unless a test says otherwise. */
  readonly until?: "connected" | "connecting" | "lost" | "logged-out";
}

export async function linked(wishes: Wishes = {}): Promise<Linked> {
  const { settings, before, environment, until = "connected", ...about } = wishes;
  const clock = new FakeClock();
  const double = new MessagesDouble({ clock, ...about });
  const bob = double.person({ name: "Bob", handle: "+15552223333" });
  before?.(double, bob);
  const records = memoryRecords();
  const provider = withEnvironment(imessage, { ...macEnvironment(double), ...environment });
  const open = async (changes: Partial<IMessageSettings>, awaited: typeof until): Promise<Opened> => {
    const ports = new RecordingPorts(clock, {}, records);
    const account = imessageAccount({ ...settingsFor(double), ...settings, ...changes });
    const link = await provider.open(account, ports);
    await ports.told(awaited);
    return { ports, link, [Symbol.asyncDispose]: () => link[Symbol.asyncDispose]() };
  };
  const { ports, link } = await open({}, until);
  return {
    double,
    clock,
    bob,
    ports,
    link,
    records,
    reopen: (changes = {}) => open(changes, "connected"),
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]();
      await double[Symbol.asyncDispose]();
    },
  };
}

export const never = new AbortController().signal;

export const direct = (id: string): Peer => ({ kind: "direct", id });
export const group = (id: string): Peer => ({ kind: "group", id });

let sends = 0;

/** With a send id of its own. */
export function outbound(peer: Peer, text: string, fields: Partial<OutboundMessage> = {}): OutboundMessage {
  const sendId = (++sends).toString(16).padStart(24, "0");
  return { sendId, peer, ...(text !== "" && { text: { markup: text, plain: text } }), ...fields };
}

export const texts = ({ received }: RecordingPorts) => received.map(({ text }) => text);
