import { expect, test } from "bun:test";
import { CallError, deliveryErrorOf, type Failure, formAfter } from "../../../src/providers/telegram/failures.ts";
import { transportErrorOf } from "../../../src/providers/transport.ts";

/** What Telegram's answers mean for a message: whether it may have arrived, and whether it may be sent again. */

const refused = (code: number, description: string, more: object = {}): Failure => ({
  kind: "refused",
  code,
  description,
  ...more,
});

/** As Telegram words them. Every answer is certain: the message is not there. */
const recorded: readonly (readonly [code: number, description: string, verdict: "final" | "again"])[] = [
  [400, "Bad Request: chat not found", "final"],
  [400, "Bad Request: message text is empty", "final"],
  [400, "Bad Request: message is too long", "final"],
  [400, "Bad Request: message caption is too long", "final"],
  [400, "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"", "final"],
  [400, "Bad Request: message thread not found", "final"],
  [400, "Bad Request: TOPIC_CLOSED", "final"],
  [400, "Bad Request: PEER_ID_INVALID", "final"],
  [400, "Bad Request: USER_IS_BLOCKED", "final"],
  [400, "Bad Request: have no rights to send a message", "final"],
  [400, "Bad Request: not enough rights to send text messages to the chat", "final"],
  [400, "Bad Request: CHAT_WRITE_FORBIDDEN", "final"],
  [400, "Bad Request: group chat was upgraded to a supergroup chat", "final"],
  [400, "Bad Request: BUTTON_DATA_INVALID", "final"],
  [400, "Bad Request: PHOTO_INVALID_DIMENSIONS", "final"],
  [400, "Bad Request: wrong file identifier/HTTP URL specified", "final"],
  [400, "Bad Request: message to edit not found", "final"],
  [400, "Bad Request: message can't be edited", "final"],
  [400, "Bad Request: poll must have at least 2 option", "final"],
  [403, "Forbidden: bot was blocked by the user", "final"],
  [403, "Forbidden: user is deactivated", "final"],
  [403, "Forbidden: bot was kicked from the supergroup chat", "final"],
  [403, "Forbidden: bot is not a member of the channel chat", "final"],
  [403, "Forbidden: bot can't initiate conversation with a user", "final"],
  [403, "Forbidden: bot can't send messages to bots", "final"],
  [413, "Request Entity Too Large", "final"],
  [401, "Unauthorized", "again"],
  [404, "Not Found", "again"],
  [409, "Conflict: terminated by other getUpdates request", "again"],
  [420, "FLOOD_WAIT_5", "again"],
  [429, "Too Many Requests: retry after 35", "again"],
  [500, "Internal Server Error", "again"],
  [502, "Bad Gateway", "again"],
  [503, "Service Unavailable", "again"],
  [504, "Gateway Timeout", "again"],
];

test.each(recorded)("%d %s: certain, and %s", (code, description, verdict) => {
  const error = deliveryErrorOf(new CallError("sendMessage", refused(code, description)));
  expect(error).toMatchObject({
    name: "DeliveryError",
    message: `Telegram refused sendMessage: ${description}`,
    isCertain: true,
    isPermanent: verdict === "final",
    retryAfterMs: undefined,
  });
});

test("a flood carries the time that Telegram asks for", () => {
  const failure = refused(429, "Too Many Requests: retry after 35", { retryAfterMs: 35_000 });
  expect(deliveryErrorOf(new CallError("sendMessage", failure))).toMatchObject({ retryAfterMs: 35_000 });
});

test.each([
  ["ECONNREFUSED", false],
  ["ENOTFOUND", false],
  ["EAI_AGAIN", false],
  ["EHOSTUNREACH", false],
  ["ENETUNREACH", false],
  ["EPROTO", false],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", false],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", false],
  ["CERT_HAS_EXPIRED", false],
  ["ERR_TLS_CERT_ALTNAME_INVALID", false],
  ["ECONNRESET", true],
  ["EPIPE", true],
  ["ETIMEDOUT", true],
  ["UnexpectedRedirect", true],
  ["SomethingNew", true],
] as const)("%s: whether the message may have left is %p", (code, mayHaveLeft) => {
  const address = "https://api.telegram.org/bot1:SECRET/sendMessage";
  const error = transportErrorOf(Object.assign(new TypeError(`${code} ${address}`), { code, path: address }));
  expect(error.mayHaveLeft).toBe(mayHaveLeft);
  expect(Bun.inspect(error)).not.toContain("SECRET");
  const failure: Failure = { kind: "broken", mayHaveLeft, reason: error.message };
  const delivery = deliveryErrorOf(new CallError("sendMessage", failure));
  expect(delivery).toMatchObject({ isCertain: !mayHaveLeft, isPermanent: false });
});

const moved = { movedToChatId: "-1001" };
const forms: readonly (readonly [string, Failure, object, boolean, object | undefined])[] = [
  [
    "broken HTML goes as plain text",
    refused(400, "Bad Request: can't parse entities: x"),
    {},
    false,
    { isPlain: true },
  ],
  [
    "plain text has nothing to break",
    refused(400, "Bad Request: can't parse entities"),
    { isPlain: true },
    false,
    undefined,
  ],
  ["a moved group", refused(400, "group chat was upgraded", moved), {}, false, { chatId: "-1001" }],
  ["a group that moved twice", refused(400, "group chat was upgraded", moved), { chatId: "-1" }, false, undefined],
  ["a lost quote", refused(400, "Bad Request: message to be replied not found"), {}, false, { isUnquoted: true }],
  ["a lost quote, old words", refused(400, "Bad Request: reply message not found"), {}, false, { isUnquoted: true }],
  ["a photo too wide", refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"), {}, true, { isDocument: true }],
  ["a photo too big", refused(400, "Bad Request: file is too big for a photo"), {}, true, { isDocument: true }],
  ["a request too large", refused(413, "Request Entity Too Large"), {}, true, { isDocument: true }],
  ["no voice from bots", refused(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN"), {}, true, { isDocument: true }],
  ["a file refused as a file", refused(413, "Request Entity Too Large"), { isDocument: true }, true, undefined],
  ["text too large", refused(413, "Request Entity Too Large"), {}, false, undefined],
  ["a chat that is gone", refused(400, "Bad Request: chat not found"), {}, true, undefined],
  ["a flood", refused(429, "Too Many Requests: can't parse entities"), {}, true, undefined],
  ["no answer", { kind: "broken", mayHaveLeft: true, reason: "the connection broke" }, {}, true, undefined],
];

test.each(forms)("the next form after %s", (...[, failure, form, hasFile, next]) => {
  expect(formAfter(failure, form, hasFile)).toEqual(next);
});

test("every chain of forms ends, whatever Telegram says", () => {
  const words = "can't parse entities; message to be replied not found; PHOTO_INVALID_DIMENSIONS";
  const failure = refused(400, words, moved);
  let form = formAfter(failure, {}, true);
  let steps = 0;
  for (; form; steps++) form = formAfter(failure, form, true);
  expect(steps).toBe(4);
});
