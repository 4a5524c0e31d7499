import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Value } from "@sinclair/typebox/value";
import { realClock } from "../src/lib/index.ts";
import type { Link, OutboundMessage } from "../src/providers/index.ts";
import { signal } from "../src/providers/signal/index.ts";
import { SignalSettings } from "../src/providers/signal/settings.ts";
import { memoryRecords } from "../test/doubles/memory-records.ts";
import { RecordingPorts } from "../test/doubles/recording-ports.ts";
import type { MockDevice, MockPhone } from "../test/doubles/signal/real/mock-types.ts";
import { RealSignal } from "../test/doubles/signal/real/real-signal.ts";
import { writeRealSignalCli } from "../test/doubles/signal/real/real-signal-cli.ts";
import { check, failedSteps, step } from "./lib/steps.ts";

/**
 * `bun scripts/signal-heavy.ts [--record FOLDER]`: the provider with the real signal-cli and Signal's own test server.
 * It needs Java 21 in PATH and, once, `bun install` in `test/doubles/signal/real`. With a folder, everything that
 * signal-cli handed over is written there. Exit code 1 when something is not as it should be.
 */

type HeavyPorts = RecordingPorts<typeof realClock>;

interface Scene {
  readonly real: RealSignal;
  readonly folder: string;
  readonly bot: MockPhone;
  readonly alice: MockPhone;
  readonly ports: HeavyPorts;
  readonly records: ReturnType<typeof memoryRecords>;
  readonly settings: SignalSettings;
}

const said = (text: string) => ({ markup: text, plain: text });
const edit = (timestamp: number, targetSentTimestamp: number, body: string) => ({
  editMessage: { targetSentTimestamp, dataMessage: { timestamp, body } },
});
const never = new AbortController().signal;
const recordOption = process.argv.indexOf("--record");

await main();
process.exit(failedSteps() === 0 ? 0 : 1);

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "signal-heavy-"));
  try {
    await using real = await RealSignal.start(folder);
    const command = writeRealSignalCli(folder, real.url);
    const [bot, alice] = [await real.phone("Bot"), await real.phone("Alice")];
    const settings = { ...Value.Create(SignalSettings), command };
    const records = memoryRecords();
    const ports = newPorts(folder, records);
    const scene: Scene = { real, folder, bot, alice, ports, records, settings };
    await step("a phone links the gateway by a code", () => linkByCode(scene));
    await conversation(scene);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function newPorts(folder: string, records: Scene["records"], secrets: Record<string, string> = {}): HeavyPorts {
  const ports = new RecordingPorts(realClock, secrets, records);
  ports.programsFolder = join(folder, "account");
  mkdirSync(ports.programsFolder, { recursive: true });
  return ports;
}

async function linkByCode({ real, bot, ports, settings }: Scene): Promise<void> {
  const talk = signal.login!({ provider: "signal", id: "main", settings }, ports);
  for (let turn = await talk.next({}); ; turn = await talk.next({})) {
    if (turn.done) return check(turn.value.self.id === bot.device.aci, "another account was linked");
    if (turn.value.kind === "qr") void real.scan(bot, turn.value.text).catch(() => undefined);
  }
}

async function openLink(scene: Scene, ports: HeavyPorts): Promise<Link> {
  const link = await signal.open({ provider: "signal", id: "main", settings: scene.settings }, ports);
  const state = await ports.until(() => ports.states.find(({ kind }) => kind !== "connecting"));
  if (state.kind !== "connected") throw new Error(`${JSON.stringify(state)}: ${ports.captured.text}`);
  check(state.self.id === scene.bot.device.aci, "we are somebody else");
  return link;
}

/** Everything that goes between Alice and us. */
async function conversation(scene: Scene): Promise<void> {
  const { real, bot, alice, ports, folder, records } = scene;
  const link = await openLink(scene, ports);
  const linked = (await real.server.getDeviceByServiceId(bot.device.aci, 2))!;
  await alice.addSingleUseKey(linked, await linked.popSingleUseKey());
  await receiving(scene, link, linked);
  await receivingMore(scene, link, linked);
  await sending(scene, link);
  await step("what comes while the daemon is gone comes once when it is back", async () => {
    await link[Symbol.asyncDispose]();
    void alice.sendText(linked, "while you were away", { timestamp: Date.now() });
    const again = newPorts(folder, records, secretsOf(ports));
    const second = await openLink(scene, again);
    await again.until(() => again.received.some(({ text }) => text === "while you were away"));
    await second[Symbol.asyncDispose]();
    check(again.received.filter(({ text }) => text === "while you were away").length === 1, "it came twice");
    check(!again.captured.text.includes(bot.device.number), "the log has the number");
  });
  await step("a daemon that is killed is told, and nothing is lost", () => killedDaemon(scene, linked));
  await step("a device that the phone takes off its list is logged out", async () => {
    await real.server.removeDevice(bot.device.number, 2);
    const last = newPorts(folder, records, secretsOf(ports));
    const settings = scene.settings;
    const gone = await signal.open({ provider: "signal", id: "main", settings }, last);
    const end = await last.until(() => last.states.find(({ kind }) => kind === "logged-out" || kind === "lost"));
    await gone[Symbol.asyncDispose]();
    check(end.kind === "logged-out", `it ended as ${JSON.stringify(end)}: ${last.captured.text}`);
  });
}

function secretsOf({ secrets }: HeavyPorts): Record<string, string> {
  return { number: secrets.get("number")!, dataFolder: secrets.get("dataFolder")! };
}

async function killedDaemon(scene: Scene, linked: MockDevice): Promise<void> {
  const { alice, ports, folder, records } = scene;
  const one = newPorts(folder, records, secretsOf(ports));
  const link = await openLink(scene, one);
  for (let index = 0; index < 20; index++) {
    void alice.sendText(linked, `burst ${index}`, { timestamp: Date.now() + index });
  }
  await one.until(() => one.received.length > 3);
  const running = Bun.spawnSync(["pgrep", "-f", `java.*--config=${folder}`])
    .stdout.toString()
    .trim()
    .split("\n");
  for (const pid of running) process.kill(Number(pid), "SIGKILL");
  await one.told("lost");
  await link[Symbol.asyncDispose]();
  const two = newPorts(folder, records, secretsOf(ports));
  const second = await openLink(scene, two);
  const heard = () => new Set([...one.received, ...two.received].map(({ text }) => text));
  await two.until(() => heard().size >= 20);
  await second[Symbol.asyncDispose]();
}

/** Alice, as one who writes to us; every message has a time of its own. */
function voiceOf({ alice, ports }: Scene, linked: MockDevice) {
  let clock = Date.now();
  const sends = async (content: (timestamp: number) => object, options: { readonly sealed?: boolean } = {}) => {
    const timestamp = ++clock;
    await alice.sendRaw(linked, content(timestamp), { timestamp, ...options });
    return timestamp;
  };
  const says = (fields: object, options = {}) =>
    sends((timestamp) => ({ dataMessage: { timestamp, ...fields } }), options);
  const heard = (timestamp: number, chat?: string) => ports.heard(`${timestamp}:${alice.device.aci}`, chat);
  return { sends, says, heard };
}

async function receiving(scene: Scene, link: Link, linked: MockDevice): Promise<void> {
  const { alice, bot, ports } = scene;
  const profileKey = Buffer.from(alice.profileKey.serialize());
  const from = alice.device.aci;
  const { sends, says, heard } = voiceOf(scene, linked);
  let first = 0;
  await step("a text comes, plain and sealed", async () => {
    first = await says({ body: "hello", profileKey });
    check((await heard(first)).text === "hello", "another text");
    check(
      (await heard(await says({ body: "sealed hello" }, { sealed: true }))).text === "sealed hello",
      "another text",
    );
  });
  await step("a mention of us, a quote and styles come", async () => {
    const mention = { start: 0, length: 1, mentionAci: bot.device.aci };
    const told = await heard(await says({ body: "\uFFFC look", bodyRanges: [mention] }));
    check(told.text === "look" && told.mentionsSelf, "no mention");
    const quote = { id: first, authorAci: from, text: "hello", type: 0 };
    const quoted = await heard(await says({ body: "bold", bodyRanges: [{ start: 0, length: 4, style: 1 }], quote }));
    check(quoted.replyTo?.messageId === `${first}:${from}`, "no quote");
  });
  await step("a reaction and edits of edits name the first message", async () => {
    const reaction = { emoji: "👍", remove: false, targetAuthorAci: from, targetSentTimestamp: first };
    await says({ reaction });
    const reacted = await ports.until(() => ports.received.find(({ event }) => event.kind === "reaction"));
    check(reacted.text === "👍" && reacted.ref.messageId === `${first}:${from}`, "another reaction");
    const edited = await sends((timestamp) => edit(timestamp, first, "hello, edited"));
    await sends((timestamp) => edit(timestamp, edited, "hello, edited twice"));
    const second = await ports.until(() => ports.received.find(({ text }) => text === "hello, edited twice"));
    check(second.ref.messageId === `${first}:${from}` && second.event.kind === "edit", "another message");
  });
  await step("deletes, typing, receipts and calls do not come", async () => {
    const before = ports.received.length;
    await says({ delete: { targetSentTimestamp: first } });
    await sends((timestamp) => ({ typingMessage: { timestamp, action: 0 } }));
    await sends(() => ({ receiptMessage: { type: 1, timestamp: [first] } }));
    await sends(() => ({ callMessage: { offer: { id: 1, type: 0, opaque: Buffer.from("x") } } }));
    await heard(await says({ body: "after these" }));
    check(ports.received.length === before + 1, "something else came");
  });
  await step("what we read is told to who wrote", async () => {
    await link.markRead!({ peer: { kind: "direct", id: from }, messageId: `${first}:${from}` });
    for (;;) {
      const { receiptMessage } = await alice.waitForReceipt();
      if (receiptMessage["type"] === 1) return;
    }
  });
}

async function receivingMore(scene: Scene, link: Link, linked: MockDevice): Promise<void> {
  const { real, alice, bot } = scene;
  const { says, heard } = voiceOf(scene, linked);
  await step("a file comes, and is what was sent", async () => {
    const bytes = new Uint8Array(40_000).map((_, index) => index % 251);
    const pointer = await real.store(bytes, "image/png", "picture.png");
    const { media } = await heard(await says({ body: "look at this", attachments: [pointer] }));
    check(media[0]?.kind === "image" && media[0].fileName === "picture.png", "another file");
    const loaded = await link.download!(media[0]!.handle, 100_000, never);
    check(Buffer.compare(loaded.bytes, bytes) === 0, "other bytes");
  });
  await step("a long text comes whole", async () => {
    const { text } = await heard(await says({ body: "word ".repeat(399) }));
    check(text.length === 1995, `it has ${text.length} characters`);
  });
  await step("a group is written in both ways", async () => {
    const group = await alice.createGroup({ title: "Kitchen", members: [alice, bot] });
    const groupV2 = group.toContext();
    const mention = { start: 0, length: 1, mentionAci: bot.device.aci };
    const first = await says({ body: "\uFFFC in a group", bodyRanges: [mention], groupV2 });
    const told = await heard(first, group.id);
    check(told.ref.peer.kind === "group" && told.mentionsSelf, "no mention");
    await link.send({ sendId: "0".repeat(24), peer: told.ref.peer, text: said("hi all") }, never);
    check((await alice.waitForMessage()).body === "hi all", "another text");
  });
  if (recordOption !== -1) keepRecordings(scene, process.argv[recordOption + 1]!);
}

async function sending({ real, alice, bot, ports }: Scene, link: Link): Promise<void> {
  const peer = { kind: "direct", id: alice.device.aci } as const;
  const outbound = (fields: Partial<OutboundMessage>) => ({ sendId: "0".repeat(24), peer, ...fields });
  let sent = "";
  await step("a text with styles arrives", async () => {
    const styles = [{ start: 3, length: 4, style: "BOLD" as const }];
    ({ messageId: sent } = await link.send(outbound({ text: { ...said("😀 bold"), styles } }), never));
    const { body, dataMessage } = await alice.waitForMessage();
    check(body === "😀 bold" && JSON.stringify(dataMessage).includes('"style":"BOLD"'), "another text");
  });
  await step("an edit of it arrives", async () => {
    await link.edit!({ peer, messageId: sent }, outbound({ text: said("edited") }), never);
    const { editMessage } = await alice.waitForEditMessage();
    check(String(editMessage["targetSentTimestamp"]) === sent.split(":")[0], "another message");
    await link.edit!({ peer, messageId: sent }, outbound({ text: said("edited twice") }), never);
    await alice.waitForEditMessage();
  });
  await step("a reaction arrives", async () => {
    await link.react!({ peer, messageId: sent }, "👍", never);
    const { dataMessage } = await alice.waitForMessage();
    check(JSON.stringify(dataMessage).includes("👍"), "no reaction");
  });
  await step("a file arrives", async () => {
    const media = { kind: "document", mimeType: "text/plain", fileName: "notes b.txt" } as const;
    const letters = new Uint8Array(30_000).fill(97);
    await link.send(outbound({ media: { ...media, bytes: () => letters }, text: said("here") }), never);
    const { body, dataMessage } = await alice.waitForMessage();
    check(body === "here" && JSON.stringify(dataMessage).includes('"fileName":"notes_b.txt"'), "no file");
  });
  await step("who is not on Signal is final", async () => {
    const to = { kind: "direct", id: "11111111-2222-4333-8444-555555555555" } as const;
    const error = await link.send({ ...outbound({ text: said("x") }), peer: to }, never).catch((one: unknown) => one);
    check(JSON.stringify(error).includes('"isPermanent":true'), `it is ${String(error)}`);
  });
  await step("a limit says that a person has to answer a challenge", async () => {
    const pair = { source: bot.device.aci, target: alice.device.aci };
    real.server.rateLimit(pair);
    const error = await link.send(outbound({ text: said("too much") }), never).catch((one: unknown) => one);
    real.server.stopRateLimiting(pair);
    check(String(error).includes("submitRateLimitChallenge"), `it is ${String(error)}`);
  });
  await step("the log has neither numbers nor texts", () => {
    const log = ports.captured.text;
    const telling = log.split("\n").filter((line) => line.includes(bot.device.number) || line.includes("hello"));
    check(telling.length === 0, `the log tells too much: ${telling.join("\n")}`);
    return Promise.resolve();
  });
}

/** What the daemon wrote of what it handed over, one event a file. */
function keepRecordings({ folder }: Scene, target: string): void {
  const journal = Bun.spawnSync(["cat", join(folder, "account", "handed-over.ndjson")]).stdout.toString();
  mkdirSync(target, { recursive: true });
  for (const [index, line] of journal.split("\n").filter(Boolean).entries()) {
    writeFileSync(join(target, `event-${String(index).padStart(3, "0")}.json`), `${line}\n`);
  }
}
