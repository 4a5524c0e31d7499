import { expect, test } from "bun:test";
import type { OutboundMessage } from "../../../src/providers/index.ts";
import { rejectionOf } from "../../doubles/rejection.ts";
import { type Linked, linked, never, outbound, said } from "./linked.ts";

/** What we send, and what people see of it. */

const bytes = new Uint8Array(5000).map((_, index) => index % 251);
const picture = { kind: "image", mimeType: "image/png", fileName: "cat.png", bytes: () => bytes } as const;

test("markup, buttons and an edit arrive as Slack shows them", async () => {
  await using scene = await linked();
  const { link, bob } = scene;
  const buttons = [[{ label: "Yes", value: "y" }], [{ label: "No", value: "n" }]];
  const message = outbound(bob.directId, { text: said("*well?* &lt;3"), buttons });
  const { messageId } = await link.send(message, never);
  expect((await bob.hears())[0]).toMatchObject({
    ts: messageId,
    text: "*well?* &lt;3",
    buttons: [[{ label: "Yes", value: "y" }], [{ label: "No", value: "n" }]],
  });
  await link.edit!({ peer: message.peer, messageId }, { ...message, text: said("done"), buttons: undefined }, never);
  expect(bob.sees()[0]).toMatchObject({ text: "done", buttons: [], versions: ["*well?* &lt;3", "done"] });
});

test("blocks that Slack refuses go as text", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  double.fault({ method: "chat.postMessage", does: { kind: "refuse", error: "invalid_blocks" } });
  await link.send(outbound(bob.directId, { text: said("well?"), buttons: [[{ label: "Yes", value: "y" }]] }), never);
  expect((await bob.hears())[0]).toMatchObject({ text: "well?\n• Yes", buttons: [] });
});

test("a message to a person goes to the direct chat, and says which that is", async () => {
  await using scene = await linked();
  const { link, bob } = scene;
  const message = outbound(bob.id, { peer: { kind: "direct", id: bob.id }, text: said("hello") });
  const sent = await link.send(message, never);
  expect(sent).toEqual({ messageId: (await bob.hears())[0]!.ts, movedToPeerId: bob.directId });
  await link.edit!({ peer: message.peer, messageId: sent.messageId }, { ...message, text: said("hi") }, never);
  expect(bob.sees()[0]!.text).toBe("hi");
  expect(await link.reconcile!(message, scene.clock.nowMs(), never)).toEqual({ messageId: sent.messageId });
});

test("a file goes with its words, into its thread, and its message is known", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  const kitchen = await double.channel("kitchen", [bob]);
  const root = await bob.posts("pictures", { chat: kitchen });
  const peer = { kind: "group", id: kitchen.id, threadId: root } as const;
  const sent = await link.send(outbound(kitchen.id, { peer, media: picture, text: said("*look*") }), never);
  const [seen] = await bob.hears(1, { chat: kitchen, thread: root });
  expect(seen).toMatchObject({ ts: sent.messageId, text: "*look*", threadTs: root });
  expect(seen!.files).toMatchObject([{ name: "cat.png", bytes: bytes.length }]);
  expect(double.calls("upload")).toMatchObject([{ token: "none", applied: true }]);
});

test.each(["files.getUploadURLExternal", "upload"])(
  "a file that fails at %s has certainly not left",
  async (method) => {
    await using scene = await linked();
    const { link, bob, double } = scene;
    double.fault({ method, does: { kind: "drop" } });
    const error = await rejectionOf(link.send(outbound(bob.directId, { media: picture }), never));
    expect(error).toMatchObject({ name: "DeliveryError", isCertain: true, isPermanent: false });
    expect(bob.sees()).toEqual([]);
  },
);

test("a file above the limit is refused before it is uploaded", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  const large = { ...picture, bytes: () => new Uint8Array(100_000_001) };
  const error = await rejectionOf(link.send(outbound(bob.directId, { media: large }), never));
  expect(error).toMatchObject({ isCertain: true, isPermanent: true });
  expect(double.calls("upload")).toEqual([]);
});

test("a file whose message Slack does not tell is sent all the same", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  double.fault({
    method: "files.info",
    times: 9,
    does: { kind: "refuse", error: "missing_scope", needed: "files:read" },
  });
  const { messageId } = await link.send(outbound(bob.directId, { media: picture }), never);
  const [seen] = await bob.hears();
  expect(messageId).toBe(seen!.files[0]!.id);
  const edit = link.edit!({ peer: { kind: "direct", id: bob.directId }, messageId }, outbound(bob.directId), never);
  expect(await rejectionOf(edit)).toMatchObject({ name: "DeliveryError", isPermanent: true });
});

const doubts: readonly (readonly [name: string, message: Partial<OutboundMessage>, method: string])[] = [
  ["a text", { text: said("once") }, "chat.postMessage"],
  ["a file", { media: picture, text: said("once") }, "files.completeUploadExternal"],
];

async function inDoubt({ link, double, clock }: Linked, message: OutboundMessage, method: string) {
  const sinceMs = clock.nowMs();
  double.fault({ method, does: { kind: "drop-answer" } });
  expect(await rejectionOf(link.send(message, never))).toMatchObject({ isCertain: false });
  return sinceMs;
}

for (const [name, fields, method] of doubts) {
  for (const place of ["a direct chat", "a thread"] as const) {
    test(`${name} in doubt is found in ${place}, also by another link`, async () => {
      await using scene = await linked();
      const { double, bob } = scene;
      const kitchen = await double.channel("kitchen", [bob]);
      const root = await bob.posts("root", { chat: kitchen });
      const thread = { kind: "group", id: kitchen.id, threadId: root } as const;
      const chat = place === "a thread" ? { peer: thread } : {};
      const message = outbound(bob.directId, { ...fields, ...chat });
      const sinceMs = await inDoubt(scene, message, method);
      await scene.link[Symbol.asyncDispose]();
      await using again = await scene.reopen();
      await again.ports.told("connected");
      const [seen] = await bob.hears(1, place === "a thread" ? { chat: kitchen, thread: root } : {});
      expect(await again.link.reconcile!(message, sinceMs, never)).toEqual({ messageId: seen!.ts });
      const other = { ...message, sendId: "f".repeat(24) };
      expect(await again.link.reconcile!(other, sinceMs, never)).toBeUndefined();
    });
  }
}

test("a look that Slack does not allow is no answer", async () => {
  await using scene = await linked();
  const { link, bob, double, clock } = scene;
  const message = outbound(bob.directId, { text: said("once") });
  double.fault({ method: "conversations.history", does: { kind: "limit", retryAfterSeconds: 20 } });
  expect(await rejectionOf(link.reconcile!(message, clock.nowMs(), never))).toMatchObject({
    name: "DeliveryError",
    retryAfterMs: 20_000,
  });
});

test("a look reads on where more was said since", async () => {
  await using scene = await linked();
  const { link, bob, clock, double } = scene;
  const message = outbound(bob.directId, { text: said("once") });
  const sinceMs = clock.nowMs();
  const { messageId } = await link.send(message, never);
  for (let index = 0; index < 210; index++) await bob.posts(`talk ${index}`);
  expect(await link.reconcile!(message, sinceMs, never)).toEqual({ messageId });
  const looks = double.calls("conversations.history").filter(({ params }) => "include_all_metadata" in params);
  expect(looks).toHaveLength(2);
});

test("our reaction is set, replaced and taken away, also by another link", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  const { ts } = await bob.says("look");
  const ref = { peer: { kind: "direct", id: bob.directId }, messageId: ts } as const;
  const ours = () => bob.sees()[0]!.reactions.map(({ name }) => name);
  await link.react!(ref, "👀", never);
  await link.react!(ref, "👀", never);
  expect(ours()).toEqual(["eyes"]);
  await link.react!(ref, "🎉", never);
  expect(ours()).toEqual(["tada"]);
  await link[Symbol.asyncDispose]();
  await using again = await scene.reopen();
  await again.link.react!(ref, null, never);
  expect(ours()).toEqual([]);
  await again.link.react!(ref, null, never);
  const calls = double.calls().filter(({ method }) => method.startsWith("reactions.")).length;
  await again.link.react!(ref, "🧿", never);
  await again.link.react!({ ...ref, messageId: "13345224609.738474920.8088" }, "👀", never);
  expect(double.calls().filter(({ method }) => method.startsWith("reactions.")).length).toBe(calls);
});

test("an emoji that the workspace lacks is left out", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  const { ts } = await bob.says("look");
  double.fault({ method: "reactions.add", does: { kind: "refuse", error: "invalid_name" } });
  await link.react!({ peer: { kind: "direct", id: bob.directId }, messageId: ts }, "👀", never);
  expect(bob.sees()[0]!.reactions).toEqual([]);
});
