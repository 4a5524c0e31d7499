import { expect, test } from "bun:test";
import type { DeliveryError } from "../../../src/providers/index.ts";
import { rejectionOf } from "../../doubles/rejection.ts";
import { linked, never, outbound, said } from "./linked.ts";

/** What goes out, as people see it. */

test("styles arrive as ranges, and a quote as a quote with its text", async () => {
  await using scene = await linked();
  const { link, bob, ports } = scene;
  const asked = bob.says("what is **that**?");
  await ports.heard(asked.messageId);
  const styles = [
    { start: 0, length: 2, style: "MONOSPACE" },
    { start: 3, length: 4, style: "BOLD" },
  ] as const;
  const text = { markup: "😀 bold", plain: "😀 bold", styles };
  const { messageId } = await link.send(outbound(bob, { text, replyToId: asked.messageId }), never);
  const [seen] = await bob.hears();
  expect(seen).toMatchObject({
    text: "😀 bold",
    styles,
    quote: { sentAtMs: asked.sentAtMs, author: bob.aci, text: "what is **that**?" },
  });
  expect(messageId).toBe(`${seen!.sentAtMs}:${scene.double.aci}`);
});

test("a quote of what is no message is left out", async () => {
  await using scene = await linked();
  const { link, bob } = scene;
  await link.send(outbound(bob, { text: said("x"), replyToId: "17" }), never);
  expect((await bob.hears())[0]!.quote).toBeUndefined();
});

test("a file goes with its name, its type and its text, and comes the same way", async () => {
  await using scene = await linked();
  const { link, bob, ports } = scene;
  const bytes = new Uint8Array(70_000).map((_, index) => index % 253);
  const media = { kind: "document", mimeType: "application/pdf", fileName: "a b;c.pdf", bytes: () => bytes } as const;
  await link.send(outbound(bob, { media, text: said("here") }), never);
  const [seen] = await bob.hears();
  expect(seen).toMatchObject({ text: "here", files: [{ mimeType: "application/pdf", fileName: "a_b_c.pdf", bytes }] });
  const { messageId } = bob.sendsFile({ bytes, mimeType: "application/pdf", fileName: "back.pdf" });
  const { media: received } = await ports.heard(messageId);
  expect(received).toMatchObject([{ kind: "document", fileName: "back.pdf", bytes: bytes.length }]);
  expect((await link.download!(received[0]!.handle, 100_000, never)).bytes).toEqual(bytes);
});

test("a file that signal-cli could not read is refused before it is sent", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  const video = { kind: "video", mimeType: "video/mp4", fileName: "long.mp4" } as const;
  const media = { ...video, bytes: () => new Uint8Array(14_900_001) };
  const error = await rejectionOf(link.send(outbound(bob, { media }), never));
  expect(error).toMatchObject({ name: "DeliveryError", isCertain: true, isPermanent: true });
  expect(double.calls("send")).toEqual([]);
});

test("edits are made of the newest edit, which phones look for, also after a restart", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  const peer = { kind: "direct", id: bob.aci } as const;
  const { messageId } = await link.send(outbound(bob, { text: said("one") }), never);
  await link.edit!({ peer, messageId }, outbound(bob, { text: said("two") }), never);
  await link[Symbol.asyncDispose]();
  await using again = await scene.reopen();
  await again.ports.told("connected");
  await again.link.edit!({ peer, messageId }, outbound(bob, { text: said("three") }), never);
  const edits = double.calls("send").map(({ params }) => params["editTimestamp"]);
  expect(edits[0]).toBeUndefined();
  expect(Number(edits[2])).toBeGreaterThan(Number(edits[1]));
  expect(bob.sees().at(-1)).toMatchObject({ text: "three", versions: ["one", "two", "three"] });
});

test("only our own messages can be edited", async () => {
  await using scene = await linked();
  const { link, bob, ports } = scene;
  const { messageId } = bob.says("mine");
  const { ref } = await ports.heard(messageId);
  const error = await rejectionOf(link.edit!(ref, outbound(bob, { text: said("yours") }), never));
  expect(error).toMatchObject({ isCertain: true, isPermanent: true });
});

test("reactions are shown and taken away, typing starts and stops, and read is told to who wrote", async () => {
  await using scene = await linked();
  const { link, bob, ports, double } = scene;
  const { messageId } = bob.says("look");
  const { ref } = await ports.heard(messageId);
  await link.react!(ref, "👀", never);
  expect(bob.sees()[0]!.reactions).toEqual({ [double.aci]: "👀" });
  await link.react!(ref, null, never);
  expect(bob.sees()[0]!.reactions).toEqual({});
  link.typing!(ref.peer, true);
  link.typing!(ref.peer, false);
  await double.until(() => double.typing(bob).length === 2);
  expect(double.typing(bob).toSorted()).toEqual(["STARTED", "STOPPED"]);
  await link.markRead!(ref);
  expect(bob.sees()[0]!.readBy).toEqual([double.aci]);
});

test("a group is sent to by its id, and who could not be reached there is told in the log", async () => {
  await using scene = await linked();
  const { link, bob, double, ports } = scene;
  const gone = double.person({ name: "Gone" });
  gone.leavesSignal();
  const group = double.group("Kitchen");
  const peer = { kind: "group", id: group.id } as const;
  await link.send({ ...outbound(bob), peer, text: said("all") }, never);
  expect((await bob.hears(1, { group }))[0]!.text).toBe("all");
  const told = ports.captured.records.find(({ event }) => event === "send.partial");
  expect(told?.fields).toMatchObject({ unreached: "UNREGISTERED_FAILURE" });
});

test("who is not on Signal is not tried again, and neither is a group that is none", async () => {
  await using scene = await linked();
  const { link, bob } = scene;
  bob.leavesSignal();
  const peers = [
    { kind: "direct", id: bob.aci },
    { kind: "direct", id: "+15550100000" },
    { kind: "direct", id: "Bob" },
    { kind: "group", id: Buffer.alloc(32).toString("base64") },
    { kind: "group", id: "Kitchen" },
    { kind: "channel", id: bob.aci },
  ] as const;
  for (const peer of peers) {
    const error = await rejectionOf(link.send({ ...outbound(bob), peer, text: said("x") }, never));
    expect([peer.id, (error as DeliveryError).isCertain, (error as DeliveryError).isPermanent]).toEqual([
      peer.id,
      true,
      true,
    ]);
  }
});

test("a note to self is sent as one", async () => {
  await using scene = await linked();
  const { link, double, bob } = scene;
  const peer = { kind: "direct", id: double.aci } as const;
  await link.send({ ...outbound(bob), peer, text: said("remember") }, never);
  expect(double.calls("send")[0]!.params).toMatchObject({ noteToSelf: true, message: "remember" });
});

test("a challenge is told with the command that answers it", async () => {
  await using scene = await linked();
  const { link, bob, double, ports } = scene;
  const does = { kind: "fail", type: "RATE_LIMIT_FAILURE", retryAfterSeconds: 3600, token: "tok-en-1" } as const;
  double.fault({ method: "send", does });
  const error = (await rejectionOf(link.send(outbound(bob, { text: said("x") }), never))) as DeliveryError;
  expect(error).toMatchObject({ isCertain: true, isPermanent: false, retryAfterMs: 3_600_000 });
  expect(error.message).toContain("https://signalcaptchas.org/challenge/generate.html");
  expect(error.message).toEndWith(
    `curl -H 'content-type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"submitRateLimitChallenge",` +
      `"params":{"account":"+YOUR-NUMBER","challenge":"tok-en-1","captcha":"PASTE-HERE"}}' ${double.url}/api/v1/rpc`,
  );
  expect(error.message).not.toContain(double.number);
  const told = ports.captured.records.find(({ event }) => event === "owner.wanted");
  expect(told).toMatchObject({ level: "warn", fields: { cure: "clawdia deliveries list --all --json" } });
  expect(String(told!.fields["why"])).toStartWith("Signal wants to see a person");
});
