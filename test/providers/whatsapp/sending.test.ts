import { expect, test } from "bun:test";
import { linked, never, outbound, said } from "./linked.ts";

/** What we send, and how the client of a person shows it. */

const bobId = "+15557654321";
const photo = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
);

test("a text answers what it quotes, in direct chats and in groups", async () => {
  await using stage = await linked();
  const { ports, bob, link, double } = stage;
  const direct = await bob.says("what time is it?");
  await ports.heard(direct);
  await link.send(outbound(bobId, { text: said("noon"), replyToId: direct }), never);
  const noon = await bob.reads(/noon/);
  expect(noon.quotedId).toBe(direct);
  const group = double.group("Kitchen", [bob]);
  const asked = await bob.says("and here?", { to: group.jid });
  await ports.heard(asked);
  await link.send(outbound(group.jid, { text: said("noon, too"), replyToId: asked }), never);
  const there = await bob.reads(/noon, too/);
  expect([there.quotedId, there.chat]).toEqual([asked, group.jid]);
  await link.send(outbound(bobId, { text: said("no quote"), replyToId: "GONE" }), never);
  expect((await bob.reads(/no quote/)).quotedId).toBeUndefined();
});

test("files go as what they are: pictures with a thumbnail, recordings, documents", async () => {
  await using stage = await linked();
  const { bob, link, double } = stage;
  const media = (kind: "image" | "voice" | "document" | "audio", mimeType: string, fileName: string) => ({
    kind,
    mimeType,
    fileName,
    bytes: () => photo,
  });
  await link.send(outbound(bobId, { media: media("image", "image/png", "a.png"), text: said("see") }), never);
  const picture = await bob.reads(/see/);
  expect(picture.content.imageMessage).toMatchObject({ caption: "see", width: 1, height: 1 });
  expect(picture.content.imageMessage!.jpegThumbnail!.length).toBeGreaterThan(100);
  expect(await double.openMedia(picture)).toEqual(photo);
  await link.send(outbound(bobId, { media: media("voice", "audio/ogg", "v.ogg"), text: said("spoken") }), never);
  const [voice, words] = [bob.hears().at(-2)!, bob.hears().at(-1)!];
  expect([voice.content.audioMessage?.ptt, voice.content.audioMessage?.mimetype]).toEqual([
    true,
    "audio/ogg; codecs=opus",
  ]);
  expect(words.text).toBe("spoken");
  await link.send(outbound(bobId, { media: media("voice", "audio/mpeg", "v.mp3") }), never);
  expect(bob.hears().at(-1)!.content.audioMessage?.ptt).toBe(false);
  await link.send(outbound(bobId, { media: media("document", "application/pdf", "a.pdf") }), never);
  expect(bob.hears().at(-1)!.content.documentMessage).toMatchObject({ fileName: "a.pdf", mimetype: "application/pdf" });
});

test("a second attempt with a file sends the same file again", async () => {
  await using stage = await linked();
  const { bob, link, double } = stage;
  const file = {
    kind: "document",
    mimeType: "text/plain",
    fileName: "a.txt",
    bytes: () => new Uint8Array(10),
  } as const;
  const message = outbound(bobId, { media: file });
  double.fault({ kind: "refuse", code: 503 });
  expect(await link.send(message, never).catch((error: unknown) => error)).toMatchObject({ isCertain: true });
  await link.send(message, never);
  await link.send(message, never);
  expect([double.uploads, bob.hears().length]).toEqual([1, 1]);
});

test("our edits and reactions show, and what is too old or not ours is refused", async () => {
  await using stage = await linked();
  const { bob, link, ports, clock } = stage;
  const peer = { kind: "direct", id: bobId } as const;
  const { messageId } = await link.send(outbound(bobId, { text: said("teh") }), never);
  await link.edit!({ peer, messageId }, outbound(bobId, { text: said("the") }), never);
  expect((await bob.reads(/^the$/)).edits).toBe(1);
  const theirs = await bob.says("well done");
  await ports.heard(theirs);
  await link.react!({ peer, messageId: theirs }, "👍", never);
  await stage.double.until(() => bob.sees().find(({ id }) => id === messageId));
  await clock.advance(16 * 60_000);
  const late = link.edit!({ peer, messageId }, outbound(bobId, { text: said("late") }), never);
  expect(await late.catch((error: unknown) => error)).toMatchObject({ isPermanent: true });
});

test("typing shows, and read marks go out for what is named", async () => {
  await using stage = await linked();
  const { bob, link, ports, double } = stage;
  const id = await bob.says("hello");
  const { ref } = await ports.heard(id);
  link.typing!(ref.peer, true);
  await double.until(() => bob.presences.includes("composing"));
  link.typing!(ref.peer, false);
  await double.until(() => bob.presences.includes("available"));
  expect(double.receipts("read")).toEqual([]);
  await link.markRead!(ref);
  await double.until(() => double.receipts("read").includes(id));
});

test("a device list that is out of date is fetched anew, and the message goes once more", async () => {
  await using stage = await linked();
  const { bob, link, double } = stage;
  await link.send(outbound(bobId, { text: said("first") }), never);
  double.fault({ kind: "refuse", code: 479 });
  await link.send(outbound(bobId, { text: said("second") }), never);
  expect(bob.hears().map(({ text }) => text)).toEqual(["first", "second"]);
  double.fault({ kind: "refuse", code: 479 });
  double.fault({ kind: "refuse", code: 479 });
  const refused = link.send(outbound(bobId, { text: said("third") }), never);
  expect(await refused.catch((error: unknown) => error)).toMatchObject({ isCertain: true, isPermanent: false });
});

test("a message that arrived without a word of the server is the same when it is sent again", async () => {
  await using stage = await linked();
  const { bob, link, double, ports } = stage;
  const message = outbound(bobId, { text: said("only once") });
  double.fault({ kind: "cut-after" });
  expect(await link.send(message, never).catch((error: unknown) => error)).toMatchObject({ isCertain: false });
  await ports.told("lost");
  await link[Symbol.asyncDispose]();
  await using again = await stage.reopen();
  await again.ports.told("connected");
  const { messageId } = await again.link.send(message, never);
  await again.link.send(outbound(bobId, { text: said("and another") }), never);
  expect(messageId).toMatch(/^3EB0[0-9A-F]{18}$/);
  expect(bob.hears().map(({ text }) => text)).toEqual(["only once", "and another"]);
});

test("a message that may not have arrived is said to be in doubt, and arrives once when it is sent again", async () => {
  await using stage = await linked();
  const { bob, link, double, ports } = stage;
  const message = outbound(bobId, { text: said("after all") });
  double.fault({ kind: "cut-before" });
  expect(await link.send(message, never).catch((error: unknown) => error)).toMatchObject({ isCertain: false });
  await ports.told("lost");
  expect(bob.hears()).toEqual([]);
  await link[Symbol.asyncDispose]();
  await using again = await stage.reopen();
  await again.ports.told("connected");
  await again.link.send(message, never);
  expect(bob.hears().map(({ text }) => text)).toEqual(["after all"]);
});

test("a server that takes its time is waited for", async () => {
  await using stage = await linked();
  const { bob, link, double, ports } = stage;
  double.device!.connection!.slow(50);
  await link.send(outbound(bobId, { text: said("slowly") }), never);
  await ports.heard(await bob.says("slowly, too"));
  expect(bob.hears().map(({ text }) => text)).toEqual(["slowly"]);
});

test("a device that cannot read a message gets it again, also after our restart", async () => {
  await using stage = await linked();
  const { bob, link } = stage;
  await link.send(outbound(bobId, { text: said("readable") }), never);
  await bob.leaves();
  await link.send(outbound(bobId, { text: said("at the second try") }), never);
  await link[Symbol.asyncDispose]();
  bob.forgetsSessions();
  await using again = await stage.reopen();
  await again.ports.told("connected");
  await bob.returns();
  await bob.reads(/at the second try/);
});

test.each([
  ["a name", "bob"],
  ["a newsletter", "123@newsletter"],
  ["nothing", ""],
])("%s is no address, and says so", async (_, id) => {
  await using stage = await linked();
  const refused = await stage.link.send(outbound(id, { text: said("x") }), never).catch((error: unknown) => error);
  expect(refused).toMatchObject({ isCertain: true, isPermanent: true, message: expect.stringContaining("no address") });
});
