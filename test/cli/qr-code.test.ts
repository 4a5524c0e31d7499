import { expect, test } from "bun:test";
import { encode } from "uqr";
import { qrLines } from "../../src/cli/qr-code.ts";

/** QR codes in a terminal. */

const text = "https://signal.example/linkdevice?uuid=abc";

test("the drawing has every module, two rows a line, with light ones drawn", () => {
  const { data } = encode(text, { ecc: "L", border: 2 });
  const lines = qrLines(text, false, 80)!;
  const isLight = { "█": [true, true], "▀": [true, false], "▄": [false, true], " ": [false, false] } as const;
  const rows = lines.flatMap((line) => [0, 1].map((half) => line.split("").map((one) => !isLight[one as "█"][half]!)));
  expect(rows.slice(0, data.length)).toEqual(data);
});

test("colours make it light on dark in every terminal", () => {
  const plain = qrLines(text, false, 80)!;
  expect(qrLines(text, true, 80)).toEqual(plain.map((line) => `\u001b[97;40m${line}\u001b[0m`));
});

test("what does not fit is no drawing", () => {
  expect(qrLines(text, false, 20)).toBeUndefined();
  expect(qrLines("x".repeat(4_000), false, 1_000)).toBeUndefined();
});
