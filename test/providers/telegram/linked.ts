import type { Link, OutboundMessage } from "../../../src/providers/index.ts";
import { telegram } from "../../../src/providers/telegram/index.ts";
import type { TelegramSettings } from "../../../src/providers/telegram/settings.ts";
import { telegramAccount } from "../../contracts/telegram-stage.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import type { Person } from "../../doubles/telegram/person.ts";
import { TelegramDouble } from "../../doubles/telegram/telegram-double.ts";

/** A bot at work against the double, with bob, who has talked to it. */
export interface Linked extends AsyncDisposable {
  readonly double: TelegramDouble;
  readonly ports: RecordingPorts;
  readonly link: Link;
  readonly clock: FakeClock;
  readonly bob: Person;
  /** Another link to the same bot, as after a restart. */
  reopen(settings?: Partial<TelegramSettings>): Promise<Opened>;
}

export interface Opened extends AsyncDisposable {
  readonly ports: RecordingPorts;
  readonly link: Link;
}

export interface Wishes {
  readonly settings?: Partial<TelegramSettings>;
  /** Before the link is opened. */
  readonly before?: (double: TelegramDouble) => void | Promise<void>;
  /** What is waited for; connected, unless a test says otherwise. */
  readonly until?: "connected" | "connecting";
}

export async function linked({ settings, before, until = "connected" }: Wishes = {}): Promise<Linked> {
  const clock = new FakeClock();
  const double = await TelegramDouble.start({ clock });
  const bob = double.person({ name: "Bob", username: "bob" });
  await before?.(double);
  const reopen = async (changes: Partial<TelegramSettings> = {}): Promise<Opened> => {
    const ports = new RecordingPorts(clock);
    const account = telegramAccount({ botToken: double.token, apiRoot: double.apiRoot, ...settings, ...changes });
    const link = await telegram.open(account, ports);
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
    reopen,
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]();
      await double[Symbol.asyncDispose]();
    },
  };
}

export const never = new AbortController().signal;

export function outbound(chatId: number, fields: Partial<OutboundMessage> = {}): OutboundMessage {
  const peer = { kind: "direct", id: String(chatId) } as const;
  return { sendId: "0123456789abcdef01234567", peer, ...fields };
}

export const said = (text: string) => ({ markup: text, plain: text });
