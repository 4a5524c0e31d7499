import { expect, test } from "bun:test";
import { byteLines, LineTooLong } from "../../src/programs/index.ts";

const bytesMax = 10;

async function linesOf(chunks: readonly (string | Uint8Array)[]): Promise<string[]> {
  const lines: string[] = [];
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
      controller.close();
    },
  });
  for await (const line of byteLines(stream, bytesMax)) lines.push(line);
  return lines;
}

const euro = Buffer.from("€");

const rows: readonly (readonly [name: string, chunks: readonly (string | Uint8Array)[], expected: string[]])[] = [
  ["nothing", [], []],
  ["one line", ["one\n"], ["one"]],
  ["a last line without an end", ["one\ntwo"], ["one", "two"]],
  ["lines of Windows", ["one\r\ntwo\r\n"], ["one", "two"]],
  ["empty lines", ["\n\n"], ["", ""]],
  ["a line in many chunks", ["o", "n", "e", "\nt", "wo\n"], ["one", "two"]],
  ["many lines in one chunk", ["1\n2\n3\n4"], ["1", "2", "3", "4"]],
  ["a character cut in two", [euro.subarray(0, 1), euro.subarray(1), "\n"], ["€"]],
  ["bytes that are no text", [Buffer.from([0xff, 0x0a])], ["\ufffd"]],
  ["a line that just fits", ["0123456789\n", "01234", "56789"], ["0123456789", "0123456789"]],
];

for (const [name, chunks, expected] of rows) {
  test(`bytes are read line by line: ${name}`, async () => {
    expect(await linesOf(chunks)).toEqual(expected);
  });
}

for (const chunks of [["01234567890"], ["0123456789", "0", "\n"], ["01234567890\n"], ["ok\n012345", "67890\n"]]) {
  test(`a line that is too long is refused: ${JSON.stringify(chunks)}`, async () => {
    expect(await linesOf(chunks).catch((error: unknown) => error)).toBeInstanceOf(LineTooLong);
  });
}
