import { expect, test } from "bun:test";
import { attachmentBytesMax, readAttachments } from "../../src/sessions/index.ts";

const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const jpeg = [0xff, 0xd8, 0xff, 0xe0];
const gif = [...Buffer.from("GIF89a")];
const webp = [...Buffer.from("RIFF"), 4, 0, 0, 0, ...Buffer.from("WEBPVP8 ")];
const pdf = [...Buffer.from("%PDF-1.7")];
const wav = [...Buffer.from("RIFF"), 4, 0, 0, 0, ...Buffer.from("WAVEfmt ")];

const base64 = (bytes: readonly number[]) => Buffer.from(bytes).toString("base64");
const image = (mimeType: string, bytes: readonly number[]) => ({ mimeType, bytes: Buffer.from(bytes) });

const kept: readonly (readonly [name: string, given: object[], expected: object[]])[] = [
  ["none are none", [], []],
  ["a PNG", [{ content: base64(png) }], [image("image/png", png)]],
  ["a JPEG", [{ content: base64(jpeg) }], [image("image/jpeg", jpeg)]],
  ["a GIF", [{ content: base64(gif) }], [image("image/gif", gif)]],
  ["a WebP", [{ content: base64(webp) }], [image("image/webp", webp)]],
  ["the bytes count, not the label", [{ mimeType: "text/html", content: base64(png) }], [image("image/png", png)]],
  ["what only says that it is an image is left out", [{ mimeType: "image/png", content: base64(pdf) }], []],
  ["other files are left out", [{ content: base64(pdf) }, { content: base64(wav) }, { content: "" }], []],
  ["a file too short for a signature is left out", [{ content: base64(png.slice(0, 3)) }], []],
  ["a data URL", [{ content: `data:image/png;base64,${base64(png)}` }], [image("image/png", png)]],
  ["base64 without padding", [{ content: base64(png).replaceAll("=", "") }], [image("image/png", png)]],
  ["base64 for URLs", [{ content: Buffer.from(jpeg).toString("base64url") }], [image("image/jpeg", jpeg)]],
  [
    "base64 in lines",
    [{ content: `${base64(png).slice(0, 4)}\r\n ${base64(png).slice(4)}` }],
    [image("image/png", png)],
  ],
  [
    "their order stays",
    [{ content: base64(gif) }, { content: base64(png) }],
    [image("image/gif", gif), image("image/png", png)],
  ],
];

for (const [name, given, expected] of kept) {
  test(`attachments: ${name}`, () => {
    expect<object[]>(readAttachments(given)).toEqual(expected);
  });
}

const refused: readonly (readonly [name: string, attachment: object, message: string])[] = [
  ["no content", {}, "attachment 1: content must be a base64 string or a data URL"],
  ["content that is no text", { content: 7 }, "attachment 1: content must be a base64 string or a data URL"],
  ["letters outside of base64", { fileName: "a.png", content: "ab!d" }, "a.png: content is not valid base64"],
  ["one character too many", { content: "abcde" }, "attachment 1: content is not valid base64"],
  ["padding in the middle", { content: "ab==abcd" }, "attachment 1: content is not valid base64"],
  ["a data URL without base64", { content: "data:image/png,%89PNG" }, "attachment 1: content is not valid base64"],
  ["a data URL without a comma", { content: "data:image/png;base64" }, "attachment 1: content is not valid base64"],
  [
    "a byte too many",
    { content: Buffer.alloc(attachmentBytesMax + 1).toString("base64") },
    "attachment 1: larger than 5000000 bytes; send a smaller image",
  ],
  ["far too much", { content: "A".repeat(7_000_001) }, "attachment 1: larger than 5000000 bytes; send a smaller image"],
];

for (const [name, attachment, message] of refused) {
  test(`attachments: ${name} is refused`, () => {
    expect(() => readAttachments([attachment])).toThrow(message);
  });
}

test("an image of exactly the largest size is taken", () => {
  const bytes = Buffer.alloc(attachmentBytesMax);
  bytes.set(png);
  expect(readAttachments([{ content: bytes.toString("base64") }])[0]?.bytes).toHaveLength(attachmentBytesMax);
});
