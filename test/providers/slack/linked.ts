import type { Link, OutboundMessage, Records } from "../../../src/providers/index.ts";
import { slack } from "../../../src/providers/slack/index.ts";
import type { SlackSettings } from "../../../src/providers/slack/settings.ts";
import { slackAccount } from "../../contracts/slack-stage.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { memoryRecords } from "../../doubles/memory-records.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import type { Person } from "../../doubles/slack/person.ts";
import { SlackDouble, type SlackDoubleOptions } from "../../doubles/slack/slack-double.ts";

/** An app at work against the double, with bob, who has a chat with it. */
export interface Linked extends AsyncDisposable {
  readonly double: SlackDouble;
  readonly ports: RecordingPorts;
  readonly link: Link;
  readonly clock: FakeClock;
  readonly bob: Person;
  readonly records: Records;
  /** Another link of the same account, as after a restart. */
  reopen(settings?: Partial<SlackSettings>): Promise<Opened>;
}

export interface Opened extends AsyncDisposable {
  readonly ports: RecordingPorts;
  readonly link: Link;
}

export interface Wishes {
  readonly settings?: Partial<SlackSettings>;
  readonly double?: SlackDoubleOptions;
  /** Before the link is opened. */
  readonly before?: (double: SlackDouble) => void | Promise<void>;
  /** What is waited for; connected, unless a test says otherwise. */
  readonly until?: "connected" | "connecting";
}

export async function linked({ settings, double: options, before, until = "connected" }: Wishes = {}): Promise<Linked> {
  const clock = new FakeClock();
  const double = await SlackDouble.start({ clock, ...options });
  const bob = await double.person("Bob");
  await before?.(double);
  const records = memoryRecords();
  const reopen = async (changes: Partial<SlackSettings> = {}): Promise<Opened> => {
    const ports = new RecordingPorts(clock, {}, records);
    const { botToken, appToken, signingSecret, apiRoot } = double;
    const account = slackAccount({ botToken, appToken, signingSecret, apiRoot, ...settings, ...changes });
    const link = await slack.open(account, ports);
    return { ports, link, [Symbol.asyncDispose]: () => link[Symbol.asyncDispose]() };
  };
  const { ports, link } = await reopen();
  await ports.told(until);
  return {
    double,
    ports,
    link,
    clock,
    bob,
    records,
    reopen,
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]();
      await double[Symbol.asyncDispose]();
    },
  };
}

export const never = new AbortController().signal;

export function outbound(channel: string, fields: Partial<OutboundMessage> = {}): OutboundMessage {
  const peer = { kind: channel.startsWith("D") ? "direct" : "group", id: channel } as const;
  return { sendId: "0123456789abcdef01234567", peer, ...fields };
}

export const said = (text: string) => ({ markup: text, plain: text });
