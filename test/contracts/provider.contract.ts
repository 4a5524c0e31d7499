import { expect, test } from "bun:test";
import { type DeliveryError, type Link, type OutboundMessage, type RenderedText } from "../../src/providers/index.ts";
import { RecordingPorts } from "../doubles/recording-ports.ts";
import { rejectionOf } from "../doubles/rejection.ts";
import { type Fate, type ProviderStage, rateLimitMs } from "./provider-stage.ts";

export type ProviderLaw =
  | "a message is acknowledged only after it is stored"
  | "a message that was not stored comes again as the same message"
  | "our own messages do not come in"
  | "a verb is there exactly when it is named"
  | "a link is connecting, then connected and says who we are"
  | "a lost connection is told, and another link connects again"
  | "opening resolves while the network cannot be reached"
  | "revoked credentials end the link, and nothing is tried after that"
  | "without credentials the link says what to do"
  | "after dispose nothing comes in and nothing is told"
  | "an aborted send rejects at once"
  | "a failed send says whether it may have left"
  | "a rate limit says when to come back"
  | "direct, group and thread are told apart, and we are meant only when we are"
  | "media is fetched only when it is asked for, and only up to its limit"
  | "recorded payloads decode as they did"
  | "neither secrets nor texts are in logs and errors"
  | "text arrives as the house rendered it"
  | "the same edit twice is no error";

/** A link at work. Whatever a law does, no secret and no text may be in the log by its end. */
interface Scene<Settings> {
  readonly stage: ProviderStage<Settings>;
  readonly ports: RecordingPorts;
  readonly link: Link;
}

const bobsText = "text that bob wrote: grün 😀";
const ourText: RenderedText = { markup: "text that we wrote", plain: "text that we wrote" };

/** The laws, one test each. A law that a provider cannot keep is excused in writing. */
export function providerContract<Settings>(
  name: string,
  makeStage: () => Promise<ProviderStage<Settings>>,
  excuses: Partial<Record<ProviderLaw, string>> = {},
): void {
  const law = (title: ProviderLaw, run: (stage: ProviderStage<Settings>, ports: RecordingPorts) => Promise<void>) => {
    const excuse = excuses[title];
    test(`${name}: ${title}${excuse === undefined ? "" : ` (excused: ${excuse})`}`, async () => {
      if (excuse !== undefined) return;
      await using stage = await makeStage();
      const ports = new RecordingPorts(stage.clock, stage.secrets);
      await run(stage, ports);
      expectNothingLeaked(ports.captured.text, stage);
    });
  };
  const linked = (title: ProviderLaw, run: (scene: Scene<Settings>) => Promise<void>) =>
    law(title, async (stage, ports) => {
      await using link = await stage.provider.open(stage.account, ports);
      await ports.told("connected");
      await run({ stage, ports, link });
    });

  receivingLaws(linked);
  livingLaws(law, linked);
  sendingLaws(linked);
  knowingLaws(law, linked);
}

type Linked<Settings> = (title: ProviderLaw, run: (scene: Scene<Settings>) => Promise<void>) => void;
type Staged<Settings> = (
  title: ProviderLaw,
  run: (stage: ProviderStage<Settings>, ports: RecordingPorts) => Promise<void>,
) => void;

function receivingLaws<Settings>(linked: Linked<Settings>): void {
  linked("a message is acknowledged only after it is stored", async ({ stage: { network, clock }, ports }) => {
    const stored = Promise.withResolvers<void>();
    ports.store = () => stored.promise;
    const id = await network.says(bobsText);
    await ports.heard(id);
    await clock.advance(1000);
    expect(network.acknowledged()).not.toContain(id);
    stored.resolve();
    await network.until(() => network.acknowledged().includes(id));
    expect(ports.received.map(({ ref }) => ref.messageId)).toEqual([id]);
  });

  linked("a message that was not stored comes again as the same message", async ({ stage: { network }, ports }) => {
    ports.store = () => Promise.reject(new Error("the disk is full"));
    const id = await network.says(bobsText);
    const first = await ports.heard(id);
    ports.store = () => Promise.resolve();
    await network.redelivers();
    const second = await ports.until(() => ports.received[1]);
    expect(second).toEqual(first);
    await network.until(() => network.acknowledged().includes(id));
  });

  linked("our own messages do not come in", async ({ stage: { network }, ports, link }) => {
    await link.send(message(network.peer("direct")), never);
    await network.echoes("an echo");
    const id = await network.says(bobsText);
    await ports.heard(id);
    expect(ports.received.map(({ sender }) => sender.id)).toEqual([network.bobId]);
  });

  linked(
    "direct, group and thread are told apart, and we are meant only when we are",
    async ({ stage: { network }, ports }) => {
      for (const place of network.places) {
        for (const meansUs of place === "direct" ? [true] : [false, true]) {
          const id = await network.says(bobsText, place, meansUs);
          const received = await ports.heard(id, network.peer(place).id);
          expect([place, received.ref.peer, received.mentionsSelf]).toEqual([place, network.peer(place), meansUs]);
          expect(received.sender.id).toBe(network.bobId);
        }
      }
    },
  );

  linked(
    "media is fetched only when it is asked for, and only up to its limit",
    async ({ stage: { network }, ports, link }) => {
      const bytes = new Uint8Array(50_000).map((_, index) => index % 251);
      const { media } = await ports.heard(await network.sendsFile(bytes));
      const handle = media[0]!.handle;
      expect(network.downloads()).toBe(0);
      const download = (bytesMax: number, signal = never) => link.download!(handle, bytesMax, signal);
      expect((await download(bytes.length)).bytes).toEqual(bytes);
      expect(await rejectionOf(download(bytes.length - 1))).toMatchObject({ name: "MediaError", isPermanent: true });
      expect(await rejectionOf(download(bytes.length, AbortSignal.abort("stop")))).toBe("stop");
    },
  );
}

function livingLaws<Settings>(law: Staged<Settings>, linked: Linked<Settings>): void {
  linked("a link is connecting, then connected and says who we are", async ({ stage, ports, link }) => {
    expect(ports.kinds).toEqual(["connecting", "connected"]);
    const { self } = await ports.told("connected");
    expect([self.id, self.name].map((text) => text.length > 0)).toEqual([true, true]);
    await link.probe(never);
    const known = stage.provider.configured(stage.account, ports.secrets);
    expect(known.isConfigured).toBe(true);
  });

  linked("a lost connection is told, and another link connects again", async ({ stage, ports, link }) => {
    const { network, provider, account } = stage;
    network.breaks();
    expect((await ports.told("lost")).reason).not.toBe("");
    expect(await rejectionOf(link.probe(never))).toBeInstanceOf(Error);
    await link[Symbol.asyncDispose]();
    expect(ports.kinds).toEqual(["connecting", "connected", "lost"]);
    await network.mends();
    const again = new RecordingPorts(stage.clock, stage.secrets);
    await using second = await provider.open(account, again);
    await again.told("connected");
    await again.heard(await network.says(bobsText));
    await second.probe(never);
  });

  law("opening resolves while the network cannot be reached", async (stage, ports) => {
    stage.network.breaks();
    await using link = await stage.provider.open(stage.account, ports);
    await ports.told("lost");
    expect(await rejectionOf(link.probe(never))).toBeInstanceOf(Error);
    expect(ports.kinds).toEqual(["connecting", "lost"]);
  });

  linked("revoked credentials end the link, and nothing is tried after that", async ({ stage, ports, link }) => {
    const { network, clock } = stage;
    network.revokes();
    const sending = link.send(message(network.peer("direct")), never);
    expect(await rejectionOf(sending)).toMatchObject({ name: "DeliveryError", isCertain: true });
    const { reason, cure } = await ports.told("logged-out");
    expect([reason, cure]).not.toContain("");
    const contacts = network.contacts();
    await clock.advance(10 * 60_000);
    expect(network.contacts()).toBe(contacts);
    expect(ports.kinds).toEqual(["connecting", "connected", "logged-out"]);
  });

  law("without credentials the link says what to do", async (stage) => {
    const ports = new RecordingPorts(stage.clock);
    expect(stage.provider.configured(stage.bareAccount, ports.secrets)).toEqual({ isConfigured: false });
    await using link = await stage.provider.open(stage.bareAccount, ports);
    expect((await ports.told("logged-out")).cure).toStartWith("clawdia ");
    expect(await rejectionOf(link.probe(never))).toBeInstanceOf(Error);
    expect(ports.kinds).toEqual(["connecting", "logged-out"]);
    expect(stage.network.contacts()).toBe(0);
  });

  linked("after dispose nothing comes in and nothing is told", async ({ stage: { network, clock }, ports, link }) => {
    const stored = Promise.withResolvers<void>();
    ports.store = () => stored.promise;
    await ports.heard(await network.says("before"));
    await link[Symbol.asyncDispose]();
    await link[Symbol.asyncDispose]();
    await network.says("after");
    stored.resolve();
    network.breaks();
    await clock.advance(10 * 60_000);
    expect([ports.received.length, ports.kinds]).toEqual([1, ["connecting", "connected"]]);
    const late = link.send(message(network.peer("direct")), never);
    expect(await rejectionOf(late)).toMatchObject({ name: "DeliveryError", isCertain: true, isPermanent: false });
  });
}

const fates: readonly (readonly [fate: Fate, isCertain: boolean, isPermanent: boolean])[] = [
  ["refused", true, false],
  ["refused for good", true, true],
  ["rate limited", true, false],
  ["cut", false, false],
  ["unanswered", false, false],
  // The last, for it may take the link with it.
  ["unreachable", true, false],
];

function sendingLaws<Settings>(linked: Linked<Settings>): void {
  linked("an aborted send rejects at once", async ({ stage: { network }, link }) => {
    network.nextSend("unanswered");
    const abort = new AbortController();
    const sending = link.send(message(network.peer("direct")), abort.signal);
    await network.until(() => network.sent().length === 1);
    abort.abort("enough");
    expect(await rejectionOf(sending)).toBe("enough");
    expect(await rejectionOf(link.send(message(network.peer("direct")), AbortSignal.abort("early")))).toBe("early");
    expect(network.sent().length).toBe(1);
  });

  linked("a failed send says whether it may have left", async ({ stage, link }) => {
    for (const [fate, isCertain, isPermanent] of fates) {
      const error = await failing(stage, link, fate);
      expect([fate, error.name, error.isCertain, error.isPermanent]).toEqual([
        fate,
        "DeliveryError",
        isCertain,
        isPermanent,
      ]);
    }
  });

  linked("a rate limit says when to come back", async ({ stage, link }) => {
    expect((await failing(stage, link, "rate limited")).retryAfterMs).toBe(rateLimitMs);
  });

  linked("text arrives as the house rendered it", async ({ stage: { network, provider }, link }) => {
    for (const place of network.places) {
      const text = `${place}: naïve — 日本語 😀\n\n  indented  x`;
      const { messageId } = await link.send(message(network.peer(place), { markup: text, plain: text }), never);
      expect(messageId).not.toBe("");
      expect(network.sent().at(-1)).toBe(text);
    }
    const longest = "x".repeat(provider.can.textCharsMax);
    await link.send(message(network.peer("direct"), { markup: longest, plain: longest }), never);
    expect(network.sent().at(-1)).toBe(longest);
  });

  linked("the same edit twice is no error", async ({ stage: { network }, link }) => {
    const peer = network.peer("direct");
    const { messageId } = await link.send(message(peer), never);
    const edited = message(peer, { markup: "edited", plain: "edited" });
    await link.edit!({ peer, messageId }, edited, never);
    await link.edit!({ peer, messageId }, edited, never);
    const gone = link.edit!({ peer, messageId: "999999999" }, edited, never);
    expect(await rejectionOf(gone)).toMatchObject({ name: "DeliveryError", isPermanent: true });
  });
}

function knowingLaws<Settings>(law: Staged<Settings>, linked: Linked<Settings>): void {
  linked("a verb is there exactly when it is named", async ({ stage: { provider }, link }) => {
    const verbs = ["edit", "react", "typing", "markRead", "download", "setCommands", "reconcile"] as const;
    const there = verbs.filter((verb) => typeof link[verb] === "function");
    expect(there).toEqual(verbs.filter((verb) => provider.can.verbs.includes(verb)));
    await Promise.resolve();
  });

  law("recorded payloads decode as they did", async ({ recorded }) => {
    const names = Object.keys(recorded.payloads).toSorted();
    const decoded = names.map((name) => [name, recorded.decode(recorded.payloads[name])] as const);
    expect(JSON.parse(JSON.stringify(Object.fromEntries(decoded)))).toEqual(recorded.snapshot);
    expect(names.length).toBeGreaterThanOrEqual(40);
    await Promise.resolve();
  });

  linked("neither secrets nor texts are in logs and errors", async ({ stage, ports, link }) => {
    const { network } = stage;
    const told: unknown[] = [];
    ports.store = () => Promise.reject(new Error("the disk is full"));
    await ports.heard(await network.says(bobsText));
    for (const [fate] of fates) told.push(await failing(stage, link, fate));
    network.breaks();
    told.push(await ports.told("lost"));
    told.push(await link.probe(never).catch((error: unknown) => error));
    expectNothingLeaked(told.map((one) => Bun.inspect(one, { depth: 8 })).join("\n"), stage);
  });
}

const never = new AbortController().signal;

function message(peer: OutboundMessage["peer"], text = ourText): OutboundMessage {
  return { sendId: "0123456789abcdef01234567", peer, text };
}

/** Sends into a fate that ends in a failure, with all the time that it takes. */
async function failing<Settings>(stage: ProviderStage<Settings>, link: Link, fate: Fate): Promise<DeliveryError> {
  const { network, clock, sendPatienceMs } = stage;
  const before = network.sent().length;
  network.nextSend(fate);
  const failed = link.send(message(network.peer("direct")), never).then(
    () => expect.unreachable(`a send that is ${fate} fails`),
    (error: unknown) => error as DeliveryError,
  );
  if (fate === "unanswered") {
    await network.until(() => network.sent().length > before);
    await clock.advance(sendPatienceMs);
  }
  return failed;
}

function expectNothingLeaked<Settings>(text: string, { confidential }: ProviderStage<Settings>): void {
  for (const secret of [...confidential, bobsText, ourText.plain]) expect(text).not.toContain(secret);
}
