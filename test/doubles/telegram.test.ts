import { expect, test } from "bun:test";
import { HttpError, InputFile } from "grammy";
import { clientOf, failure, polling, refusal } from "./telegram/official-client.ts";
import { TelegramDouble } from "./telegram/telegram-double.ts";

/** The official client meets the double: what grammY cannot live with is a mistake of the double. */

const picture = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, ...Array.from({ length: 60 }, (_, i) => i)]);

test("a bot that polls hears what people say, and they read its answer and its edit", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob", username: "bob" });
  const { bot, over } = polling(telegram, () => undefined);
  bot.on("message:text", async (context) => {
    const sent = await context.reply(`<b>you said</b> ${context.message.text}`, {
      parse_mode: "HTML",
      reply_parameters: { message_id: context.message.message_id },
    });
    await context.api.editMessageText(context.chat.id, sent.message_id, "done");
  });
  const said = await bob.says("hi");
  const answer = await bob.reads("done");
  await bot.stop();
  await over;
  expect(answer).toMatchObject({ replyToId: said.messageId, versions: ["you said hi", "done"] });
  expect(telegram.confirmed).toBe(said.updateId!);
});

test("what Telegram refuses is refused in its words", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const api = clientOf(telegram);
  const html = { parse_mode: "HTML" } as const;
  const { message_id: id } = await api.sendMessage(bob.id, "<i>one</i>", html);
  const rows: readonly (readonly [() => Promise<unknown>, number, string])[] = [
    [
      () => api.sendMessage(bob.id, "<b>x", html),
      400,
      `can't parse entities: Can't find end tag corresponding to start tag "b"`,
    ],
    [
      () => api.sendMessage(bob.id, "a<x>", html),
      400,
      `can't parse entities: Unsupported start tag "x" at byte offset 1`,
    ],
    [() => api.sendMessage(bob.id, "x".repeat(4097)), 400, "message is too long"],
    [() => api.sendMessage(bob.id, " "), 400, "message text is empty"],
    [
      () => api.sendPhoto(bob.id, new InputFile(picture), { caption: "x".repeat(1025) }),
      400,
      "message caption is too long",
    ],
    [() => api.sendMessage(42, "x"), 400, "chat not found"],
    [() => api.editMessageText(bob.id, 999, "x"), 400, "message to edit not found"],
    [() => api.editMessageText(bob.id, id, "<i>one</i>", html), 400, "message is not modified"],
    [
      () => api.sendMessage(bob.id, "x", { reply_parameters: { message_id: 999 } }),
      400,
      "message to be replied not found",
    ],
    [() => api.setMessageReaction(bob.id, id, [{ type: "emoji", emoji: "✅" as "👍" }]), 400, "REACTION_INVALID"],
    [() => api.getFile("nothing"), 400, "wrong file_id or the file is temporarily unavailable"],
  ];
  for (const [call, code, description] of rows) {
    const [gotCode, gotDescription] = await refusal(call());
    expect([gotCode, gotDescription]).toEqual([code, expect.stringContaining(`Bad Request: ${description}`)]);
  }
  expect(await api.sendMessage(bob.id, `<b>${"&amp;".repeat(4096)}</b>`, html)).toMatchObject({
    text: "&".repeat(4096),
  });
});

test("a blocked bot, a thrown out bot and a migrated group are told so", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const house = await telegram.group({ title: "house" });
  const team = await telegram.group({ title: "team", kind: "group" });
  const api = clientOf(telegram);
  await bob.blocksBot();
  await house.throwsBotOut(bob);
  const moved = await team.migrates();
  expect(await refusal(api.sendMessage(bob.id, "x"))).toEqual([403, "Forbidden: bot was blocked by the user"]);
  expect(await refusal(api.sendMessage(house.id, "x"))).toEqual([
    403,
    "Forbidden: bot was kicked from the supergroup chat",
  ]);
  const error = await failure(api.sendMessage(team.id, "x"));
  expect(error).toMatchObject({ error_code: 400, parameters: { migrate_to_chat_id: moved.id } });
  await api.sendMessage(moved.id, "here");
  expect(telegram.messages(moved)).toMatchObject([{ text: "here" }]);
});

test("faults strike as scripted, are counted, and the log tells what was really done", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const api = clientOf(telegram);
  const method = "sendMessage";
  telegram.fault({ method, does: { kind: "refuse", code: 429, retryAfter: 7 } });
  const flood = await failure(api.sendMessage(bob.id, "flood"));
  expect(flood).toMatchObject({ error_code: 429, parameters: { retry_after: 7 } });
  telegram.fault({ method, does: { kind: "refuse", code: 502, body: "<html>bad gateway</html>" } });
  expect(await failure(api.sendMessage(bob.id, "page"))).toBeInstanceOf(HttpError);
  telegram.fault({ method, does: { kind: "drop" } });
  expect(await failure(api.sendMessage(bob.id, "dropped"))).toBeInstanceOf(HttpError);
  const lost = telegram.fault({ method, chat: bob.id, does: { kind: "drop-answer" } });
  expect(await failure(api.sendMessage(bob.id, "lost"))).toBeInstanceOf(HttpError);
  const hanging = telegram.fault({ method, does: { kind: "hang" } });
  const late = api.sendMessage(bob.id, "late");
  await hanging.struck();
  expect(telegram.messages(bob).map(({ text }) => text)).toEqual(["lost"]);
  hanging.release();
  await late;
  expect(lost.hits).toBe(1);
  expect(bob.sees().map(({ text }) => text)).toEqual(["lost", "late"]);
  const told = telegram
    .calls(method)
    .map(({ params, applied, answered, code }) => [params["text"], applied, answered, code]);
  expect(told).toEqual([
    ["flood", false, true, 429],
    ["page", false, true, 502],
    ["dropped", false, false, undefined],
    ["lost", true, false, 200],
    ["late", true, true, 200],
  ]);
});

test("an outage refuses connections, and Telegram comes back at the same address", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const api = clientOf(telegram);
  const poll = api.getUpdates({ timeout: 30 });
  await telegram.until(() => telegram.calls("getUpdates").length > 0);
  telegram.goDown();
  expect(await failure(poll)).toBeInstanceOf(HttpError);
  expect(await failure(api.sendMessage(bob.id, "x"))).toBeInstanceOf(HttpError);
  await bob.says("are you there?");
  await telegram.comeBack();
  expect(await api.getUpdates({ timeout: 30 })).toMatchObject([{ message: { text: "are you there?" } }]);
});
