import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Message, Update } from "grammy/types";
import type { InboundMessage } from "../../../src/providers/index.ts";
import { decode } from "../../../src/providers/telegram/decode.ts";
import decoded from "../../fixtures/telegram.decoded.json";

/** What Telegram sends, in its own shapes, and what of it reaches the house. */

const folder = join(import.meta.dir, "../../fixtures/telegram");
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
const us = { id: 123_456_789, username: "clawdia_bot" };
const receivedAtMs = 1_800_000_000_000;

const load = async (name: string): Promise<Update> => Bun.file(join(folder, `${name}.json`)).json();

test("every recorded update decodes to its snapshot, and none throws", async () => {
  expect(names.length).toBeGreaterThanOrEqual(100);
  const all = await Promise.all(names.map(async (name) => [name, decode(await load(name), us, receivedAtMs)] as const));
  expect(JSON.parse(JSON.stringify(Object.fromEntries(all)))).toEqual(decoded);
});

test("no reason for ignoring an update holds what people wrote", async () => {
  for (const name of names) {
    const update = await load(name);
    const result = decode(update, us, receivedAtMs);
    if (!("ignored" in result)) continue;
    const { text } = { ...update.message, ...update.channel_post };
    expect(text === undefined || !result.ignored.includes(text)).toBe(true);
  }
});

/** Whatever is cut out of an update or put in its place, decoding gives a message or a reason. */
test("an update with any of its parts missing or of another type never throws", async () => {
  const values = [undefined, null, 0, "", "text", [], {}, true];
  for (const name of names) {
    const update = await load(name);
    for (const path of pathsOf(update)) {
      for (const value of values) {
        const result = decode(changed(update, path, value), us, receivedAtMs);
        expect("ignored" in result || isWhole(result)).toBe(true);
      }
    }
  }
});

function isWhole({ ref, event, sender, sentAtMs, text, media }: InboundMessage): boolean {
  const ids = [ref.peer.id, ref.messageId, sender.id, ref.peer.threadId ?? "1"];
  const texts: readonly unknown[] = [event.id, text, ...media.map(({ handle }) => handle)];
  return (
    ids.every((id) => /^-?[1-9]\d*$/.test(id)) &&
    texts.every((one) => typeof one === "string") &&
    Number.isSafeInteger(sentAtMs)
  );
}

const base = {
  message_id: 7,
  date: 1_790_000_000,
  from: { id: 42, is_bot: false, first_name: "Bob" },
  chat: { id: -5, type: "group", title: "Kitchen" },
};

const means = (fields: Partial<Message>) => {
  const result = decode({ update_id: 1, message: { ...base, ...fields } } as Update, us, receivedAtMs);
  return "ignored" in result ? result.ignored : result.mentionsSelf;
};

const word = (type: string, offset: number, length: number) => ({ type, offset, length }) as never;
const ours = { ...base, from: { id: us.id, is_bot: true, first_name: "Clawdia" }, text: "yes?" };
const topicStart = { ...ours, message_id: 3, text: undefined, forum_topic_created: { name: "x", icon_color: 1 } };

test.each([
  ["small talk", { text: "hello" }, false],
  ["our name", { text: "hi @clawdia_bot", entities: [word("mention", 3, 12)] }, true],
  ["our name in capitals", { text: "hi @CLAWDIA_BOT", entities: [word("mention", 3, 12)] }, true],
  ["our name behind an emoji of two units", { text: "😀 @clawdia_bot", entities: [word("mention", 3, 12)] }, true],
  ["our name by a wrong offset", { text: "😀 @clawdia_bot", entities: [word("mention", 2, 12)] }, false],
  ["a name that begins like ours", { text: "@clawdia_bot2", entities: [word("mention", 0, 13)] }, false],
  ["our name that Telegram did not mark", { text: "@clawdia_bot" }, false],
  ["a command for us", { text: "/new@clawdia_bot", entities: [word("bot_command", 0, 16)] }, true],
  ["a command for us within the text", { text: "do /new@clawdia_bot", entities: [word("bot_command", 3, 16)] }, true],
  ["a command for another", { text: "/new@other_bot", entities: [word("bot_command", 0, 14)] }, false],
  ["a command for anybody", { text: "/new", entities: [word("bot_command", 0, 4)] }, false],
  ["a reply to us", { text: "so", reply_to_message: ours as never }, true],
  ["a reply to another", { text: "so", reply_to_message: { ...base, text: "hm" } as never }, false],
  ["a topic that we opened", { text: "so", message_thread_id: 3, reply_to_message: topicStart as never }, false],
  ["a direct chat", { text: "hi", chat: { id: 42, type: "private", first_name: "Bob" } }, true],
] satisfies readonly (readonly [string, Partial<Message>, boolean])[])(
  "we are meant, or not, by %s",
  (_, fields, is) => {
    expect(means(fields)).toBe(is);
  },
);

test("a bot without a name is meant by its id and by replies", () => {
  const nameless = { id: us.id };
  const entities = [{ type: "text_mention", offset: 0, length: 7, user: { id: us.id } } as never];
  const update = { update_id: 1, message: { ...base, text: "Clawdia, hi", entities } } as Update;
  expect(decode(update, nameless, receivedAtMs)).toMatchObject({ mentionsSelf: true });
  const named = [word("mention", 0, 12)];
  const other = { update_id: 1, message: { ...base, text: "@clawdia_bot", entities: named } } as Update;
  expect(decode(other, nameless, receivedAtMs)).toMatchObject({ mentionsSelf: false });
});

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

function changed(update: Update, path: readonly string[], value: unknown): Update {
  const [key, ...rest] = path;
  if (key === undefined) return { update_id: 1, message: value } as Update;
  const copy = structuredClone(update) as object as Record<string, unknown>;
  let at = copy;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string, unknown>;
  at[rest.at(-1) ?? key] = value;
  return copy as object as Update;
}
