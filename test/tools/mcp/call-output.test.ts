import { expect, test } from "bun:test";
import { callOutput, outputLimits } from "../../../src/tools/mcp/call-output.ts";

const png = Buffer.from("89504e470d0a1a0a", "hex");
const image = { type: "image" as const, mimeType: "image/png", data: png.toString("base64") };
const text = (said: string) => ({ type: "text" as const, text: said });

type Answer = Parameters<typeof callOutput>[0];

const rows: readonly (readonly [name: string, answer: Answer, expected: ReturnType<typeof callOutput>])[] = [
  ["nothing", { content: [] }, { text: "" }],
  ["texts", { content: [text("one"), text("two")] }, { text: "one\ntwo" }],
  ["an error", { content: [text("no")], isError: true }, { text: "no", isError: true }],
  ["no error, said so", { content: [text("ok")], isError: false }, { text: "ok" }],
  [
    "an image between texts",
    { content: [text("see"), image, text("there")] },
    { text: "see\nthere", images: [{ mimeType: "image/png", bytes: new Uint8Array(png) }] },
  ],
  [
    "an image that nobody can show",
    { content: [{ ...image, mimeType: "image/x-evil\n" }] },
    { text: "[image, image/x-evil\\u000a, 8 bytes: left out]" },
  ],
  [
    "sound",
    { content: [{ type: "audio", mimeType: "audio/wav", data: "AAAA" }] },
    { text: "[audio, audio/wav, 3 bytes: left out]" },
  ],
  [
    "a link",
    { content: [{ type: "resource_link", name: "notes", uri: "file:///notes" }] },
    { text: "[notes: file:///notes]" },
  ],
  [
    "a file of text",
    { content: [{ type: "resource", resource: { uri: "file:///a", text: "in it" } }] },
    { text: "in it" },
  ],
  [
    "a file of bytes",
    { content: [{ type: "resource", resource: { uri: "file:///a", blob: "AAAA" } }] },
    { text: "[file, of unknown type, 3 bytes: left out]" },
  ],
  ["data alone", { content: [], structuredContent: { a: 1 } }, { text: '{"a":1}' }],
  ["data beside its text", { content: [text('{"a":1}')], structuredContent: { a: 1 } }, { text: '{"a":1}' }],
];

for (const [name, answer, expected] of rows) {
  test(`the answer of a server becomes an output: ${name}`, () => {
    expect(callOutput(answer)).toEqual(expected);
  });
}

test("a huge text is cut at a character, and the cut is told", () => {
  const { text: said } = callOutput({ content: [text("€".repeat(1_000_000))] });
  expect(Buffer.byteLength(said)).toBeLessThan(outputLimits.textBytesMax + 50);
  expect(said).toMatch(/€\n\[2934465 more bytes are left out\]$/);
});

test("only so many images are taken, and none that is too large", () => {
  const many = callOutput({ content: Array.from({ length: 10 }, () => image) });
  expect(many.images).toHaveLength(outputLimits.imagesMax);
  expect(many.text).toBe("[image, image/png, 8 bytes: left out]\n[image, image/png, 8 bytes: left out]");
  const huge = callOutput({ content: [{ ...image, data: "A".repeat(7_000_000) }] });
  expect(huge).toEqual({ text: "[image, image/png, 5250000 bytes: left out]" });
});
