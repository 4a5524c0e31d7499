import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Value } from "@sinclair/typebox/value";
import type { GatewayGuildCreateDispatchData } from "discord-api-types/v10";
import type { Account, Peer } from "../../src/providers/index.ts";
import { decode } from "../../src/providers/discord/decode.ts";
import { discord } from "../../src/providers/discord/index.ts";
import { Places } from "../../src/providers/discord/places.ts";
import { DiscordSettings } from "../../src/providers/discord/settings.ts";
import { DiscordDouble } from "../doubles/discord/discord-double.ts";
import type { Person } from "../doubles/discord/person.ts";
import type { WireChannel } from "../doubles/discord/wire.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import snapshot from "../fixtures/discord.decoded.json";
import guild from "../fixtures/discord-guild.json";
import { type Fate, type Place, type ProviderStage, rateLimitMs, type StageNetwork } from "./provider-stage.ts";

/** Discord on the stage: the provider, and the double as its network. */
export async function discordStage(): Promise<ProviderStage<DiscordSettings>> {
  const clock = new FakeClock();
  const double = await DiscordDouble.start({ clock });
  return {
    provider: discord,
    account: discordAccount({ botToken: double.token, apiRoot: double.apiRoot }),
    bareAccount: discordAccount({ apiRoot: double.apiRoot }),
    secrets: {},
    confidential: [double.token, double.token.split(".")[2]!],
    clock,
    network: new DiscordNetwork(double, clock),
    recorded: { payloads: await recordedEvents(), decode: decodeRecorded, snapshot },
    sendPatienceMs: 30_000,
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
}

/** With every default that is not named. */
export function discordAccount(settings: Partial<DiscordSettings>): Account<DiscordSettings> {
  return { provider: "discord", id: "main", settings: { ...Value.Create(DiscordSettings), ...settings } };
}

export async function recordedEvents(): Promise<Readonly<Record<string, unknown>>> {
  const folder = join(import.meta.dir, "../fixtures/discord");
  const files = readdirSync(folder).map(async (file) => {
    return [file.replace(/\.json$/, ""), await Bun.file(join(folder, file)).json()] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

/** The bot of the recordings, and the server that they come from. */
export const recordedUs = { id: "1100000000000000001" };

export function decodeRecorded(payload: unknown): unknown {
  const places = new Places();
  const known = guild as unknown as Pick<GatewayGuildCreateDispatchData, "id" | "name" | "roles"> & {
    readonly channels: readonly (Parameters<Places["learn"]>[0] & object)[];
  };
  places.learnGuild(known, recordedUs.id);
  for (const channel of known.channels) places.learn(channel, known.id);
  const event = payload as { readonly d?: { readonly channel_id?: string } | null };
  const place = places.find(event.d?.channel_id ?? "");
  const context = { us: recordedUs, places, place, eventId: "recorded-7", receivedAtMs: 1_800_000_000_000 };
  return decode(payload as never, context);
}

class DiscordNetwork implements StageNetwork {
  readonly places: readonly Place[] = ["direct", "group", "thread"];
  readonly #double: DiscordDouble;
  readonly #clock: FakeClock;
  readonly #bob: Person;
  readonly #channel: WireChannel;
  readonly #thread: WireChannel;
  readonly #said: string[] = [];

  constructor(double: DiscordDouble, clock: FakeClock) {
    this.#double = double;
    this.#clock = clock;
    this.#bob = double.person("Bob");
    const house = double.guild("House");
    this.#channel = house.channel("kitchen");
    this.#thread = house.thread(house.forum("ideas"), "dinner");
  }

  get bobId(): string {
    return this.#bob.id;
  }

  peer(place: Place): Peer {
    if (place === "direct") return { kind: "direct", id: this.#bob.id };
    if (place === "group") return { kind: "group", id: this.#channel.id };
    return { kind: "group", id: this.#thread.parent_id!, threadId: this.#thread.id };
  }

  says(text: string, place: Place = "direct", meansUs = false): Promise<string> {
    const channel = { direct: undefined, group: this.#channel, thread: this.#thread }[place];
    const whole = meansUs && place !== "direct" ? `<@${this.#double.bot.id}> ${text}` : text;
    return this.#note(this.#bob.says(whole, { channel }));
  }

  async echoes(text: string): Promise<void> {
    this.#double.botSays(text, this.#bob.direct.id);
    await Promise.resolve();
  }

  sendsFile(bytes: Uint8Array): Promise<string> {
    return this.#note(this.#bob.sendsFile({ bytes, fileName: "notes.txt", mimeType: "text/plain" }));
  }

  /** What the client says to have when it beats. */
  acknowledged(): readonly string[] {
    return this.#said.filter((id) => this.#double.hasAcknowledged(id));
  }

  /** The link brings it again after a pause. */
  async redelivers(): Promise<void> {
    await this.#clock.advance(2000);
  }

  /** The client is asked for a beat after every look, for else it beats in its own time. */
  async until<T>(question: () => T | undefined | false): Promise<T> {
    for (;;) {
      const answer = question();
      if (answer !== undefined && answer !== false) return answer;
      const changed = this.#double.nextChange();
      this.#double.askBeat();
      await changed;
    }
  }

  nextSend(fate: Fate): void {
    if (fate === "unreachable") return this.#double.goDown();
    const does = {
      refused: { kind: "refuse", status: 503 },
      "refused for good": { kind: "refuse", status: 403, code: 50_013 },
      "rate limited": { kind: "refuse", status: 429, retryAfterMs: rateLimitMs },
      cut: { kind: "drop-answer" },
      unanswered: { kind: "hold-answer" },
    } as const;
    this.#double.fault({ method: "createMessage", does: does[fate] });
  }

  /** Of the nonce that Discord knew already nothing was made. */
  sent(): readonly string[] {
    const ours = [this.#bob.direct.id, this.#channel.id, this.#thread.id].flatMap((id) => this.#double.messages(id));
    const made = ours.filter(({ isFromBot }) => isFromBot);
    return made
      .toSorted((one, other) => (BigInt(one.messageId) < BigInt(other.messageId) ? -1 : 1))
      .map(({ text }) => text);
  }

  breaks(): void {
    this.#double.goDown();
  }

  mends(): Promise<void> {
    return this.#double.comeBack();
  }

  revokes(): void {
    this.#double.revokeToken();
  }

  contacts(): number {
    return this.#double.calls().length;
  }

  downloads(): number {
    return this.#double.calls("download").length + this.#double.calls("getMessage").length;
  }

  #note(id: string): Promise<string> {
    this.#said.push(id);
    return Promise.resolve(id);
  }
}
