import { expect, test } from "bun:test";
import { decode, type Decoded } from "../../../src/providers/slack/decode.ts";
import { emojiOf, nameOf } from "../../../src/providers/slack/emoji.ts";
import { plainText } from "../../../src/providers/slack/mrkdwn.ts";
import { slack } from "../../../src/providers/slack/index.ts";
import { tsOf } from "../../../src/providers/slack/people.ts";
import appMention from "../../fixtures/slack/mention-as-app-mention.json";
import message from "../../fixtures/slack/mention-as-message.json";
import edited from "../../fixtures/slack/edited-direct.json";

/** What comes from Slack, in our words. The recorded deliveries are part of the contract's laws. */

const nobody = { user: () => undefined, chat: () => undefined };
const us = { userId: "U0CLAWDIA", botId: "B0CLAWDIA", slashCommand: "/clawdia", replyInThread: false };
const at = { us, names: nobody, receivedAtMs: 1_800_000_000_000 };

function read(delivery: unknown, changes: Partial<typeof us> = {}): Decoded {
  return decode(delivery as never, { ...at, us: { ...us, ...changes } });
}

test("a mention that comes twice is one message, whichever comes first", () => {
  expect(read(appMention)).toEqual(read(message));
  expect(read(appMention)).toMatchObject({ mentionsSelf: true, text: "what now?" });
});

test("a mention begins a thread where the account says so, and both of its events agree", () => {
  const began = read(message, { replyInThread: true });
  expect(began).toMatchObject({ ref: { peer: { threadId: "1800000001.000200" } } });
  expect(read(appMention, { replyInThread: true })).toEqual(began);
});

test("a later change is another happening of the same message", () => {
  expect(read(edited)).toMatchObject({
    ref: { messageId: "1800000001.000200" },
    event: { kind: "edit", id: "1800000009.000000" },
    sentAtMs: 1_800_000_009_000,
  });
});

test("nothing that is not what it should be throws", () => {
  const odd: unknown[] = [null, 1, "x", [], {}, { type: "message" }, { type: "message", text: 1, user: {}, ts: [] }];
  for (const event of odd) {
    for (const type of ["events_api", "interactive", "slash_commands"]) {
      expect(read({ type, payload: { event, ...(event as object) }, retries: 0 })).toHaveProperty("ignored");
    }
    expect(read({ type: "events_api", payload: event, retries: 0 })).toHaveProperty("ignored");
  }
});

const texts: readonly (readonly [mrkdwn: string, plain: string])[] = [
  ["a &lt;b&gt; &amp; c", "a <b> & c"],
  ["&amp;lt; stays", "&lt; stays"],
  ["<@U1>", "@U1"],
  ["<@U1|bob>", "@bob"],
  ["<#C1|kitchen> <#C1|>", "#kitchen #C1"],
  ["<!here> <!subteam^S1|@cooks> <!subteam^S1>", "@here @cooks @S1"],
  ["<https://a.example/?x=1&amp;y=2>", "https://a.example/?x=1&y=2"],
  ["<https://a.example|the page>", "the page (https://a.example)"],
  ["<http://a.example|a.example>", "a.example"],
  ["<https://a.example/|a.example>", "a.example"],
  ["<mailto:b@a.example|b@a.example>", "b@a.example"],
  ["<tel:+4912|+4912>", "+4912"],
  ["5 < 6", "5 < 6"],
  ["<unclosed", "<unclosed"],
];

test.each(texts)("%s reads %s", (mrkdwn, plain) => {
  expect(plainText(mrkdwn, nobody)).toBe(plain);
});

test("emoji have names both ways, whatever their skin or their variant", () => {
  expect(["👀", "👍🏽", "❤️", "❤", "🧿", ":party-parrot:", "no"].map(nameOf)).toEqual([
    "eyes",
    "+1",
    "heart",
    "heart",
    undefined,
    "party-parrot",
    undefined,
  ]);
  expect(["eyes", "thumbsup", "+1::skin-tone-3", "party-parrot"].map(emojiOf)).toEqual([
    "👀",
    "👍",
    "👍",
    ":party-parrot:",
  ]);
});

test("a moment has the first name of its millisecond", () => {
  expect([0, 1_800_000_000_123, -5].map(tsOf)).toEqual(["0.000000", "1800000000.123000", "0.000000"]);
});

test.each([
  ["D012", { kind: "direct", id: "D012" }],
  ["C012", { kind: "group", id: "C012" }],
  ["channel:G012", { kind: "group", id: "G012" }],
  ["user:U012", { kind: "direct", id: "U012" }],
  ["@bob", undefined],
  ["#kitchen", undefined],
])("the address %s is a chat", (address, peer) => {
  expect<object | undefined>(slack.peerOf!(address)).toEqual(peer);
});
