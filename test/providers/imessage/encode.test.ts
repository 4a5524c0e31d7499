import { expect, test } from "bun:test";
import { encodeReaction, encodeSend, targetOf } from "../../../src/providers/imessage/encode.ts";
import { direct, group, outbound } from "./linked.ts";

/** Our messages in imsg's words. */

const chat = { guid: "any;-;+15552223333", chatId: 7 };

test.each([
  ["a chat that is known", direct("+15552223333"), chat, { chat_guid: chat.guid }],
  ["a person who is new", direct("555 222 3333"), undefined, { to: "+15552223333" }],
  ["a guid that a person wrote", direct("SMS;-;+1555"), undefined, { chat_guid: "SMS;-;+1555" }],
  ["a group that is not known", group("chat1"), undefined, { chat_identifier: "chat1" }],
  ["a group by its guid", group("any;+;chat1"), undefined, { chat_guid: "any;+;chat1" }],
] as const)("%s is one target", (_, peer, known, target) => {
  expect(targetOf(peer, known)).toEqual(target);
});

const usual = { service: "auto", smsFallback: false, region: "US" } as const;
const modern = { hasBridge: true, isStrict: true };
const old = { hasBridge: false, isStrict: false };
const first = { target: { to: "+1555" } };

test.each([
  ["new", usual, modern, { service: "auto", allow_sms_fallback: false }],
  ["new, with a fallback", { ...usual, smsFallback: true }, modern, { service: "auto", allow_sms_fallback: true }],
  ["new, by SMS", { ...usual, service: "sms" }, modern, { service: "sms" }],
  ["old, which would fall back", usual, old, { service: "imessage" }],
  ["old, and may fall back", { ...usual, smsFallback: true }, old, { service: "auto" }],
  ["old, by iMessage", { ...usual, service: "imessage" }, old, { service: "imessage" }],
] as const)("a first message to a person, imsg being %s", (_, settings, abilities, params) => {
  const message = outbound(direct("+1555"), "hi");
  expect(encodeSend(message, first, settings, abilities)).toEqual({ to: "+1555", region: "US", text: "hi", ...params });
});

test("a quote is named only where the bridge can", () => {
  const message = outbound(direct("+1555"), "hi", { replyToId: "G" });
  const form = { target: { chat_guid: "g" } };
  expect(encodeSend(message, form, usual, modern)).toEqual({ chat_guid: "g", text: "hi", reply_to: "G" });
  expect(encodeSend(message, form, usual, old)).toEqual({ chat_guid: "g", text: "hi" });
  expect(encodeSend(message, { ...form, isUnquoted: true }, usual, modern)).toEqual({ chat_guid: "g", text: "hi" });
});

test("a message without content is none", () => {
  expect(encodeSend(outbound(direct("+1555"), ""), first, usual, modern)).toBeUndefined();
});

test.each([
  ["👍", false, { reaction: "like" }],
  ["👍🏿", false, { reaction: "like" }],
  ["❤", false, { reaction: "love" }],
  ["❤️", false, { reaction: "love" }],
  ["‼️", false, { reaction: "emphasize" }],
  ["❗️", false, { reaction: "emphasize" }],
  ["🤣", false, { reaction: "laugh" }],
  ["❓", true, { reaction: "question" }],
  ["👀", false, undefined],
  ["👀", true, { emoji: "👀" }],
])("%s, any emoji being possible: %p, is %p", (emoji, hasAny, params) => {
  expect(encodeReaction(emoji, hasAny)).toEqual(params);
});
