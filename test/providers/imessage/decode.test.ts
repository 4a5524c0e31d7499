import { expect, test } from "bun:test";
import type { InboundMessage } from "../../../src/providers/index.ts";
import { decode, readRow } from "../../../src/providers/imessage/decode.ts";
import decoded from "../../fixtures/imessage.decoded.json";
import { recordedRows, us } from "../../fixtures/imessage-rows.ts";

/** Rows as imsg puts them on the wire, and what of them reaches the house. */

test("every recorded row decodes to its snapshot, and none throws", async () => {
  const rows = await recordedRows();
  const names = Object.keys(rows).toSorted();
  expect(names.length).toBeGreaterThanOrEqual(60);
  const all = Object.fromEntries(names.map((name) => [name, decode(rows[name], us)]));
  expect(JSON.parse(JSON.stringify(all))).toEqual(decoded);
});

test("no reason for ignoring a row holds what people wrote", async () => {
  for (const row of Object.values(await recordedRows())) {
    const result = decode(row, us);
    const text = readRow(row)?.text;
    expect(!("ignored" in result) || !text || !result.ignored.includes(text)).toBe(true);
  }
});

/** Whatever is cut out of a row or put in its place, decoding gives a message or a reason. */
test("a row with any of its parts missing or of another type never throws", async () => {
  const values = [undefined, null, 0, -1, 1e300, "", "text", [], {}, true, ["x"], { id: 1 }];
  for (const row of Object.values(await recordedRows())) {
    for (const path of pathsOf(row)) {
      for (const value of values) {
        const result = decode(changed(row, path, value), us);
        expect("ignored" in result || isWhole(result)).toBe(true);
      }
    }
  }
});

function isWhole({ ref, event, sender, sentAtMs, text, media }: InboundMessage): boolean {
  const named = [ref.peer.id, ref.messageId, sender.id, ...media.map(({ handle }) => handle)];
  return (
    named.every((one) => typeof one === "string" && one !== "") &&
    [event.id, text].every((one) => typeof one === "string") &&
    Number.isSafeInteger(sentAtMs)
  );
}

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

function changed(row: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  const copy: unknown = structuredClone(row);
  let at = copy as Record<string, unknown>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string, unknown>;
  at[path.at(-1)!] = value;
  return copy;
}
