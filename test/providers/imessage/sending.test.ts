import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { OutboundMedia } from "../../../src/providers/index.ts";
import { rejectionOf } from "../../doubles/rejection.ts";
import { direct, group, linked, never, outbound } from "./linked.ts";

/** What goes out: to whom, by which way, and what is known of it when it failed. */

test("an answer goes by the chat in which a person wrote, a first message to their address", async () => {
  await using scene = await linked();
  const { double, link, ports } = scene;
  const carol = double.person({ name: "Carol", handle: "carol@example.com", service: "SMS" });
  await ports.heard(carol.says("by SMS").guid);
  const { chat } = carol;
  await link.probe(never);
  await link.send(outbound(direct("Carol@Example.com"), "answer"), never);
  await link.send(outbound(direct("(555) 777-8888"), "first"), never);
  await link.send(outbound(group("iMessage;+;unknown"), "nobody"), never).catch(() => undefined);
  expect(double.callsOf("send").map(({ params }) => params)).toEqual([
    { chat_guid: chat.guid, text: "answer" },
    { to: "+15557778888", region: "US", service: "auto", allow_sms_fallback: false, text: "first" },
    { chat_guid: "iMessage;+;unknown", text: "nobody" },
  ]);
  expect(ports.captured.records.map(({ event }) => event)).toContain("sent.as-sms");
});

test("a chat keeps its way over a restart", async () => {
  await using scene = await linked();
  const { double, link, ports, bob } = scene;
  await ports.heard(bob.says("hi").guid);
  await link.send(outbound(direct(bob.handle), "one"), never);
  await link[Symbol.asyncDispose]();
  await using again = await scene.reopen();
  await again.link.send(outbound(direct(bob.handle), "two"), never);
  expect(double.callsOf("send").at(-1)!.params).toEqual({ chat_guid: bob.chat.guid, text: "two" });
});

test("a quote wants the bridge, and is left out without it or when its message is gone", async () => {
  for (const hasBridge of [true, false]) {
    await using scene = await linked({ hasBridge });
    const { double, link, ports, bob } = scene;
    const said = bob.says("question");
    await ports.heard(said.guid);
    await link.send(outbound(direct(bob.handle), "answer", { replyToId: said.guid }), never);
    await link.send(outbound(direct(bob.handle), "too late", { replyToId: "GONE" }), never);
    const sent = double.rows.filter(({ isFromMe }) => isFromMe);
    expect(sent.map(({ text, replyTo }) => [text, replyTo?.text])).toEqual([
      ["answer", hasBridge ? "question" : undefined],
      ["too late", undefined],
    ]);
  }
});

const file = (fileName: string, bytes: Uint8Array): OutboundMedia => ({
  kind: "document",
  mimeType: "text/plain",
  fileName,
  bytes: () => bytes,
});

test("a file arrives whole under its name, and nothing of it stays behind", async () => {
  await using scene = await linked();
  const { double, link, bob } = scene;
  const bytes = new Uint8Array(300_000).map((_, index) => (index * 7) % 256);
  for (const name of ["notes.txt", "it's $(here) `now`.txt", "empty.bin"]) {
    const media = file(name, name === "empty.bin" ? new Uint8Array() : bytes);
    const { messageId } = await link.send(outbound(direct(bob.handle), "", { media }), never);
    const [sent] = double.rows.find(({ guid }) => guid === messageId)!.files;
    expect(new Uint8Array(readFileSync(sent!.path))).toEqual(new Uint8Array(media.bytes()));
    const staged = double.callsOf("send").at(-1)!.params["file"] as string;
    expect([existsSync(staged), existsSync(dirname(staged))]).toEqual([false, false]);
  }
  expect(readdirSync(double.temporaryFolder)).toEqual([]);
});

test("a file that is too large is refused for good before anything is done", async () => {
  await using scene = await linked();
  const media = file("huge.bin", new Uint8Array(50_000_001));
  const error = await rejectionOf(scene.link.send(outbound(direct(scene.bob.handle), "", { media }), never));
  expect(error).toMatchObject({ name: "DeliveryError", isCertain: true, isPermanent: true });
  expect(scene.double.callsOf("send")).toEqual([]);
});

test("a message without content is refused for good", async () => {
  await using scene = await linked();
  expect(await rejectionOf(scene.link.send(outbound(direct("+15552223333"), ""), never))).toMatchObject({
    isCertain: true,
    isPermanent: true,
  });
});

test.each([
  ["before", "before it was done", false],
  ["after", "after it was done", true],
  ["mid-line", "in the middle of its answer", true],
] as const)("imsg that ends %s leaves a send in doubt, and history tells whether it arrived", async (when, _, did) => {
  await using scene = await linked();
  const { double, link, ports, bob, clock } = scene;
  await ports.heard(bob.says("hi").guid);
  double.fault({ method: "send", does: { kind: "crash", when } });
  const message = outbound(direct(bob.handle), "in doubt");
  const sinceMs = clock.nowMs();
  expect(await rejectionOf(link.send(message, never))).toMatchObject({ isCertain: false, isPermanent: false });
  expect((await ports.told("lost")).reason).toBe("imsg ended with exit code 134");
  await using again = await scene.reopen();
  const looks = double.callsOf("messages.history").length;
  const looking = again.link.reconcile!(message, sinceMs, never);
  if (!did) {
    await double.until(() => double.callsOf("messages.history").length > looks);
    // Answers come in turn: the first look is over then.
    await again.link.probe(never);
    await clock.advance(15_000);
  }
  const arrived = double.rows.find(({ isFromMe }) => isFromMe);
  expect(await looking).toEqual(did ? { messageId: arrived!.guid } : undefined);
});

test("what shows up late is found, and the rows of other sends are not taken for it", async () => {
  await using scene = await linked();
  const { double, link, ports, bob, clock } = scene;
  await ports.heard(bob.says("hi").guid);
  const sinceMs = clock.nowMs();
  await link.send(outbound(direct(bob.handle), "same"), never);
  double.fault({ method: "send", does: { kind: "refuse", code: -32_603, message: "AppleScript error -1712" } });
  const cut = outbound(direct(bob.handle), "same");
  expect(await rejectionOf(link.send(cut, never))).toMatchObject({ isCertain: false });
  const looks = double.callsOf("messages.history").length;
  const looking = link.reconcile!(cut, sinceMs, never);
  await double.until(() => double.callsOf("messages.history").length > looks);
  await link.probe(never);
  const late = double.writeOwn(bob.chat, { text: "same" });
  await clock.advance(15_000);
  expect(await looking).toEqual({ messageId: late.guid });
});

test("a file in doubt is known by its name", async () => {
  await using scene = await linked();
  const { double, link, ports, bob, clock } = scene;
  await ports.heard(bob.says("hi").guid);
  double.fault({ method: "send", does: { kind: "crash", when: "after" } });
  const message = outbound(direct(bob.handle), "", { media: file("a b.txt", new Uint8Array([1, 2])) });
  const sinceMs = clock.nowMs();
  expect(await rejectionOf(link.send(message, never))).toMatchObject({ isCertain: false });
  await using again = await scene.reopen();
  const sent = double.rows.find(({ isFromMe }) => isFromMe)!;
  expect(await again.link.reconcile!(message, sinceMs, never)).toEqual({ messageId: sent.guid });
});

test("a message to somebody with whom there is no chat did not arrive", async () => {
  await using scene = await linked();
  const message = outbound(direct("+15559990000"), "hello");
  expect(await scene.link.reconcile!(message, scene.clock.nowMs(), never)).toBeUndefined();
});

test("a send that is given up ends its imsg, for it might still be done after somebody looked", async () => {
  for (const giveUp of ["time", "abort"] as const) {
    await using scene = await linked();
    const { double, link, ports, bob, clock } = scene;
    const hanging = double.fault({ method: "send", does: { kind: "hang" } });
    const abort = new AbortController();
    const sending = rejectionOf(link.send(outbound(direct(bob.handle), "x"), abort.signal));
    await hanging.struck();
    if (giveUp === "time") await clock.advance(90_000);
    else abort.abort("enough");
    const error = await sending;
    if (giveUp === "time") expect(error).toMatchObject({ isCertain: false, isPermanent: false });
    else expect(error).toBe("enough");
    expect((await ports.told("lost")).reason).toBe("imsg did not finish a send; it is started anew");
    await double.until(() => double.connections.length === 0);
  }
});

test("a lane that a send blocks is told as lost, so that imsg starts anew", async () => {
  await using scene = await linked();
  const { double, link, ports, bob } = scene;
  const data = { disposition: "still_in_flight", retry_safe: false };
  double.fault({ method: "send", does: { kind: "refuse", code: -32_004, message: "blocked", data } });
  const refused = await rejectionOf(link.send(outbound(direct(bob.handle), "x"), never));
  expect(refused).toMatchObject({ isCertain: true, isPermanent: false });
  expect((await ports.told("lost")).reason).toContain("started anew");
});

test("version 0.9 tells no guid, and its row does", async () => {
  await using scene = await linked({ isModern: false, hasBridge: false });
  const { double, link, bob, ports } = scene;
  const { messageId } = await link.send(outbound(direct(bob.handle), "old"), never);
  expect(messageId).toBe(double.rows[0]!.guid);
  expect(double.callsOf("send")[0]!.params).toEqual({
    to: bob.handle,
    region: "US",
    service: "imessage",
    text: "old",
  });
  await ports.heard(bob.says("answer", { replyTo: double.rows[0] }).guid);
  expect(ports.received[0]!.replyTo).toMatchObject({ isOwn: true });
});
