import { expect, test } from "bun:test";
import { type Directives, readDirectives, visibleText } from "../../src/markup/index.ts";

const none: Directives = {
  text: "",
  isSilent: false,
  replyTo: undefined,
  asVoice: false,
  media: [],
  heartbeatOk: false,
  skips: undefined,
};

const rows: readonly (readonly [reply: string, expected: Partial<Directives>])[] = [
  ["", {}],
  [" hello \n", { text: "hello" }],
  ["NO_REPLY", { isSilent: true }],
  ["NO_REPLY: nothing to add", { isSilent: true }],
  ["I stay quiet.\n\nNO_REPLY", { isSilent: true }],
  ["**NO_REPLY**.", { isSilent: true }],
  ["`NO_REPLY`", { isSilent: true }],
  ["NO_REPLYING", { text: "NO_REPLYING" }],
  ["no_reply", { text: "no_reply" }],
  ["Say NO_REPLY to be silent", { text: "Say NO_REPLY to be silent" }],
  ["The word is `NO_REPLY`", { text: "The word is `NO_REPLY`" }],
  ["```\nNO_REPLY\n```", { text: "```\nNO_REPLY\n```" }],
  ["NO_REPLY\nMEDIA:/tmp/a.png", { isSilent: true, media: ["/tmp/a.png"] }],
  ["HEARTBEAT_OK", { heartbeatOk: true }],
  ["HEARTBEAT_OK all is well", { heartbeatOk: true, text: "all is well" }],
  ["all is well <b>HEARTBEAT_OK</b>.", { heartbeatOk: true, text: "all is well" }],
  ["HEARTBEAT_OK\nHEARTBEAT_OK", { heartbeatOk: true }],
  ["the HEARTBEAT_OK word", { text: "the HEARTBEAT_OK word" }],
  ["[[reply_to_current]] yes", { replyTo: "current", text: "yes" }],
  ["yes [[ reply_to : 42.1 ]]", { replyTo: { id: "42.1" }, text: "yes" }],
  ["[[reply_to:current]] a", { replyTo: { id: "current" }, text: "a" }],
  ["[[reply_to_current]]\n[[audio_as_voice]]\nyes", { replyTo: "current", asVoice: true, text: "yes" }],
  ["a [[reply_to:1]] b [[reply_to:2]] c", { replyTo: { id: "2" }, text: "a b c" }],
  ["[[reply_to:]] [[unknown]]", { text: "[[reply_to:]] [[unknown]]" }],
  ["write `[[reply_to_current]]` so", { text: "write `[[reply_to_current]]` so" }],
  ["```\n[[reply_to_current]]\n```", { text: "```\n[[reply_to_current]]\n```" }],
  ["Look:\nMEDIA:https://e.com/a.png\nend", { media: ["https://e.com/a.png"], text: "Look:\nend" }],
  ["MEDIA: ./a b.png\r\nMEDIA:`/tmp/c.ogg`", { media: ["./a b.png", "/tmp/c.ogg"] }],
  ['- MEDIA:"~/d.pdf"\n`MEDIA:e.jpg`', { media: ["~/d.pdf", "e.jpg"] }],
  ["MEDIA: see below", { text: "MEDIA: see below" }],
  ["the MEDIA:/tmp/a.png line", { text: "the MEDIA:/tmp/a.png line" }],
  ["```\nMEDIA:/tmp/a.png\n```", { text: "```\nMEDIA:/tmp/a.png\n```" }],
  ["REPLY_SKIP", { skips: "reply", isSilent: true }],
  ["ANNOUNCE_SKIP", { skips: "announce", isSilent: true }],
  ["done. ANNOUNCE_SKIP", { skips: "announce", text: "done." }],
];

for (const [reply, expected] of rows) {
  test(`directives: ${JSON.stringify(reply)}`, () => {
    expect(readDirectives(reply)).toEqual({ ...none, ...expected });
  });
}

test("many directives and many marks are read in one pass", () => {
  expect(readDirectives("[[reply_to_current]] ".repeat(10_000)).text).toBe("");
  expect(readDirectives("*".repeat(100_000)).text.length).toBe(100_000);
  expect(readDirectives("`a``b```".repeat(5_000) + "[[").text.length).toBe(40_002);
  expect(readDirectives("NO_REPLY ".repeat(10_000)).isSilent).toBe(true);
});

const visible: readonly (readonly [partial: string, expected: string])[] = [
  ["", ""],
  ["N", ""],
  ["NO_RE", ""],
  ["NO_REPLY and on", ""],
  ["`NO_REPLY", ""],
  ["**NO_", ""],
  ["No", "No"],
  ["NOT", "NOT"],
  ["done\nNO_REP", "done"],
  ["done\nNO_REPLY", "done"],
  ["HEARTBEAT_OK fine", "fine"],
  ["fine HEARTBEAT", "fine"],
  ["hi [", "hi"],
  ["hi [[", "hi"],
  ["hi [[reply_to", "hi"],
  ["hi [[reply_to: 12", "hi"],
  ["hi [[reply_to: 12]", "hi"],
  ["hi [[reply_to: 12]] there", "hi there"],
  ["hi [[audio_as_voice]", "hi"],
  ["hi [[x", "hi [[x"],
  ["hi [label](", "hi [label]("],
  ["a\nMED", "a"],
  ["a\nMEDIA:/tmp/x", "a"],
  ["a\nMEDIA:/tmp/x\nb", "a\nb"],
  ["a\nMEDIA: see", "a"],
  ["a\nMEDIA: see\n", "a\nMEDIA: see"],
  ["```\nMEDIA:/tmp/x", "```\nMEDIA:/tmp/x"],
  ["```\n[[reply_to", "```\n[[reply_to"],
  ["```\nNO_RE", "```\nNO_RE"],
];

for (const [partial, expected] of visible) {
  test(`a growing reply: ${JSON.stringify(partial)} shows ${JSON.stringify(expected)}`, () => {
    expect(visibleText(partial)).toBe(expected);
  });
}

test("no beginning of a reply shows a directive or a piece of one", () => {
  const replies = [
    "[[reply_to_current]] Hello there.\n[[audio_as_voice]]\nMEDIA:/tmp/a.png\nBye.\nNO_REPLY",
    "NO_REPLY",
    "HEARTBEAT_OK",
    "  [[ reply_to : 12 ]]\n\nText. HEARTBEAT_OK",
    "Text\n\n**NO_REPLY**",
    "x ANNOUNCE_SKIP",
    "REPLY_SKIP",
  ];
  const pieces = /NO_|HEART|EAT_|SKIP|_REP|\[\[|reply_to|audio_as|MEDIA|\/tmp/;
  for (const reply of replies) {
    for (let length = 0; length <= reply.length; length++) {
      expect(visibleText(reply.slice(0, length))).not.toMatch(pieces);
    }
  }
});

test("a reply without directives is shown as it grows, but for its very end", () => {
  const reply = "Now I am here, and NOBODY [or a few] ask. Have a look: MEDIA is a word.";
  for (let length = 0; length <= reply.length; length++) {
    const shown = visibleText(reply.slice(0, length));
    expect(reply).toStartWith(shown);
    expect(length - shown.length).toBeLessThanOrEqual(14);
  }
  expect(visibleText(reply)).toBe(reply);
});
