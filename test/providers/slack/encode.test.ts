import { expect, test } from "bun:test";
import { encodeEdit, encodeSend, encodeShare, sendIdOf } from "../../../src/providers/slack/encode.ts";
import type { OutboundMessage } from "../../../src/providers/index.ts";
import { outbound, said } from "./linked.ts";

/** A message as Slack takes it. */

const common = {
  channel: "D0BOB",
  unfurl_links: false,
  unfurl_media: false,
  metadata: { event_type: "clawdia", event_payload: { send_id: "0123456789abcdef01234567" } },
};
const yes = { label: "Yes", value: "approve 1" };
const no = { label: "No & never", value: "deny 1" };
const button = (label: string, value: string, place: string) => ({
  type: "button",
  action_id: `clawdia_${place}`,
  text: { type: "plain_text", text: label, emoji: true },
  value,
});
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text }, expand: true });

const rows: readonly (readonly [name: string, message: Partial<OutboundMessage>, expected: object | undefined])[] = [
  ["text as it was rendered", { text: { markup: "*b* &amp;", plain: "b &" } }, { ...common, text: "*b* &amp;" }],
  ["nothing at all", {}, undefined],
  ["an empty text", { text: said("") }, undefined],
  [
    "a thread",
    { peer: { kind: "direct", id: "D0BOB", threadId: "1800000000.000100" }, text: said("x") },
    { ...common, thread_ts: "1800000000.000100", text: "x" },
  ],
  [
    "a thread of another network",
    { peer: { kind: "direct", id: "D0BOB", threadId: "42" }, text: said("x") },
    { ...common, text: "x" },
  ],
  ["a quote, which Slack does not have", { text: said("x"), replyToId: "1800000000.000100" }, { ...common, text: "x" }],
  [
    "buttons in rows",
    { text: said("Well?"), buttons: [[yes], [no]] },
    {
      ...common,
      text: "Well?",
      blocks: [
        section("Well?"),
        { type: "actions", elements: [button("Yes", "approve 1", "0_0")] },
        { type: "actions", elements: [button("No & never", "deny 1", "1_0")] },
      ],
    },
  ],
  [
    "buttons without a text",
    { buttons: [[no]] },
    {
      ...common,
      text: "No &amp; never",
      blocks: [{ type: "actions", elements: [button("No & never", "deny 1", "0_0")] }],
    },
  ],
  [
    "buttons under a text that is longer than a section",
    { text: said(`${"a".repeat(2000)}\n${"b".repeat(1900)}`), buttons: [[yes]] },
    {
      ...common,
      text: `${"a".repeat(2000)}\n${"b".repeat(1900)}`,
      blocks: [
        section("a".repeat(2000)),
        section("b".repeat(1900)),
        { type: "actions", elements: [button("Yes", "approve 1", "0_0")] },
      ],
    },
  ],
];

test.each(rows)("%s", (_, fields, expected) => {
  expect<object | undefined>(encodeSend(outbound("D0BOB", fields), "D0BOB")).toEqual(expected);
});

test("blocks that were refused become lines of the text", () => {
  const message = outbound("D0BOB", { text: said("Well?"), buttons: [[yes, no]] });
  expect(encodeSend(message, "D0BOB", { isPlain: true })).toMatchObject({ text: "Well?\n• Yes\n• No &amp; never" });
});

test("an edit takes away the buttons that it does not name", () => {
  const target = { channel: "D0BOB", ts: "1800000000.000100" };
  expect(encodeEdit(target, outbound("D0BOB", { text: said("done") }))).toEqual({
    ...target,
    text: "done",
    blocks: [],
  });
  expect(encodeEdit(target, outbound("D0BOB"))).toBeUndefined();
});

test("a file is shared with its words, and in its thread", () => {
  const peer = { kind: "group", id: "C0KITCHEN", threadId: "1800000000.000100" } as const;
  const message = outbound("C0KITCHEN", { peer, text: said("look") });
  const place = { channel_id: "C0KITCHEN", thread_ts: "1800000000.000100" };
  expect<object>(encodeShare(message, "C0KITCHEN")).toEqual({ ...place, initial_comment: "look" });
  expect<object>(encodeShare({ ...message, buttons: [[yes]] }, "C0KITCHEN")).toMatchObject({
    ...place,
    blocks: [section("look"), { type: "actions" }],
  });
});

test("a send is known by its metadata, and nobody else's counts", () => {
  expect(sendIdOf({ event_type: "clawdia", event_payload: { send_id: "abc" } })).toBe("abc");
  expect(sendIdOf({ event_type: "other", event_payload: { send_id: "abc" } })).toBeUndefined();
  expect(sendIdOf({ event_type: "clawdia", event_payload: { send_id: 1 } })).toBeUndefined();
  expect(sendIdOf({})).toBeUndefined();
});
