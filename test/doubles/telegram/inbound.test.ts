import { expect, test } from "bun:test";
import type { Update } from "grammy/types";
import { allowed, clientOf, polling, refusal } from "./official-client.ts";
import { TelegramDouble } from "./telegram-double.ts";

/** What people do, as the official client gets it. */

const picture = new Uint8Array(60).map((_, index) => index);

async function download(telegram: TelegramDouble, fileId: string): Promise<Uint8Array> {
  const { file_path: path } = await clientOf(telegram).getFile(fileId);
  const response = await fetch(`${telegram.apiRoot}/file/bot${telegram.token}/${path}`);
  return new Uint8Array(await response.arrayBuffer());
}

test("photos, documents and voices arrive and can be downloaded, up to Telegram's limit", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  await bob.sendsPhoto(picture, "look #here");
  await bob.sendsDocument({ bytes: picture.slice(1), fileName: "a.pdf", mimeType: "application/pdf" });
  await bob.sendsVoice(picture.slice(2));
  await bob.sendsDocument({ bytes: new Uint8Array(20 * 1024 * 1024 + 1), fileName: "big.bin" });
  const api = clientOf(telegram);
  const [photo, document, voice, big] = (await api.getUpdates()).map((update) => update.message!);
  expect(photo).toMatchObject({ caption: "look #here", caption_entities: [{ type: "hashtag", offset: 5 }] });
  expect(document!.document).toMatchObject({ file_name: "a.pdf", mime_type: "application/pdf" });
  expect(await download(telegram, photo!.photo!.at(-1)!.file_id)).toEqual(picture);
  expect(await download(telegram, document!.document!.file_id)).toEqual(picture.slice(1));
  expect(await download(telegram, voice!.voice!.file_id)).toEqual(picture.slice(2));
  const tooBig = api.getFile(big!.document!.file_id).catch((error: Error) => error.message);
  expect(await tooBig).toContain("400: Bad Request: file is too big");
});

test("albums, odd kinds and kinds that nobody knows arrive", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  await bob.sendsAlbum([
    { kind: "photo", bytes: picture, caption: "both" },
    { kind: "photo", bytes: picture.slice(9) },
  ]);
  await bob.sends({ location: { latitude: 52.5, longitude: 13.4 } });
  await telegram.inject("moon_phase_changed", { phase: "full" });
  const [first, second, place, moon] = await clientOf(telegram).getUpdates();
  expect(first!.message!.media_group_id).toBeString();
  expect(second!.message!.media_group_id).toBe(first!.message!.media_group_id);
  expect(place!.message!.location).toEqual({ latitude: 52.5, longitude: 13.4 });
  expect(moon!).toMatchObject({ moon_phase_changed: { phase: "full" } });
});

test("groups, topics and channels arrive as what they are, with mentions and replies", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob", username: "bob" });
  const forum = await telegram.group({ kind: "forum", title: "house" });
  const news = await telegram.group({ kind: "channel", title: "news", username: "news_channel" });
  const thread = await forum.topic("garden");
  const api = clientOf(telegram);
  const asked = await bob.says("@clawdia_bot water?", { chat: forum, thread });
  await api.sendMessage(forum.id, "yes", {
    message_thread_id: thread,
    reply_parameters: { message_id: asked.messageId },
  });
  const [answer] = await bob.hears(1, { chat: forum, thread });
  expect(answer).toMatchObject({ text: "yes", replyToId: asked.messageId, threadId: thread });
  await bob.says("thanks", { chat: forum, thread, replyTo: answer!.messageId });
  await bob.says("extra", { chat: news });
  const [first, second, third] = await api.getUpdates();
  expect(first!.message).toMatchObject({
    chat: { id: forum.id, type: "supergroup", is_forum: true, title: "house" },
    from: { id: bob.id, username: "bob" },
    message_thread_id: thread,
    is_topic_message: true,
    entities: [{ type: "mention", offset: 0, length: 12 }],
    reply_to_message: { message_id: thread, forum_topic_created: { name: "garden" } },
  });
  expect(second!.message!.reply_to_message).toMatchObject({ text: "yes", from: { id: telegram.bot.id } });
  expect(third!.channel_post).toMatchObject({ text: "extra", sender_chat: { id: news.id } });
  expect(third!.channel_post!.from).toBeUndefined();
});

test("edits, presses and reactions arrive, reactions only when the bot named them", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const api = clientOf(telegram);
  const { messageId } = await bob.says("helo");
  expect(await bob.reacts(messageId, "👍")).toBeUndefined();
  await api.getUpdates({ allowed_updates: allowed });
  await bob.edits(messageId, "hello");
  await bob.reacts(messageId, "🔥");
  const keyboard = { inline_keyboard: [[{ text: "Yes", callback_data: "y:1" }]] };
  const sent = await api.sendMessage(bob.id, "sure?", { reply_markup: keyboard });
  const { answered } = await bob.presses(sent.message_id, "Yes");
  const updates = await api.getUpdates({ offset: telegram.confirmed + 2 });
  expect(updates[0]!.edited_message).toMatchObject({ message_id: messageId, text: "hello" });
  expect(updates[1]!.message_reaction).toMatchObject({
    user: { id: bob.id },
    old_reaction: [{ emoji: "👍" }],
    new_reaction: [{ emoji: "🔥" }],
  });
  const query = updates[2]!.callback_query!;
  expect(query).toMatchObject({ data: "y:1", message: { message_id: sent.message_id } });
  await api.answerCallbackQuery(query.id, { text: "ok" });
  expect(await answered).toEqual({ text: "ok", isAlert: false });
  await api.editMessageReplyMarkup(bob.id, sent.message_id);
  expect(bob.sees().at(-1)!.buttons).toEqual([]);
});

test("what was not confirmed comes again, what was confirmed is gone, what is not taken only counts", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const api = clientOf(telegram);
  const one = await bob.says("one");
  const two = await bob.says("two");
  expect((await api.getUpdates({ limit: 1 })).map((update) => update.update_id)).toEqual([one.updateId!]);
  const again = await api.getUpdates();
  expect(again.map((update) => update.message!.text)).toEqual(["one", "two"]);
  expect(await api.getUpdates({ offset: two.updateId! + 1, allowed_updates: ["callback_query"] })).toEqual([]);
  const unheard = await bob.says("three");
  expect(unheard).toEqual({ updateId: undefined, messageId: two.messageId + 1 });
  expect(await api.getUpdates({ allowed_updates: [] })).toEqual([]);
});

test("a poll waits until something happens, and a second poller ends the first with 409", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const heard: (string | undefined)[] = [];
  const { over } = polling(telegram, (update) => heard.push(update.message?.text));
  await telegram.until(() => telegram.calls("getUpdates").length > 0);
  const { updateId } = await bob.says("hi");
  await telegram.until(() => telegram.confirmed === updateId);
  expect(heard).toEqual(["hi"]);
  await telegram.pollElsewhere();
  expect(await over.catch((error: Error) => error.message)).toContain("409: Conflict: terminated by other getUpdates");
});

test("the general topic is named in what comes from it, and refused in what is sent to it", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const forum = await telegram.group({ kind: "forum", title: "house" });
  const api = clientOf(telegram);
  await bob.says("in general", { chat: forum, thread: 1 });
  const [{ message }] = (await api.getUpdates()) as [Update];
  expect(message).toMatchObject({ message_thread_id: 1, text: "in general" });
  expect(message!.is_topic_message).toBeUndefined();
  await api.sendMessage(forum.id, "here");
  expect(await refusal(api.sendMessage(forum.id, "not here", { message_thread_id: 1 }))).toEqual([
    400,
    "Bad Request: message thread not found",
  ]);
});

test("the bot hears when it is blocked, and when it is let in again", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  await bob.blocksBot();
  await bob.unblocksBot();
  const changes = (await clientOf(telegram).getUpdates()).map((update) => update.my_chat_member!);
  expect(
    changes.map((change) => [change.chat.id, change.old_chat_member.status, change.new_chat_member.status]),
  ).toEqual([
    [bob.id, "member", "kicked"],
    [bob.id, "kicked", "member"],
  ]);
});
