import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Value } from "@sinclair/typebox/value";
import type { Account, Peer } from "../../src/providers/index.ts";
import { decode } from "../../src/providers/telegram/decode.ts";
import { telegram } from "../../src/providers/telegram/index.ts";
import { TelegramSettings } from "../../src/providers/telegram/settings.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import type { Group } from "../doubles/telegram/group.ts";
import type { Person } from "../doubles/telegram/person.ts";
import { TelegramDouble } from "../doubles/telegram/telegram-double.ts";
import snapshot from "../fixtures/telegram.decoded.json";
import { type Fate, type Place, type ProviderStage, rateLimitMs, type StageNetwork } from "./provider-stage.ts";

/** Telegram on the stage: the provider, and the double as its network. */
export async function telegramStage(): Promise<ProviderStage<TelegramSettings>> {
  const clock = new FakeClock();
  const double = await TelegramDouble.start({ clock });
  const network = await TelegramNetwork.of(double, clock);
  return {
    provider: telegram,
    account: telegramAccount({ botToken: double.token, apiRoot: double.apiRoot }),
    bareAccount: telegramAccount({ apiRoot: double.apiRoot }),
    secrets: {},
    confidential: [double.token, double.token.split(":")[1]!],
    clock,
    network,
    recorded: {
      payloads: await recordedUpdates(),
      decode: (update) => decode(update as never, { id: 123_456_789, username: "clawdia_bot" }, 1_800_000_000_000),
      snapshot,
    },
    sendPatienceMs: 30_000,
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
}

/** With every default that is not named. */
export function telegramAccount(settings: Partial<TelegramSettings>): Account<TelegramSettings> {
  return { provider: "telegram", id: "main", settings: { ...Value.Create(TelegramSettings), ...settings } };
}

async function recordedUpdates(): Promise<Readonly<Record<string, unknown>>> {
  const folder = join(import.meta.dir, "../fixtures/telegram");
  const files = readdirSync(folder).map(async (file) => {
    return [file.replace(/\.json$/, ""), await Bun.file(join(folder, file)).json()] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

interface Cast {
  readonly double: TelegramDouble;
  readonly clock: FakeClock;
  readonly bob: Person;
  readonly group: Group;
  readonly forum: Group;
  readonly topic: number;
}

class TelegramNetwork implements StageNetwork {
  readonly places: readonly Place[] = ["direct", "group", "thread"];
  readonly #cast: Cast;
  /** Which update brought which message. */
  readonly #brought: { readonly updateId: number; readonly messageId: string }[] = [];

  private constructor(cast: Cast) {
    this.#cast = cast;
  }

  static async of(double: TelegramDouble, clock: FakeClock): Promise<TelegramNetwork> {
    const bob = double.person({ name: "Bob", username: "bob" });
    const group = await double.group({ title: "Kitchen", kind: "group" });
    const forum = await double.group({ title: "Forum", kind: "forum" });
    const topic = await forum.topic("Ideas");
    return new TelegramNetwork({ double, clock, bob, group, forum, topic });
  }

  get bobId(): string {
    return String(this.#cast.bob.id);
  }

  peer(place: Place): Peer {
    const { bob, group, forum, topic } = this.#cast;
    if (place === "direct") return { kind: "direct", id: String(bob.id) };
    if (place === "group") return { kind: "group", id: String(group.id) };
    return { kind: "group", id: String(forum.id), threadId: String(topic) };
  }

  async says(text: string, place: Place = "direct", meansUs = false): Promise<string> {
    const { bob, group, forum, topic } = this.#cast;
    const where = { direct: {}, group: { chat: group }, thread: { chat: forum, thread: topic } }[place];
    return this.#note(await bob.says(meansUs && place !== "direct" ? `@clawdia_bot ${text}` : text, where));
  }

  /** Telegram does not do this; a relay between groups does. */
  async echoes(text: string): Promise<void> {
    const { double, bob } = this.#cast;
    const chat = { id: bob.id, type: "private", first_name: "Bob" };
    await double.inject("message", { message_id: 999_999, date: 1_800_000_000, chat, from: double.bot, text });
  }

  async sendsFile(bytes: Uint8Array): Promise<string> {
    return this.#note(await this.#cast.bob.sendsDocument({ bytes, fileName: "notes.txt", mimeType: "text/plain" }));
  }

  acknowledged(): readonly string[] {
    const { confirmed } = this.#cast.double;
    return this.#brought.filter(({ updateId }) => updateId <= confirmed).map(({ messageId }) => messageId);
  }

  /** The link asks again after a pause. */
  async redelivers(): Promise<void> {
    await this.#cast.clock.advance(2000);
  }

  until<T>(question: () => T | undefined | false): Promise<T> {
    return this.#cast.double.until(question);
  }

  nextSend(fate: Fate): void {
    const { double } = this.#cast;
    if (fate === "unreachable") return double.goDown();
    const does = {
      refused: { kind: "refuse", code: 500 },
      "refused for good": { kind: "refuse", code: 403 },
      "rate limited": { kind: "refuse", code: 429, retryAfter: rateLimitMs / 1000 },
      cut: { kind: "drop-answer" },
      unanswered: { kind: "hold-answer" },
    } as const;
    double.fault({ method: "sendMessage", does: does[fate] });
  }

  sent(): readonly string[] {
    const done = this.#cast.double.calls("sendMessage").filter(({ applied }) => applied);
    return done.map(({ params }) => String(params["text"]));
  }

  breaks(): void {
    this.#cast.double.goDown();
  }

  mends(): Promise<void> {
    return this.#cast.double.comeBack();
  }

  revokes(): void {
    this.#cast.double.revokeToken();
  }

  contacts(): number {
    return this.#cast.double.calls().length;
  }

  downloads(): number {
    const { double } = this.#cast;
    return double.calls("download").length + double.calls("getFile").length;
  }

  #note({ updateId, messageId }: { readonly updateId: number | undefined; readonly messageId: number }): string {
    this.#brought.push({ updateId: updateId!, messageId: String(messageId) });
    return String(messageId);
  }
}
