import { expect, test } from "bun:test";
import { GrammyError, HttpError, InputFile } from "grammy";
import { FakeClock } from "../fake-clock.ts";
import { clientOf, failure, polling, refusal } from "./official-client.ts";
import { TelegramDouble } from "./telegram-double.ts";

/** What the official client does, as people see it. */

const bytes = new Uint8Array(60).map((_, index) => index);

test("photos, documents, voices, audio and video come with their bytes, also when sent again by file id", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const api = clientOf(telegram);
  const { photo } = await api.sendPhoto(bob.id, new InputFile(bytes, "p.png"), {
    caption: "<b>p</b>",
    parse_mode: "HTML",
  });
  await api.sendPhoto(bob.id, photo.at(-1)!.file_id);
  await api.sendDocument(bob.id, new InputFile(bytes.slice(1), "d ü.pdf"), { reply_parameters: { message_id: 1 } });
  await api.sendVoice(bob.id, new InputFile(bytes.slice(2), "v.ogg"), { duration: 2 });
  await api.sendAudio(bob.id, new InputFile(bytes.slice(3), "a.mp3"));
  await api.sendVideo(bob.id, new InputFile(bytes.slice(4), "v.mp4"), { disable_notification: true });
  const heard = await bob.hears(6);
  expect(heard.map(({ media }) => media)).toEqual([
    [{ kind: "photo", fileName: "p.png", bytes }],
    [{ kind: "photo", fileName: "p.png", bytes }],
    [{ kind: "document", fileName: "d ü.pdf", bytes: bytes.slice(1) }],
    [{ kind: "voice", fileName: "v.ogg", bytes: bytes.slice(2) }],
    [{ kind: "audio", fileName: "a.mp3", bytes: bytes.slice(3) }],
    [{ kind: "video", fileName: "v.mp4", bytes: bytes.slice(4) }],
  ]);
  expect(heard[0]).toMatchObject({ text: "p", entities: [{ type: "bold" }], isSilent: false });
  expect(heard[2]!.replyToId).toBe(1);
  expect(heard[5]!.isSilent).toBe(true);
  expect(await refusal(api.sendPhoto(bob.id, "no such file"))).toEqual([
    400,
    "Bad Request: wrong file identifier/HTTP URL specified",
  ]);
});

test("an album is several messages of one group", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const item = (from: number) => ({ type: "photo" as const, media: new InputFile(bytes.slice(from), `${from}.png`) });
  const sent = await clientOf(telegram).sendMediaGroup(bob.id, [{ ...item(0), caption: "both" }, item(1)]);
  const heard = await bob.hears(2);
  expect(heard.map(({ messageId }) => messageId)).toEqual(sent.map((message) => message.message_id));
  expect(heard[0]!.albumId).toBeString();
  expect(heard).toMatchObject([
    { text: "both", albumId: heard[1]!.albumId, media: [{ bytes }] },
    { text: "", media: [{ bytes: bytes.slice(1) }] },
  ]);
});

test("polls, buttons, reactions, typing, drafts, deletions and the menu are seen", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const api = clientOf(telegram);
  const said = await bob.says("hi");
  await api.setMessageReaction(bob.id, said.messageId, [{ type: "emoji", emoji: "👀" }]);
  await api.sendChatAction(bob.id, "typing");
  await api.raw.sendMessageDraft({ chat_id: bob.id, draft_id: 5, text: "thin" });
  expect(telegram.drafts(bob)).toEqual(["thin"]);
  await api.sendPoll(
    bob.id,
    "tea?",
    ["yes", "no"].map((text) => ({ text })),
  );
  expect(telegram.drafts(bob)).toEqual([]);
  const keyboard = {
    inline_keyboard: [
      [
        { text: "Yes", callback_data: "y" },
        { text: "Web", url: "https://x.org" },
      ],
    ],
  };
  const { message_id: id } = await api.sendMessage(bob.id, "sure?", { reply_markup: keyboard });
  const gone = await api.sendMessage(bob.id, "oops");
  await api.deleteMessage(bob.id, gone.message_id);
  await api.setMyCommands([{ command: "new", description: "starts over" }]);
  expect(bob.sees()).toMatchObject([
    { text: "hi", isFromBot: false, reactions: ["👀"] },
    { poll: { question: "tea?", options: ["yes", "no"] } },
    {
      text: "sure?",
      messageId: id,
      buttons: [
        [
          { label: "Yes", value: "y" },
          { label: "Web", url: "https://x.org" },
        ],
      ],
    },
  ]);
  expect(telegram.actions(bob)).toEqual(["typing"]);
  expect(telegram.commands).toEqual([{ command: "new", description: "starts over" }]);
  const tooMuch = [[{ text: "x", callback_data: "x".repeat(65) }]];
  expect(await refusal(api.sendMessage(bob.id, "x", { reply_markup: { inline_keyboard: tooMuch } }))).toEqual([
    400,
    "Bad Request: BUTTON_DATA_INVALID",
  ]);
});

test("an answer that is held comes by the clock, or when it is released", async () => {
  const clock = new FakeClock();
  await using telegram = await TelegramDouble.start({ clock });
  const bob = telegram.person({ name: "Bob" });
  const api = clientOf(telegram);
  const slow = telegram.fault({ method: "sendMessage", does: { kind: "hold-answer", ms: 60_000 } });
  const held = telegram.fault({ method: "sendMessage", does: { kind: "hold-answer" } });
  let answered = 0;
  const calls = ["slow", "held"].map(async (text) => {
    await api.sendMessage(bob.id, text);
    answered++;
  });
  await bob.hears(2);
  await Promise.all([slow.struck(), held.struck()]);
  expect(answered).toBe(0);
  await clock.advance(60_000);
  await telegram.until(() => telegram.calls("sendMessage").some((call) => call.answered));
  held.release();
  await Promise.all(calls);
  expect(answered).toBe(2);
});

test("a revoked token ends the poll with 401, and every call after it", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const { over } = polling(telegram, () => undefined);
  await telegram.until(() => telegram.calls("getUpdates").length > 0);
  telegram.revokeToken();
  expect(await failure(over)).toMatchObject({ error_code: 401, description: "Unauthorized" });
  expect(await refusal(clientOf(telegram).sendMessage(bob.id, "x"))).toEqual([401, "Unauthorized"]);
  telegram.restoreToken();
  expect(await clientOf(telegram).getMe()).toMatchObject({ id: 123456789, first_name: "Clawdia", is_bot: true });
});

test("cut connections fail the calls under way, and the next ones pass", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const api = clientOf(telegram);
  const hanging = telegram.fault({ does: { kind: "hang" } });
  const cut = failure(api.sendMessage(bob.id, "cut"));
  await hanging.struck();
  telegram.cutConnections();
  expect(await cut).toBeInstanceOf(HttpError);
  expect(await failure(api.sendMessage(bob.id, "after"))).not.toBeInstanceOf(GrammyError);
  expect(bob.sees().map(({ text }) => text)).toEqual(["after"]);
});
