import { expect, test } from "bun:test";
import { imageSizeOf } from "../../src/lib/index.ts";

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));

const cases: readonly (readonly [name: string, head: string, size: readonly [number, number] | undefined])[] = [
  ["a PNG", "89504e470d0a1a0a 0000000d 49484452 00000280 000001e0 0806", [640, 480]],
  ["a PNG of fifty thousand squared", "89504e470d0a1a0a 0000000d 49484452 0000c350 0000c350 0806", [50_000, 50_000]],
  ["a GIF", "474946383961 8002 e001 f70000 2c000000", [640, 480]],
  ["a BMP from top to bottom", `424d 00000000 00000000 36000000 28000000 80020000 20feffff`, [640, 480]],
  ["a WebP, lossy", "52494646 00000000 57454250 56503820 00000000 000000 9d012a 8002 e001", [640, 480]],
  ["a WebP, lossless", "52494646 00000000 57454250 5650384c 00000000 2f 7fc27700", [640, 480]],
  ["a WebP, extended", "52494646 00000000 57454250 56503858 0a000000 10000000 7f0200 df0100", [640, 480]],
  ["a JPEG", "ffd8 ffe0 0006 4a464946 ffff ffc0 0011 08 01e0 0280 03 0122", [640, 480]],
  ["a JPEG with thumbs and tables before", "ffd8 ffc4 0003 00 ffc2 0011 08 01e0 0280 03 0122", [640, 480]],
  ["a JPEG without a frame", "ffd8 ffe0 0006 4a464946 ffd9 0000 0000", undefined],
  ["a JPEG that ends early", "ffd8 ffe0 ffff 4a464946 0000 0000 0000", undefined],
  ["a PNG that ends early", "89504e470d0a1a0a 0000000d 49484452", undefined],
  ["a WebP of an unknown kind", "52494646 00000000 57454250 41424344 00000000 00000000", undefined],
  ["WAV", "52494646 00000000 57415645 00000000 00000000", undefined],
  ["text", "68656c6c6f2068656c6c6f2068656c6c6f", undefined],
  ["nothing", "", undefined],
];

for (const [name, head, size] of cases) {
  test(`${name} has ${size ? size.join(" × ") : "no size that can be read"}`, () => {
    expect(imageSizeOf(bytes(head))).toEqual(size && { width: size[0], height: size[1] });
  });
}

test("a real picture's size is read as its decoder reads it", async () => {
  const picture = new Uint8Array(
    await new Bun.Image(bytes(onePixel)).resize(37, 21, { fit: "fill" }).jpeg().toBuffer(),
  );
  expect(imageSizeOf(picture)).toEqual({ width: 37, height: 21 });
});

const onePixel =
  "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0" +
  "0000000049454e44ae426082";
