import { expect, test } from "bun:test";
import type { OutboundMedia } from "../../../src/providers/index.ts";
import { rejectionOf } from "../../doubles/rejection.ts";
import { linked, never, outbound, said } from "./linked.ts";

/** What the house sends, as bob reads it; and what Telegram refuses at first. */

const png = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, ...Array.from({ length: 64 }, (_, index) => index)]);

const media = (kind: OutboundMedia["kind"], mimeType: string, fileName: string, bytes = png): OutboundMedia => ({
  kind,
  mimeType,
  fileName,
  bytes: () => bytes,
});

test("HTML is read as such, and goes as plain text where Telegram cannot read it", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  await link.send(outbound(bob.id, { text: { markup: "<b>bold</b> &lt;", plain: "bold <" } }), never);
  await link.send(outbound(bob.id, { text: { markup: "<b>open", plain: "open" } }), never);
  const [marked, plain] = await bob.hears(2);
  expect([marked!.text, marked!.entities]).toEqual(["bold <", [{ type: "bold", offset: 0, length: 4 }]]);
  expect([plain!.text, plain!.entities]).toEqual(["open", []]);
  expect(double.calls("sendMessage").map(({ applied }) => applied)).toEqual([true, false, true]);
});

test("an answer quotes its message, and goes without the quote when that is gone", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  const { messageId } = await bob.says("what is it?");
  await link.send(outbound(bob.id, { text: said("this"), replyToId: String(messageId) }), never);
  await link.send(outbound(bob.id, { text: said("that"), replyToId: "999999" }), never);
  const refused = "Bad Request: message to be replied not found";
  double.fault({ method: "sendMessage", does: { kind: "refuse", code: 400, description: refused } });
  await link.send(outbound(bob.id, { text: said("in a topic"), replyToId: "999999" }), never);
  expect((await bob.hears(3)).map(({ text, replyToId }) => [text, replyToId])).toEqual([
    ["this", messageId],
    ["that", undefined],
    ["in a topic", undefined],
  ]);
});

test("a topic is written to and General is not named; typing names both", async () => {
  await using scene = await linked();
  const { link, bob, double, ports } = scene;
  const forum = await double.group({ title: "Forum", kind: "forum" });
  const topic = await forum.topic("Ideas");
  const { messageId } = await bob.says("@clawdia_bot hi", { chat: forum, thread: topic });
  const { peer } = (await ports.heard(String(messageId), String(forum.id))).ref;
  const general = { ...peer, threadId: "1" };
  await link.send({ ...outbound(0), peer, text: said("in the topic") }, never);
  await link.send({ ...outbound(0), peer: general, text: said("in General") }, never);
  link.typing!(peer, true);
  link.typing!(peer, false);
  link.typing!(general, true);
  await double.until(() => double.calls("sendChatAction").length === 2);
  expect(
    bob.sees({ chat: forum }).flatMap(({ isFromBot, text, threadId }) => (isFromBot ? [[text, threadId]] : [])),
  ).toEqual([
    ["in the topic", topic],
    ["in General", undefined],
  ]);
  expect(double.calls("sendChatAction").map(({ params }) => params["message_thread_id"])).toEqual([topic, 1]);
});

test("a group that moved gets the message at its new place, and the house is told", async () => {
  await using scene = await linked();
  const { link, double } = scene;
  const group = await double.group({ title: "Kitchen", kind: "group" });
  const moved = await group.migrates();
  const sent = await link.send({ ...outbound(group.id, { text: said("hello") }) }, never);
  expect(sent).toEqual({ messageId: expect.any(String), movedToPeerId: String(moved.id) });
  expect(double.messages(moved).map(({ text }) => text)).toEqual(["hello"]);
  const edit = link.edit!(
    { peer: { kind: "group", id: String(group.id) }, messageId: "1" },
    outbound(1, { text: said("x") }),
    never,
  );
  expect(await rejectionOf(edit)).toMatchObject({ name: "DeliveryError", isPermanent: true });
});

test("files go as what they are, with a caption", async () => {
  await using scene = await linked();
  const { link, bob } = scene;
  const kinds = [
    media("image", "image/png", "cat.png"),
    media("document", "application/pdf", 'R"e;c\r\nhnung März.pdf'),
    media("voice", "audio/ogg", "voice.ogg"),
    media("audio", "audio/mpeg", "song.mp3"),
    media("video", "video/mp4", "clip.mp4"),
    media("image", "image/svg+xml", "drawing.svg"),
  ];
  for (const one of kinds) await link.send(outbound(bob.id, { media: one, text: said(one.mimeType) }), never);
  const heard = await bob.hears(kinds.length);
  expect(heard.map(({ text, media: files }) => [text, files[0]!.kind, files[0]!.fileName])).toEqual([
    ["image/png", "photo", "cat.png"],
    ["application/pdf", "document", "R_e_c__hnung März.pdf"],
    ["audio/ogg", "voice", "voice.ogg"],
    ["audio/mpeg", "audio", "song.mp3"],
    ["video/mp4", "video", "clip.mp4"],
    ["image/svg+xml", "document", "drawing.svg"],
  ]);
  expect(heard.every(({ media: files }) => Buffer.compare(files[0]!.bytes, png) === 0)).toBe(true);
});

test("a picture that Telegram does not take as one goes as a file", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  const description = "Bad Request: PHOTO_INVALID_DIMENSIONS";
  double.fault({ method: "sendPhoto", does: { kind: "refuse", code: 400, description } });
  await link.send(outbound(bob.id, { media: media("image", "image/png", "wide.png"), text: said("wide") }), never);
  const big = new Uint8Array(10_500_000);
  await link.send(outbound(bob.id, { media: media("image", "image/png", "big.png", big) }), never);
  expect((await bob.hears(2)).map(({ media: files }) => [files[0]!.kind, files[0]!.bytes.length])).toEqual([
    ["document", png.length],
    ["document", big.length],
  ]);
  expect(double.calls("sendPhoto").length).toBe(1);
});

test("what cannot be sent is refused here, for good", async () => {
  await using scene = await linked();
  const { link, bob, double } = scene;
  const huge = media("document", "application/zip", "huge.zip", new Uint8Array(50_000_001));
  const verdict = { name: "DeliveryError", isCertain: true, isPermanent: true };
  for (const message of [outbound(bob.id, { media: huge }), outbound(bob.id)]) {
    expect(await rejectionOf(link.send(message, never))).toMatchObject(verdict);
  }
  const ref = { peer: outbound(bob.id).peer, messageId: "1" };
  expect(await rejectionOf(link.edit!(ref, outbound(bob.id), never))).toMatchObject(verdict);
  expect(double.calls().filter(({ method }) => /^(send|edit)/.test(method))).toEqual([]);
});

test("polls, silence and buttons arrive; a press comes in and is answered once it is stored", async () => {
  await using scene = await linked();
  const { link, bob, ports, double } = scene;
  const poll = { question: "Lunch?", options: ["Soup", "Salad"], selectionsMax: 2, durationMs: 60_000 };
  await link.send(outbound(bob.id, { poll, isSilent: true }), never);
  const buttons = [[{ label: "Yes", value: "approve:7" }]];
  const { messageId } = await link.send(outbound(bob.id, { text: said("Approve?"), buttons }), never);
  const [asked, approve] = await bob.hears(2);
  expect(asked).toMatchObject({ poll: { question: "Lunch?", options: ["Soup", "Salad"] }, isSilent: true });
  expect(approve!.buttons).toEqual([[{ label: "Yes", value: "approve:7", url: undefined }]]);

  const stored = Promise.withResolvers<void>();
  ports.store = () => stored.promise;
  const press = await bob.presses(approve!.messageId, "Yes");
  const button = await ports.until(() => ports.received.find(({ event }) => event.kind === "button"));
  expect(button).toMatchObject({
    ref: { peer: { kind: "direct", id: String(bob.id) }, messageId },
    sender: { id: String(bob.id) },
    text: "approve:7",
  });
  expect(double.calls("answerCallbackQuery")).toEqual([]);
  stored.resolve();
  expect(await press.answered).toEqual({ text: "", isAlert: false });
});

test("an edit replaces text and buttons, plain where its HTML cannot be read", async () => {
  await using scene = await linked();
  const { link, bob } = scene;
  const buttons = [[{ label: "Stop", value: "stop" }]];
  const { peer } = outbound(bob.id);
  const { messageId } = await link.send(outbound(bob.id, { text: said("one"), buttons }), never);
  await link.edit!({ peer, messageId }, outbound(bob.id, { text: said("two"), buttons }), never);
  await link.edit!({ peer, messageId }, outbound(bob.id, { text: { markup: "<i>three", plain: "three" } }), never);
  expect(await bob.reads("three")).toMatchObject({ versions: ["one", "two", "three"], buttons: [] });
});

test("reactions are set, mapped, taken away and left out", async () => {
  await using scene = await linked();
  const { link, bob, double, ports } = scene;
  const { messageId } = await bob.says("look");
  const ref = { peer: outbound(bob.id).peer, messageId: String(messageId) };
  const seen = () => bob.sees().find((message) => message.messageId === messageId)!.reactions;
  await link.react!(ref, "👀", never);
  expect(seen()).toEqual(["👀"]);
  await link.react!(ref, "✅", never);
  expect(seen()).toEqual(["👍"]);
  await link.react!(ref, "🏳️‍🌈", never);
  expect(seen()).toEqual(["👍"]);
  await link.react!(ref, null, never);
  expect(seen()).toEqual([]);
  const description = "Bad Request: REACTION_INVALID";
  double.fault({ method: "setMessageReaction", does: { kind: "refuse", code: 400, description } });
  await link.react!(ref, "👀", never);
  expect(ports.captured.of("reaction.refused").length).toBe(1);
  double.fault({ method: "setMessageReaction", does: { kind: "refuse", code: 429, retryAfter: 3 } });
  const flooded = link.react!(ref, "👀", never);
  expect(await rejectionOf(flooded)).toMatchObject({ name: "DeliveryError", retryAfterMs: 3000 });
});

test("typing that fails is noted and troubles nobody", async () => {
  await using scene = await linked();
  const { link, bob, double, ports } = scene;
  double.fault({ method: "sendChatAction", does: { kind: "refuse", code: 403 } });
  link.typing!(outbound(bob.id).peer, true);
  await double.until(() => double.calls("sendChatAction").some(({ answered }) => answered));
  link.typing!(outbound(bob.id).peer, true);
  await double.until(() => double.actions(bob).length === 1);
  expect(ports.captured.of("call.failed").map(({ level, fields }) => [level, fields["method"]])).toEqual([
    ["debug", "sendChatAction"],
  ]);
  expect(ports.kinds).toEqual(["connecting", "connected"]);
});

test("the menu shows the commands that Telegram takes", async () => {
  await using scene = await linked();
  const { link, double } = scene;
  await link.setCommands!([
    { name: "new", summary: "Starts again." },
    { name: "Not-Taken", summary: "x" },
    { name: "long", summary: "x".repeat(300) },
  ]);
  expect(double.commands).toEqual([
    { command: "new", description: "Starts again." },
    { command: "long", description: `${"x".repeat(255)}…` },
  ]);
  double.fault({ method: "setMyCommands", does: { kind: "refuse", code: 400 } });
  expect(await rejectionOf(link.setCommands!([]))).toMatchObject({ name: "DeliveryError" });
});

test("albums, edits and reactions of people come in as what they are", async () => {
  await using scene = await linked();
  const { bob, ports } = scene;
  const files = [1, 2].map((number) => ({ kind: "photo" as const, bytes: png.slice(number) }));
  const [first, second] = await bob.sendsAlbum(files);
  const one = await ports.heard(String(first!.messageId));
  const two = await ports.heard(String(second!.messageId));
  expect(one.albumId).toBeString();
  expect([two.albumId, one.media[0]!.kind]).toEqual([one.albumId, "image"]);
  const { messageId } = await bob.says("helo");
  await bob.edits(messageId, "hello");
  await bob.reacts(messageId, "👍");
  await bob.reacts(messageId, null);
  const own = () => ports.received.filter(({ ref }) => ref.messageId === String(messageId));
  await ports.until(() => own().length === 3);
  expect(own().map(({ event, text }) => [event.kind, text])).toEqual([
    ["message", "helo"],
    ["edit", "hello"],
    ["reaction", "👍"],
  ]);
});
