import { expect, test } from "bun:test";
import { encode } from "uqr";
import { qrCode } from "../../src/cli/qr-code.ts";

/** Codes in a terminal are made of half blocks, with the colours said. */

const upper = "▀█";
const lower = "▄█";

test("a code in a terminal has the modules of the code, framed in white", async () => {
  const text = "sgnl://linkdevice?uuid=d81ff346-7cd6-42b4-8fde-3ee36c2a145b&pub_key=BWrg2aJX%2FQuWoUSzX5Sod3el8nhC";
  const lines = (await qrCode(text)).split("\n");
  const bare = lines.map((line) => line.replace(/^\u001b\[30;107m(.*)\u001b\[0m$/, "$1"));
  const drawn = bare.flatMap((line) =>
    [upper, lower].map((blocks) => line.split("").map((one) => blocks.includes(one))),
  );
  const { data, size } = encode(text, { border: 2, ecc: "L" });
  expect(drawn.slice(0, size)).toEqual(data);
  expect(drawn[0]!.concat(drawn.at(-1)!)).not.toContain(true);
});
