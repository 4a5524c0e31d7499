import { expect, test } from "bun:test";
import type { OutboundMedia, OutboundMessage, Peer } from "../../../src/providers/index.ts";
import { encodeEdit, encodeSend, type SendForm, typingTopicOf } from "../../../src/providers/telegram/encode.ts";
import { reactionFor } from "../../../src/providers/telegram/reactions.ts";

/** What the house wants sent, as calls of the Bot API. */

const bob: Peer = { kind: "direct", id: "42" };
const topic: Peer = { kind: "group", id: "-1001", threadId: "17" };
const general: Peer = { kind: "group", id: "-1001", threadId: "1" };
const hello = { markup: "<b>hello</b> &amp; hi", plain: "hello & hi" };
const html = { text: "<b>hello</b> &amp; hi", parse_mode: "HTML", link_preview_options: { is_disabled: true } };
const plain = { text: "hello & hi", link_preview_options: { is_disabled: true } };
const yesNo = [[{ label: "Yes", value: "y" }], [{ label: "No", value: "n" }]];
const keyboard = { inline_keyboard: [[{ text: "Yes", callback_data: "y" }], [{ text: "No", callback_data: "n" }]] };

const message = (fields: Partial<OutboundMessage>): OutboundMessage => ({
  sendId: "a".repeat(24),
  peer: bob,
  ...fields,
});

const file = (kind: OutboundMedia["kind"], mimeType: string): OutboundMedia => ({
  kind,
  mimeType,
  fileName: "file",
  bytes: () => new Uint8Array(),
});

const sends: readonly (readonly [string, Partial<OutboundMessage>, SendForm, object | undefined])[] = [
  ["text", { text: hello }, {}, { chat_id: "42", ...html }],
  ["text that was refused as HTML", { text: hello }, { isPlain: true }, { chat_id: "42", ...plain }],
  ["text in a topic", { peer: topic, text: hello }, {}, { chat_id: "-1001", message_thread_id: 17, ...html }],
  ["text in General", { peer: general, text: hello }, {}, { chat_id: "-1001", ...html }],
  ["text to a group that moved", { text: hello }, { chatId: "-100" }, { chat_id: "-100", ...html }],
  ["silent text", { text: hello, isSilent: true }, {}, { chat_id: "42", disable_notification: true, ...html }],
  ["buttons", { text: hello, buttons: yesNo }, {}, { chat_id: "42", reply_markup: keyboard, ...html }],
  [
    "a quote",
    { text: hello, replyToId: "7" },
    {},
    { chat_id: "42", reply_parameters: { message_id: 7, allow_sending_without_reply: true }, ...html },
  ],
  ["a quote that is gone", { text: hello, replyToId: "7" }, { isUnquoted: true }, { chat_id: "42", ...html }],
  ["a quote of another network", { text: hello, replyToId: "x7" }, {}, { chat_id: "42", ...html }],
  ["nothing", {}, {}, undefined],
  ["empty text", { text: { markup: "", plain: "" } }, {}, undefined],
];

test.each(sends)("sending %s", (_, fields, form, payload) => {
  expect(encodeSend(message(fields), form)?.payload).toEqual(payload as never);
});

test.each([
  ["image", "image/jpeg", "sendPhoto"],
  ["image", "image/png", "sendPhoto"],
  ["image", "image/gif", "sendDocument"],
  ["image", "image/svg+xml", "sendDocument"],
  ["voice", "audio/ogg; codecs=opus", "sendVoice"],
  ["voice", "audio/mpeg", "sendVoice"],
  ["voice", "audio/wav", "sendDocument"],
  ["audio", "audio/mpeg", "sendAudio"],
  ["audio", "audio/flac", "sendDocument"],
  ["video", "video/mp4", "sendVideo"],
  ["video", "video/webm", "sendDocument"],
  ["document", "application/pdf", "sendDocument"],
] as const)("%s of type %s goes by %s", (kind, mimeType, method) => {
  const call = encodeSend(message({ media: file(kind, mimeType), text: hello }));
  expect(call).toMatchObject({ method, payload: { chat_id: "42", caption: hello.markup, parse_mode: "HTML" } });
  const asFile = encodeSend(message({ media: file(kind, mimeType), text: hello }), { isDocument: true, isPlain: true });
  expect(asFile).toMatchObject({ method: "sendDocument", payload: { chat_id: "42", caption: hello.plain } });
});

test.each([
  ["open for ever", { selectionsMax: 1 }, {}],
  ["several answers", { selectionsMax: 2 }, { allows_multiple_answers: true }],
  ["an hour", { selectionsMax: 1, durationMs: 3_600_000 }, { open_period: 3600 }],
  ["less than Telegram's shortest", { selectionsMax: 1, durationMs: 10 }, { open_period: 5 }],
  ["longer than Telegram's longest", { selectionsMax: 1, durationMs: 1e12 }, {}],
] as const)("a poll: %s", (_, fields, payload) => {
  const poll = { question: "Lunch?", options: ["Soup", "Salad"], ...fields };
  expect(encodeSend(message({ poll }))).toEqual({
    method: "sendPoll",
    payload: { chat_id: "42", question: "Lunch?", options: [{ text: "Soup" }, { text: "Salad" }], ...payload },
  });
});

test("an edit replaces text and buttons, and needs a text", () => {
  const target = { chatId: "42", messageId: "9" };
  const edit = encodeEdit(target, message({ text: hello, buttons: yesNo, replyToId: "7", isSilent: true }));
  expect(edit).toEqual({ chat_id: "42", message_id: 9, reply_markup: keyboard, ...html } as never);
  expect(encodeEdit(target, message({ text: hello }), { isPlain: true })).toEqual({
    chat_id: "42",
    message_id: 9,
    ...plain,
  } as never);
  expect(encodeEdit(target, message({}))).toBeUndefined();
});

test("typing in General names it, for the action would be shown elsewhere", () => {
  expect([bob, topic, general].map(typingTopicOf)).toEqual([{}, { message_thread_id: 17 }, { message_thread_id: 1 }]);
});

test.each([
  ["👀", "👀"],
  ["❤️", "❤"],
  ["👍🏽", "👍"],
  ["✅", "👍"],
  ["❌", "👎"],
  ["⏳", "👨‍💻"],
  ["🤷‍♂️", "🤷‍♂"],
  ["🏳️‍🌈", undefined],
  ["", undefined],
  ["constructor", undefined],
] as const)("the reaction for %s is %p", (emoji, reaction) => {
  expect(reactionFor(emoji)).toBe(reaction as never);
});
