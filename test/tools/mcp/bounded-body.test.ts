import { expect, test } from "bun:test";
import { type BodyEnd, boundedBody } from "../../../src/tools/mcp/bounded-body.ts";
import { messageBytesMax } from "../../../src/tools/mcp/stdio-transport.ts";

const mebibyte = "x".repeat(1024 * 1024);
const limit = messageBytesMax / mebibyte.length;

/** Reads all of it; `break` stands for a connection that breaks. */
async function readAll(chunks: readonly string[], isEvents: boolean) {
  const ends: BodyEnd[] = [];
  const left = [...chunks];
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const chunk = left.shift();
      if (chunk === undefined) controller.close();
      else if (chunk === "break") controller.error(new Error("broken"));
      else controller.enqueue(Buffer.from(chunk));
    },
  });
  const response = boundedBody(new Response(body, { status: 201 }), isEvents, (end) => ends.push(end));
  const outcome = await response.text().then(
    (text) => text.length,
    (error: Error) => error.message,
  );
  return { outcome, ends, status: response.status };
}

const early = "the answer ended before it was given";

const rows: readonly (readonly [name: string, chunks: readonly string[], outcome: string | number, end: BodyEnd])[] = [
  ["nothing", [], 0, { reason: early, isResumable: false }],
  ["events", ["data: 1\n\ndata: 2\n\n"], 18, { reason: early, isResumable: false }],
  ["events with ids", ["id: 1\ndata: 1\n\n"], 15, { reason: early, isResumable: true }],
  ["an id in two chunks", ["data: 1\ni", "d: 1\n\n"], 15, { reason: early, isResumable: true }],
  ["a text that speaks of ids", ["data: the id: 1\n\n"], 17, { reason: early, isResumable: false }],
  ["a break", ["data: 1\n", "break"], "broken", { reason: "the answer broke off: broken", isResumable: false }],
];

for (const [name, chunks, outcome, end] of rows) {
  test(`an answer in events is read through, and its end is told: ${name}`, async () => {
    expect(await readAll(chunks, true)).toEqual({ outcome, ends: [end], status: 201 });
  });
}

const endings = ["\n\n", "\r\n\r\n", "\r\r"];

for (const ending of endings) {
  test(`many events may be more than one message may be, each ending in ${JSON.stringify(ending)}`, async () => {
    const half = Math.floor(ending.length / 2);
    const events = Array.from({ length: limit + 2 }, () => [
      mebibyte,
      ending.slice(0, half),
      ending.slice(half),
    ]).flat();
    expect((await readAll(events, true)).outcome).toBe((limit + 2) * (mebibyte.length + ending.length));
  });
}

for (const isEvents of [true, false]) {
  test(`one message that is too large breaks the answer off, ${isEvents ? "in events" : "as it is"}`, async () => {
    const chunks = Array.from({ length: limit + 1 }, () => `${mebibyte.slice(1)}\n`);
    const reason = `a message of more than ${messageBytesMax} bytes`;
    expect(await readAll(chunks, isEvents)).toEqual({
      outcome: reason,
      ends: [{ reason: `the answer broke off: ${reason}`, isResumable: false }],
      status: 201,
    });
  });
}
