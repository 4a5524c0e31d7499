import type { Account, Link, OutboundMessage, Records } from "../../../src/providers/index.ts";
import { whatsapp } from "../../../src/providers/whatsapp/index.ts";
import type { WhatsAppSettings } from "../../../src/providers/whatsapp/settings.ts";
import { linkedAccount, whatsappAccount } from "../../contracts/whatsapp-stage.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { memoryRecords } from "../../doubles/memory-records.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import type { Person } from "../../doubles/whatsapp/person.ts";
import { WhatsAppDouble } from "../../doubles/whatsapp/whatsapp-double.ts";

/** A linked device at work against the double, with bob, who is at WhatsApp, too. */
export interface Linked extends AsyncDisposable {
  readonly double: WhatsAppDouble;
  readonly account: Account<WhatsAppSettings>;
  readonly records: Records;
  readonly secrets: Readonly<Record<string, string>>;
  readonly ports: RecordingPorts;
  readonly link: Link;
  readonly clock: FakeClock;
  readonly bob: Person;
  /** Another link with the same records, as after a restart. */
  reopen(): Promise<Opened>;
}

export interface Opened extends AsyncDisposable {
  readonly ports: RecordingPorts;
  readonly link: Link;
}

export async function linked(settings: Partial<WhatsAppSettings> = {}): Promise<Linked> {
  const clock = new FakeClock();
  const double = await WhatsAppDouble.start({ clock });
  const bob = await double.person({ number: "15557654321", name: "Bob" });
  const account = whatsappAccount(double, settings);
  const { secrets, records } = await linkedAccount(double, account, clock, memoryRecords());
  const reopen = async (): Promise<Opened> => {
    const ports = new RecordingPorts(clock, secrets, records);
    const link = await whatsapp.open(account, ports);
    return { ports, link, [Symbol.asyncDispose]: () => link[Symbol.asyncDispose]() };
  };
  const { ports, link } = await reopen();
  await ports.told("connected");
  return {
    double,
    account,
    records,
    secrets,
    ports,
    link,
    clock,
    bob,
    reopen,
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]();
      await double[Symbol.asyncDispose]();
    },
  };
}

export const never = new AbortController().signal;

let sends = 0;

/** Each with an identity of its own. */
export function outbound(to: string, fields: Partial<OutboundMessage> = {}): OutboundMessage {
  const kind = to.endsWith("@g.us") ? "group" : "direct";
  sends++;
  return { sendId: sends.toString(16).padStart(24, "a"), peer: { kind, id: to }, ...fields };
}

export const said = (text: string) => ({ markup: text, plain: text });
