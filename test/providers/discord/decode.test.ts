import { expect, test } from "bun:test";
import { decodeRecorded, recordedEvents } from "../../contracts/discord-stage.ts";
import decoded from "../../fixtures/discord.decoded.json";

/** What Discord's gateway tells, in its own shapes, and what of it reaches the house. */

type Part = Readonly<Record<string, unknown>>;

const events = await recordedEvents();

test("every recorded event decodes to its snapshot, and none throws", () => {
  expect(Object.keys(events).length).toBeGreaterThanOrEqual(60);
  const all = Object.entries(events).map(([name, event]) => [name, decodeRecorded(event)] as const);
  expect(JSON.parse(JSON.stringify(Object.fromEntries(all)))).toEqual(decoded);
});

test("no reason for ignoring an event holds what people wrote", () => {
  for (const event of Object.values(events)) {
    const result = decodeRecorded(event) as { readonly ignored?: string };
    const { content } = ((event as Part)["d"] ?? {}) as { readonly content?: string | null };
    // Shorter ones are words of our own reasons, too.
    if (result.ignored !== undefined && (content ?? "").length > 4) expect(result.ignored).not.toContain(content!);
  }
});

/** Whatever is cut out of an event or put in its place, decoding gives a message or a reason. */
test("an event with any of its parts missing or of another type never throws, and has its ids", () => {
  const values = [undefined, null, 0, "", "text", [], {}, true];
  for (const event of Object.values(events)) {
    for (const path of pathsOf(event)) {
      for (const value of values) {
        const result = decodeRecorded(withPart(event, path, value)) as Part;
        if (typeof result["ignored"] === "string") continue;
        const { ref, sender, text } = result as { ref: { messageId: string }; sender: { id: string }; text: string };
        expect([ref.messageId, sender.id].every((id) => /^\d{15,21}$/.test(id))).toBe(true);
        expect(typeof text).toBe("string");
      }
    }
  }
});

function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return path.length === 0 ? [] : [path];
  const below = Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function withPart(value: unknown, [key, ...rest]: readonly string[], part: unknown): unknown {
  if (key === undefined) return part;
  if (Array.isArray(value)) {
    return value.map((one: unknown, index) => (String(index) === key ? withPart(one, rest, part) : one));
  }
  const record = value as Part;
  return { ...record, [key]: withPart(record[key], rest, part) };
}
