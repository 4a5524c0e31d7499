import { discord } from "../../../src/providers/discord/index.ts";
import type { DiscordSettings } from "../../../src/providers/discord/settings.ts";
import type { Link, OutboundMessage, Peer, Records } from "../../../src/providers/index.ts";
import { discordAccount } from "../../contracts/discord-stage.ts";
import { DiscordDouble, type DiscordDoubleOptions } from "../../doubles/discord/discord-double.ts";
import type { Person } from "../../doubles/discord/person.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { memoryRecords } from "../../doubles/memory-records.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";

/** A link on the double, with Bob at hand. */
export interface Scene extends AsyncDisposable {
  readonly double: DiscordDouble;
  readonly clock: FakeClock;
  readonly bob: Person;
  readonly records: Records;
  /** Another opening of the same account. */
  open(settings?: Partial<DiscordSettings>): Promise<Opened>;
}

export interface Opened extends AsyncDisposable {
  readonly link: Link;
  readonly ports: RecordingPorts;
}

export const never = new AbortController().signal;

export async function scene(options: DiscordDoubleOptions = {}): Promise<Scene> {
  const clock = new FakeClock();
  const double = await DiscordDouble.start({ clock, ...options });
  const records = memoryRecords();
  return {
    double,
    clock,
    bob: double.person("Bob"),
    records,
    open: async (settings = {}) => {
      const ports = new RecordingPorts(clock, {}, records);
      const account = discordAccount({ botToken: double.token, apiRoot: double.apiRoot, ...settings });
      const link = await discord.open(account, ports);
      return { link, ports, [Symbol.asyncDispose]: () => link[Symbol.asyncDispose]() };
    },
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
}

let count = 0;

export function outbound(peer: Peer, text: string, more: Partial<OutboundMessage> = {}): OutboundMessage {
  const sendId = (++count).toString(16).padStart(24, "0");
  return { sendId, peer, ...(text !== "" && { text: { markup: text, plain: text } }), ...more };
}

export function to(person: Person): Peer {
  return { kind: "direct", id: person.id };
}
