import { expect, test } from "bun:test";
import { MessageFlags } from "discord-api-types/v10";
import { buttonValueOf, encodeEdit, encodeSend } from "../../../src/providers/discord/encode.ts";
import { idAt, idOf, laterId, madeAtMs } from "../../../src/providers/discord/snowflakes.ts";
import { outbound } from "./linked.ts";

const peer = { kind: "direct", id: "1100000000000000002" } as const;

test("a message that says nothing is none, and no edit either", () => {
  expect(encodeSend(outbound(peer, ""))).toBeUndefined();
  expect(encodeEdit(outbound(peer, ""))).toBeUndefined();
});

test("a quote that is no message's id is not asked for", () => {
  expect(encodeSend(outbound(peer, "x", { replyToId: "web-17" }))).not.toHaveProperty("message_reference");
});

test("an edit takes the buttons away that are not named again", () => {
  const flags: number = MessageFlags.SuppressEmbeds;
  const edit: object | undefined = encodeEdit(outbound(peer, "x"));
  const allowed = { parse: [], replied_user: false };
  expect(edit).toEqual({ content: "x", allowed_mentions: allowed, flags, components: [] });
});

test("at most 25 buttons are shown, five in a row, each with an id of its own that gives its value back", () => {
  const buttons = [Array.from({ length: 40 }, (_, index) => ({ label: "x".repeat(99), value: `v:${index}` }))];
  const body = encodeSend(outbound(peer, "x", { buttons }));
  const rows = body?.components as readonly { components: readonly { label: string; custom_id: string }[] }[];
  const all = rows.flatMap(({ components }) => components);
  expect(rows.map(({ components }) => components.length)).toEqual([5, 5, 5, 5, 5]);
  expect(new Set(all.map(({ custom_id: id }) => id)).size).toBe(25);
  expect(all.map(({ custom_id: id }) => buttonValueOf(id))).toEqual(all.map((_, index) => `v:${index}`));
  expect(Math.max(...all.map(({ label }) => label.length))).toBe(80);
});

test("ids hold their time, and what is no id is refused", () => {
  const atMs = 1_800_000_000_123;
  expect(madeAtMs(idAt(atMs))).toBe(atMs);
  expect(laterId("9", "10")).toBe("10");
  for (const none of ["", "abc", 12, undefined, null, "12345678901234567890123"]) expect(() => idOf(none)).toThrow();
});
