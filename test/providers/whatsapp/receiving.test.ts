import { expect, test } from "bun:test";
import { linked, never, outbound, said } from "./linked.ts";

/** What people send, and how it arrives: the real client on both ends. */

const photo = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
);

test("one person is one peer, by number and by the network's own id", async () => {
  await using stage = await linked();
  const { double, ports, bob } = stage;
  await ports.heard(await bob.says("by number"));
  const group = double.group("Hidden numbers", [bob], "lid");
  await ports.heard(await bob.says("by lid", { to: group.jid }));
  expect(ports.received.map(({ sender }) => [sender.id, sender.name, sender.handle])).toEqual([
    ["+15557654321", "Bob", "+15557654321"],
    ["+15557654321", "Bob", "+15557654321"],
  ]);
  await stage.link[Symbol.asyncDispose]();
  await using again = await stage.reopen();
  await again.ports.told("connected");
  const third = await again.ports.heard(await bob.says("after a restart", { to: group.jid }));
  expect(third.sender.id).toBe("+15557654321");
});

test("we are meant by either of our ids, and by an answer to us", async () => {
  await using stage = await linked();
  const { double, ports, bob, link } = stage;
  const group = double.group("Kitchen", [bob]);
  await link.send(outbound(group.jid, { text: said("dinner?") }), never);
  const dinner = await bob.reads(/dinner/);
  const ids = [
    await bob.says("@915550001111 yes", { to: group.jid, mentions: ["915550001111@lid"] }),
    await bob.says("yes", { to: group.jid, quotes: dinner }),
    await bob.says("just talking", { to: group.jid }),
  ];
  const heard = await Promise.all(ids.map((id) => ports.heard(id)));
  expect(heard.map(({ mentionsSelf, replyTo }) => [mentionsSelf, replyTo?.text])).toEqual([
    [true, undefined],
    [true, "dinner?"],
    [false, undefined],
  ]);
  expect(heard[2]!.chatTitle).toBe("Kitchen");
});

test("files of every kind are fetched from the network's host, whatever their sender says", async () => {
  await using stage = await linked();
  const { ports, bob, link } = stage;
  const kinds = [
    { bytes: photo, mimeType: "image/png", kind: "image", caption: "look" },
    { bytes: new Uint8Array(3000).fill(7), mimeType: "audio/ogg; codecs=opus", kind: "voice" },
    { bytes: new Uint8Array(100).fill(9), mimeType: "application/pdf", kind: "document", fileName: "a.pdf" },
  ] as const;
  for (const file of kinds) {
    const { media, text } = await ports.heard(await bob.sendsFile(file));
    expect([media[0]!.kind, media[0]!.mimeType, text]).toEqual([
      file.kind,
      file.mimeType,
      "caption" in file ? "look" : "",
    ]);
    const { bytes } = await link.download!(media[0]!.handle, 10_000, never);
    expect(bytes).toEqual(Uint8Array.from(file.bytes));
  }
});

test("a file can still be fetched after a restart, and one that was tampered with is refused", async () => {
  await using stage = await linked();
  const { ports, bob, double } = stage;
  const { media } = await ports.heard(await bob.sendsFile({ bytes: photo, mimeType: "image/png", kind: "image" }));
  await stage.link[Symbol.asyncDispose]();
  await using again = await stage.reopen();
  await again.ports.told("connected");
  const { handle } = media[0]!;
  expect((await again.link.download!(handle, 10_000, never)).bytes).toEqual(photo);
  double.spoilMedia();
  const spoilt = await again.link.download!(handle, 10_000, never).catch((error: unknown) => error);
  expect(spoilt).toMatchObject({ name: "MediaError", isPermanent: true });
  double.mediaStatus = 500;
  const down = await again.link.download!(handle, 10_000, never).catch((error: unknown) => error);
  expect(down).toMatchObject({ name: "MediaError", isPermanent: false });
  expect(await again.link.download!("nobody/knows", 10, never).catch((error: unknown) => error)).toMatchObject({
    isPermanent: true,
  });
});

test("what is not text comes as text: places, contacts, reactions, edits", async () => {
  await using stage = await linked();
  const { ports, bob, link } = stage;
  const place = await bob.sends({ locationMessage: { degreesLatitude: 52.5, degreesLongitude: 13.4, name: "Here" } });
  expect((await ports.heard(place)).text).toBe("[location 52.5, 13.4, Here]");
  const first = await bob.says("hello");
  await ports.heard(first);
  await link.send(outbound("+15557654321", { text: said("hi bob") }), never);
  const reaction = await bob.reacts(await bob.reads(/hi bob/), "🎉");
  await bob.edits(first, "hello, mended");
  const events = await ports.until(() => {
    const found = ports.received.filter(({ event }) => event.kind !== "message");
    return found.length === 2 && found;
  });
  expect(events.map(({ event, text, ref }) => [event.kind, text, ref.messageId === first])).toEqual([
    ["reaction", "🎉", false],
    ["edit", "hello, mended", true],
  ]);
  expect(events[0]!.event.id).toBe(reaction);
});

test("a vote in a poll of ours is read, also after a restart", async () => {
  await using stage = await linked();
  const { bob, link } = stage;
  const poll = { question: "Lunch?", options: ["soup", "salad", "soup "], selectionsMax: 1 };
  await link.send(outbound("+15557654321", { poll }), never);
  const shown = await bob.reads(/Lunch/);
  expect(shown.poll?.options?.map(({ optionName }) => optionName)).toEqual(["soup", "salad"]);
  await link[Symbol.asyncDispose]();
  await using again = await stage.reopen();
  await again.ports.told("connected");
  const vote = await again.ports.heard(await bob.votes(shown, ["salad"]));
  expect([vote.text, vote.mentionsSelf, vote.replyTo?.isOwn]).toEqual(["[vote in the poll Lunch?]\nsalad", true, true]);
});

test("what was sent while we were away comes when we are back, once", async () => {
  await using stage = await linked();
  const { bob, double } = stage;
  await stage.link[Symbol.asyncDispose]();
  await double.until(() => double.device!.connection === undefined);
  const ids = [await bob.says("one"), await bob.says("two"), await bob.says("three")];
  await using again = await stage.reopen();
  for (const id of ids) await again.ports.heard(id);
  expect(again.ports.received.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  await double.until(() => ids.every((id) => double.receipts(undefined, "inactive").includes(id)));
});

test("a message that was stored but not acknowledged comes again, and is the same", async () => {
  await using stage = await linked();
  const { bob, double, ports } = stage;
  const stored = Promise.withResolvers<void>();
  ports.store = () => stored.promise;
  const id = await bob.says("twice");
  const first = await ports.heard(id);
  double.cutConnections();
  await ports.told("lost");
  await stage.link[Symbol.asyncDispose]();
  stored.resolve();
  await using again = await stage.reopen();
  expect(await again.ports.heard(id)).toEqual(first);
});

test("a message whose receipt was lost is acknowledged again, and is not a second message", async () => {
  await using stage = await linked();
  const { bob, double, ports, link } = stage;
  // In a session that both have used, and in a first message.
  for (const text of ["first", "second"]) {
    const id = await bob.says(text);
    await ports.heard(id);
    await double.until(() => double.receipts("inactive").includes(id));
    double.bringsAgain();
    await double.until(() => double.receipts("inactive").filter((one) => one === id).length === 2);
    await link.send(outbound("+15557654321", { text: said(`re ${text}`) }), never);
  }
  expect(ports.received.map(({ text }) => text)).toEqual(["first", "second"]);
  expect([double.receipts("retry"), double.nodes("ack").filter(({ attrs }) => attrs["error"])]).toEqual([[], []]);
});

test("a message that cannot be read is asked for again, and only what is read comes in", async () => {
  await using stage = await linked();
  const { bob, ports, records, double, link } = stage;
  await ports.heard(await bob.says("readable"));
  await link.send(outbound("+15557654321", { text: said("hello") }), never);
  // As after a restore of an old backup of ours.
  await records.write(records.list("key:session").map(({ id }) => ({ kind: "key:session", id, value: undefined })));
  const id = await bob.says("at the second try");
  const heard = await ports.heard(id);
  expect(heard.text).toBe("at the second try");
  expect(ports.received.length).toBe(2);
  expect(double.receipts("retry")).toContain(id);
});

test("keys for new sessions are never used up", async () => {
  await using stage = await linked();
  const { double, ports } = stage;
  double.device!.preKeys.splice(3);
  const people = [];
  for (let index = 0; index < 5; index++) {
    people.push(await double.person({ number: `1555222000${index}`, name: `Guest ${index}` }));
  }
  for (const guest of people) await ports.heard(await guest.says("hello"));
  await double.until(() => double.device!.preKeys.length >= 5);
});

test("the chat with oneself is a chat with the agent, and its own answers do not come back", async () => {
  await using stage = await linked();
  const { double, ports, link } = stage;
  const owner = await double.person({ number: double.number, name: "Owner" });
  const heard = await ports.heard(await owner.says("note to self"));
  expect([heard.ref.peer, heard.sender.id]).toEqual([{ kind: "direct", id: "+15550001111" }, "+15550001111"]);
  await link.send(outbound("+15550001111", { text: said("noted") }), never);
  await double.until(() => owner.sees().some(({ text }) => text === "noted"));
  await ports.heard(await owner.says("thanks"));
  expect(ports.received.map(({ text }) => text)).toEqual(["note to self", "thanks"]);
});

test("the chat with oneself can be switched off", async () => {
  await using stage = await linked({ selfChat: false });
  const { double, ports, bob } = stage;
  const owner = await double.person({ number: double.number, name: "Owner" });
  await owner.says("note to self");
  await ports.heard(await bob.says("hello"));
  expect(ports.received.map(({ text }) => text)).toEqual(["hello"]);
});
