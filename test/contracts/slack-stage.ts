import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Value } from "@sinclair/typebox/value";
import type { Account, Peer } from "../../src/providers/index.ts";
import { decode } from "../../src/providers/slack/decode.ts";
import { slack } from "../../src/providers/slack/index.ts";
import type { Names } from "../../src/providers/slack/mrkdwn.ts";
import { SlackSettings } from "../../src/providers/slack/settings.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import type { Person } from "../doubles/slack/person.ts";
import { type Chat, SlackDouble } from "../doubles/slack/slack-double.ts";
import snapshot from "../fixtures/slack.decoded.json";
import { type Fate, type Place, type ProviderStage, rateLimitMs, type StageNetwork } from "./provider-stage.ts";

/** Slack on the stage: the provider, and the double as its network. */
export async function slackStage(): Promise<ProviderStage<SlackSettings>> {
  const clock = new FakeClock();
  const double = await SlackDouble.start({ clock });
  const network = await SlackNetwork.of(double);
  const { botToken, appToken, apiRoot, signingSecret } = double;
  return {
    provider: slack,
    account: slackAccount({ botToken, appToken, apiRoot }),
    bareAccount: slackAccount({ apiRoot }),
    secrets: {},
    confidential: [botToken, appToken, signingSecret],
    clock,
    network,
    recorded: {
      payloads: await recordedDeliveries(),
      decode: (delivery) => decode(delivery as never, { us, names, receivedAtMs: 1_800_000_000_000 }),
      snapshot,
    },
    sendPatienceMs: 30_000,
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
}

/** Ourselves, and those whom we know, in the recorded deliveries. */
const us = { userId: "U0CLAWDIA", botId: "B0CLAWDIA", slashCommand: "/clawdia", replyInThread: false };
const names: Names = {
  user: (id) => ({ U0BOB: "Bob", U0ALICE: "Alice" })[id],
  chat: (id) => ({ C0KITCHEN: "kitchen" })[id],
};

/** With every default that is not named. */
export function slackAccount(settings: Partial<SlackSettings>): Account<SlackSettings> {
  return { provider: "slack", id: "main", settings: { ...Value.Create(SlackSettings), ...settings } };
}

async function recordedDeliveries(): Promise<Readonly<Record<string, unknown>>> {
  const folder = join(import.meta.dir, "../fixtures/slack");
  const files = readdirSync(folder).map(async (file) => {
    return [file.replace(/\.json$/, ""), await Bun.file(join(folder, file)).json()] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

interface Cast {
  readonly double: SlackDouble;
  readonly bob: Person;
  readonly channel: Chat;
  /** The message that a thread hangs on. */
  readonly root: string;
}

class SlackNetwork implements StageNetwork {
  readonly places: readonly Place[] = ["direct", "group", "thread"];
  readonly #cast: Cast;

  private constructor(cast: Cast) {
    this.#cast = cast;
  }

  static async of(double: SlackDouble): Promise<SlackNetwork> {
    const bob = await double.person("Bob");
    const channel = await double.channel("kitchen", [bob]);
    const root = await bob.posts("the garden", { chat: channel });
    return new SlackNetwork({ double, bob, channel, root });
  }

  get bobId(): string {
    return this.#cast.bob.id;
  }

  peer(place: Place): Peer {
    const { bob, channel, root } = this.#cast;
    if (place === "direct") return { kind: "direct", id: bob.directId };
    const group = { kind: "group", id: channel.id } as const;
    return place === "group" ? group : { ...group, threadId: root };
  }

  async says(text: string, place: Place = "direct", meansUs = false): Promise<string> {
    const { double, bob, channel, root } = this.#cast;
    const where = { direct: {}, group: { chat: channel }, thread: { chat: channel, thread: root } }[place];
    const said = await bob.says(meansUs && place !== "direct" ? `<@${double.bot.userId}> ${text}` : text, where);
    return said.ts;
  }

  async echoes(text: string): Promise<void> {
    const { double, bob } = this.#cast;
    const at = { channel: bob.directId, channel_type: "im", ts: "1799999999.000100", event_ts: "1799999999.000100" };
    double.inject({ type: "message", user: double.bot.userId, text, ...at });
  }

  async sendsFile(bytes: Uint8Array): Promise<string> {
    const { ts } = await this.#cast.bob.sendsFile({ bytes, fileName: "notes.txt" });
    return ts;
  }

  acknowledged(): readonly string[] {
    return this.#cast.double.acknowledged;
  }

  redelivers(): Promise<void> {
    return this.#cast.double.bringAgain();
  }

  until<T>(question: () => T | undefined | false): Promise<T> {
    return this.#cast.double.until(question);
  }

  nextSend(fate: Fate): void {
    const { double } = this.#cast;
    if (fate === "unreachable") return double.goDown();
    const does = {
      refused: { kind: "refuse", error: "service_unavailable" },
      "refused for good": { kind: "refuse", error: "is_archived" },
      "rate limited": { kind: "limit", retryAfterSeconds: rateLimitMs / 1000 },
      cut: { kind: "drop-answer" },
      unanswered: { kind: "hold-answer" },
    } as const;
    double.fault({ method: "chat.postMessage", does: does[fate] });
  }

  sent(): readonly string[] {
    const done = this.#cast.double.calls("chat.postMessage").filter(({ applied }) => applied);
    return done.map(({ params }) => String(params["text"]));
  }

  breaks(): void {
    this.#cast.double.goDown();
  }

  mends(): Promise<void> {
    return this.#cast.double.comeBack();
  }

  revokes(): void {
    this.#cast.double.revoke();
  }

  contacts(): number {
    const { double } = this.#cast;
    return double.calls().length + double.sockets.opened;
  }

  downloads(): number {
    const { double } = this.#cast;
    return double.calls("download").length + double.calls("files.info").length;
  }
}
