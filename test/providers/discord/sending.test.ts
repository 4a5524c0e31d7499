import { expect, test } from "bun:test";
import { rejectionOf } from "../../doubles/rejection.ts";
import { never, outbound, scene, to } from "./linked.ts";

/** What goes out, and what becomes of it. */

test("nobody is called, nothing is previewed, and the nonce is the send's identity", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  await using opened = await stage.open();
  await opened.ports.told("connected");
  const message = outbound(to(bob), "@everyone look at https://example.org", { isSilent: true });
  await opened.link.send(message, never);
  expect(double.calls("createMessage")[0]?.params).toMatchObject({
    content: "@everyone look at https://example.org",
    nonce: message.sendId,
    enforce_nonce: true,
    allowed_mentions: { parse: [], replied_user: false },
    flags: 4 | 4096,
  });
});

test("a file, its caption, a quote and buttons arrive; a quote that is gone is left out", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  await using opened = await stage.open();
  await opened.ports.told("connected");
  const asked = bob.says("a picture?");
  const bytes = new Uint8Array([1, 2, 3, 4]);
  const media = { kind: "image", mimeType: "image/png", fileName: "cat.png", bytes: () => bytes } as const;
  const row = Array.from({ length: 7 }, (_, index) => ({ label: `B${index}`, value: "same" }));
  await opened.link.send(outbound(to(bob), "here", { media, replyToId: asked, buttons: [row] }), never);
  await opened.link.send(outbound(to(bob), "there", { replyToId: "1400000000000000009" }), never);
  const [first, second] = await bob.hears(2);
  expect(first).toMatchObject({ text: "here", replyToId: asked, files: [{ fileName: "cat.png", bytes: 4 }] });
  expect(first!.buttons.map((buttons) => buttons.length)).toEqual([5, 2]);
  expect(second).toMatchObject({ text: "there", replyToId: undefined });
  expect(double.calls("download")).toEqual([]);
});

test("a direct chat is opened once, also for a person who never wrote, and remembered", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  const first = await stage.open();
  await first.ports.told("connected");
  await first.link.send(outbound(to(bob), "one"), never);
  await first.link.send(outbound(to(bob), "two"), never);
  await first[Symbol.asyncDispose]();
  await using second = await stage.open();
  await second.ports.told("connected");
  await second.link.send(outbound(to(bob), "three"), never);
  await second.link.send(outbound({ kind: "direct", id: `user:${bob.id}` }, "four"), never);
  expect(double.calls("openDirect")).toHaveLength(1);
  const nobody = second.link.send(outbound({ kind: "direct", id: "1400000000000000009" }, "five"), never);
  expect(await rejectionOf(nobody)).toMatchObject({ name: "DeliveryError", isCertain: true, isPermanent: true });
});

test("a channel can be written to where only people are named, and a thread by its own id", async () => {
  await using stage = await scene();
  const { double } = stage;
  const house = double.guild("House");
  const kitchen = house.channel("kitchen");
  const thread = house.thread(kitchen, "soup");
  await using opened = await stage.open();
  await opened.ports.told("connected");
  await opened.link.send(outbound({ kind: "direct", id: `channel:${kitchen.id}` }, "to all"), never);
  await opened.link.send(outbound({ kind: "group", id: kitchen.id, threadId: thread.id }, "to few"), never);
  const texts = (id: string) => double.messages(id).map(({ text }) => text);
  expect([texts(kitchen.id), texts(thread.id)]).toEqual([["to all"], ["to few"]]);
});

test("a send whose answer is lost goes again under its nonce, and is there once", async () => {
  await using stage = await scene();
  const { double, bob, clock } = stage;
  await using opened = await stage.open();
  await opened.ports.told("connected");
  const message = outbound(to(bob), "once");
  const sinceMs = clock.nowMs();
  double.fault({ method: "createMessage", does: { kind: "drop-answer" } });
  expect(await rejectionOf(opened.link.send(message, never))).toMatchObject({ isCertain: false });
  const ref = await opened.link.send(message, never);
  expect(double.messages(bob.direct.id).map(({ messageId }) => messageId)).toEqual([ref.messageId]);
  expect(await opened.link.reconcile!(message, sinceMs, never)).toEqual(ref);
});

test("when the nonce is forgotten, the history tells whether a message arrived", async () => {
  await using stage = await scene({ nonceHeldMs: 60_000 });
  const { double, bob, clock } = stage;
  const first = await stage.open();
  await first.ports.told("connected");
  await first.link.send(outbound(to(bob), "the same words"), never);
  await clock.advance(60_000);
  const sinceMs = clock.nowMs();
  const arrived = outbound(to(bob), "  the same words\n");
  const lost = outbound(to(bob), "other words");
  double.fault({ method: "createMessage", does: { kind: "drop-answer" } });
  expect(await rejectionOf(first.link.send(arrived, never))).toMatchObject({ isCertain: false });
  await first[Symbol.asyncDispose]();
  double.forgetSessions();
  await clock.advance(10 * 60_000);
  await using second = await stage.open();
  await second.ports.told("connected");
  const id = double.messages(bob.direct.id).at(-1)!.messageId;
  expect(await second.link.reconcile!(arrived, sinceMs, never)).toEqual({ messageId: id });
  expect(await second.link.reconcile!(lost, sinceMs, never)).toBeUndefined();
  const media = { kind: "image", mimeType: "image/png", fileName: "c.png", bytes: () => new Uint8Array(3) } as const;
  const withFile = outbound(to(bob), "the same words", { media });
  expect(await second.link.reconcile!(withFile, sinceMs, never)).toBeUndefined();
});

test("while nobody can look, whether a message arrived stays unknown", async () => {
  await using stage = await scene();
  const { double, bob, clock } = stage;
  await using opened = await stage.open();
  await opened.ports.told("connected");
  await opened.link.send(outbound(to(bob), "hello"), never);
  const lost = outbound(to(bob), "lost");
  double.fault({ method: "getMessages", does: { kind: "refuse", status: 403, code: 50_001 } });
  const looking = opened.link.reconcile!(lost, clock.nowMs(), never);
  expect(await rejectionOf(looking)).toMatchObject({ isCertain: false, isPermanent: false });
});

test.each([
  [
    { status: 429, retryAfterMs: 1500 },
    { isCertain: true, isPermanent: false, retryAfterMs: 1500 },
  ],
  [
    { status: 429, retryAfterMs: 90_000, isGlobal: true },
    { isCertain: true, isPermanent: false },
  ],
  [{ status: 500 }, { isCertain: false, isPermanent: false }],
  [{ status: 503 }, { isCertain: true, isPermanent: false }],
  [
    { status: 403, code: 50_007 },
    { isCertain: true, isPermanent: true },
  ],
  [
    { status: 403, code: 40_004 },
    { isCertain: true, isPermanent: false },
  ],
  [
    { status: 403, body: "<html>blocked</html>" },
    { isCertain: false, isPermanent: false },
  ],
])("what is refused with %p is said at once, and tried once", async (refusal, expected) => {
  await using stage = await scene();
  const { double, bob } = stage;
  await using opened = await stage.open();
  await opened.ports.told("connected");
  double.fault({ method: "createMessage", does: { kind: "refuse", ...refusal } });
  expect(await rejectionOf(opened.link.send(outbound(to(bob), "x"), never))).toMatchObject(expected);
  expect(double.calls("createMessage")).toHaveLength(1);
});

test("a bucket that is empty is not waited for in silence", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  await using opened = await stage.open();
  await opened.ports.told("connected");
  double.fault({
    method: "createMessage",
    does: { kind: "refuse", status: 429, retryAfterMs: 60_000, isGlobal: true },
  });
  await rejectionOf(opened.link.send(outbound(to(bob), "x"), never));
  const again = await rejectionOf(opened.link.send(outbound(to(bob), "y"), never));
  expect(again).toMatchObject({ isCertain: true, isPermanent: false });
  expect((again as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(50_000);
  expect(double.calls("createMessage")).toHaveLength(1);
});

test("reactions are set and taken away, and a message that is gone is no error", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  await using opened = await stage.open();
  await opened.ports.told("connected");
  const messageId = bob.says("hi");
  await opened.ports.heard(messageId);
  const ref = { peer: to(bob), messageId };
  await opened.link.react!(ref, "👀", never);
  bob.reacts(messageId, "👍");
  expect(double.messages(bob.direct.id)[0]?.reactions).toEqual(["👀", "👍"]);
  await opened.link.react!(ref, null, never);
  expect(double.messages(bob.direct.id)[0]?.reactions).toEqual(["👍"]);
  await opened.link.react!(ref, "not an emoji", never);
  await opened.link.react!({ ...ref, messageId: "1400000000000000009" }, "👀", never);
});

test("typing is shown in the chat, and a poll is one", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  await using opened = await stage.open();
  await opened.ports.told("connected");
  await opened.ports.heard(bob.says("hi"));
  opened.link.typing!(to(bob), true);
  await double.until(() => double.typing.some(({ channelId }) => channelId === bob.direct.id));
  const poll = { question: "Soup?", options: ["yes", "no"], selectionsMax: 1, durationMs: 90 * 60_000 };
  await opened.link.send(outbound(to(bob), "", { poll }), never);
  expect(double.calls("createMessage").at(-1)?.params["poll"]).toEqual({
    question: { text: "Soup?" },
    answers: [{ poll_media: { text: "yes" } }, { poll_media: { text: "no" } }],
    allow_multiselect: false,
    duration: 2,
  });
});
