import { expect, test } from "bun:test";
import type { Socket } from "node:net";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { DialError } from "../../src/net/http-dialer.ts";
import { whileTimePasses } from "../doubles/passing-time.ts";
import { FetchStage, outcomeOf } from "./fetch-stage.ts";
import { watched } from "./memory-watch.ts";
import { type Answer, endless, reply } from "./raw-server.ts";

/** However large or slow an answer is, it costs a bounded amount of memory and time. */

const mebibyte = 1024 * 1024;
const head = "HTTP/1.1 200 OK\r\n";
const zeros = Buffer.alloc(64 * 1024);
const url = "http://example.com/";

/** A gibibyte of zeros in a megabyte: gzip members one after the other unfold as one. */
const bomb = Buffer.concat(Array.from({ length: 16 }, () => gzipSync(Buffer.alloc(64 * mebibyte))));
const brotliBomb = brotliCompressSync(Buffer.alloc(64 * mebibyte), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
/** Blocks of deflate that unfold to nothing. */
const emptyBlocks = Buffer.alloc(60_000, Buffer.from([0, 0, 0, 0xff, 0xff]));
const gzipHead = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0]);
const gzipText = `${head}Content-Encoding: gzip\r\n\r\n`;
const chunkedText = `${head}Transfer-Encoding: chunked\r\n\r\n`;
const letters = "a".repeat(65_536);
const longHeader = `X: ${"a".repeat(60_000)}\r\n`;

const floods: readonly (readonly [name: string, answer: Answer, outcome: string])[] = [
  ["an endless body", endless(`${head}\r\n`, zeros), "too-large"],
  ["an endless body in chunks", endless(chunkedText, `10000\r\n${letters}\r\n`), "too-large"],
  ["a length that is told and too large", endless(`${head}Content-Length: 90000000000\r\n\r\n`, zeros), "too-large"],
  ["a gzip bomb", reply("200 OK", { "Content-Encoding": "gzip" }, bomb), "too-large"],
  ["a brotli bomb", reply("200 OK", { "Content-Encoding": "br" }, brotliBomb), "too-large"],
  ["an archive that unfolds to nothing", endless([gzipText, gzipHead], emptyBlocks), "too-large"],
  ["endless headers", endless(head, longHeader), "broken"],
  ["a header without an end", endless(`${head}X: `, letters), "broken"],
  ["a status line without an end", endless("HTTP/1.1 200 ", letters), "broken"],
  ["endless interim answers", endless("", "HTTP/1.1 103 Hint\r\nLink: x\r\n\r\n".repeat(500)), "broken"],
  ["endless continuing", endless("", "HTTP/1.1 100 Continue\r\n\r\n".repeat(500)), "broken"],
  ["an endless chunk extension", endless(`${chunkedText}1;`, letters), "broken"],
  ["endless trailers", endless(`${chunkedText}1\r\na\r\n0\r\n`, longHeader), "broken"],
  ["an endless body of a redirect", endless("HTTP/1.1 302 Go\r\nLocation: /x\r\n\r\n", zeros), "redirects"],
];

for (const [name, answer, outcome] of floods) {
  // Up to a megabyte is read, or unfolded.
  test(`${name} is cut off as ${outcome}, and memory stays bounded`, async () => {
    await using stage = await FetchStage.open(answer);
    const { result, grownBytes } = await watched(() => stage.outcome(url, { bytesMax: mebibyte }));
    expect(result).toBe(outcome);
    expect(grownBytes).toBeLessThan(32 * mebibyte);
  });
}

test("a body is given whole up to the limit, and cut or refused above it", async () => {
  await using stage = await FetchStage.open(reply("200 OK", {}, "0123456789"));
  expect(await stage.outcome(url, { bytesMax: 10 })).toBe("200 with 10 bytes");
  expect(await stage.outcome(url, { bytesMax: 9 })).toBe("too-large");
  const cut = await stage.fetch(url, { bytesMax: 9, overflow: "cut" });
  expect([Buffer.from(cut.bytes).toString(), cut.isCut]).toEqual(["012345678", true]);
  expect((await stage.fetch(url, { bytesMax: 10, overflow: "cut" })).isCut).toBe(false);
});

test("an unpacked body counts as what it unfolds to", async () => {
  const body = gzipSync("0".repeat(5000));
  await using stage = await FetchStage.open(reply("200 OK", { "Content-Encoding": "gzip" }, body));
  expect(await stage.outcome(url, { bytesMax: 5000 })).toBe("200 with 5000 bytes");
  expect(await stage.outcome(url, { bytesMax: 4999 })).toBe("too-large");
  expect((await stage.fetch(url, { bytesMax: 10, overflow: "cut" })).bytes).toHaveLength(10);
});

test("the connection is closed when the limit is passed", async () => {
  await using stage = await FetchStage.open(endless(`${head}\r\n`, zeros));
  await stage.outcome(url, { bytesMax: 1000 });
  while (stage.server.open > 0) await new Promise((resolve) => setImmediate(resolve));
  expect(stage.server.open).toBe(0);
});

/** What becomes of a body of which the server sends this piece every second, and when. */
async function trickled(piece: string): Promise<{ readonly outcome: string; readonly tookMs: number }> {
  const sockets: Socket[] = [];
  await using stage = await FetchStage.open((socket) => {
    socket.write(`${head}\r\n`);
    sockets.push(socket);
  });
  const fetching = stage.outcome(url);
  const done = fetching.then(() => true);
  const second = async () => {
    for (const socket of sockets) socket.write(piece);
    await stage.clock.advance(1000);
    return false;
  };
  while (!(await Promise.race([done, second()])));
  return { outcome: await fetching, tookMs: stage.clock.elapsedMs() };
}

test("a body of one byte a second is given up when it has not kept the pace", async () => {
  const { outcome, tookMs } = await trickled("x");
  expect(outcome).toBe("too-slow");
  expect(tookMs).toBeLessThanOrEqual(12_000);
});

test("a body that keeps the pace may take the whole time, not more", async () => {
  const { outcome, tookMs } = await trickled("x".repeat(500));
  expect(outcome).toBe("too-slow");
  expect(tookMs).toBeGreaterThan(55_000);
  expect(tookMs).toBeLessThanOrEqual(61_000);
});

const silences: readonly (readonly [name: string, answer: Answer, mostMs: number])[] = [
  ["says nothing", () => undefined, 20_000],
  ["sends half of its headers", (socket) => void socket.write(`${head}X: `), 20_000],
  ["sends its headers and falls silent", (socket) => void socket.write(`${head}Content-Length: 5\r\n\r\nhi`), 10_000],
];

for (const [name, answer, mostMs] of silences) {
  test(`a server that ${name} is given up after ${mostMs} ms`, async () => {
    await using stage = await FetchStage.open(answer);
    expect(await whileTimePasses(stage.clock, stage.outcome(url))).toBe("too-slow");
    expect(stage.clock.elapsedMs()).toBeGreaterThanOrEqual(mostMs);
    expect(stage.clock.elapsedMs()).toBeLessThan(mostMs + 1000);
  });
}

test("a resolver that says nothing is given up", async () => {
  await using stage = await FetchStage.open(reply("200 OK"), { resolve: () => new Promise(() => undefined) });
  expect(await whileTimePasses(stage.clock, stage.outcome(url))).toBe("too-slow");
});

test("an address that does not answer the call is left for the next one", async () => {
  const addresses = ["2606:4700::1111", "1.1.1.1", "8.8.8.8"];
  await using stage = await FetchStage.open(reply("200 OK"), { resolve: async () => addresses });
  const called: string[] = [];
  const fetching = stage.withDial(async ({ address }, { signal }) => {
    called.push(address);
    if (address === "8.8.8.8") throw new DialError("unreachable", "no connection");
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  })(url);
  expect(await whileTimePasses(stage.clock, outcomeOf(fetching))).toBe("unreachable");
  expect(called).toEqual(["1.1.1.1", "8.8.8.8", "2606:4700:0:0:0:0:0:1111"]);
  expect(stage.clock.elapsedMs()).toBeLessThan(11_000);
});

test("of many addresses four are called, and none after one that took the request", async () => {
  const addresses = Array.from({ length: 9 }, (_, index) => `9.9.9.${index}`);
  await using stage = await FetchStage.open(reply("200 OK"), { resolve: async () => addresses });
  const called: string[] = [];
  const failing = (fault: "unreachable" | "broken" | "tls") =>
    stage.withDial(async ({ address }) => {
      called.push(address);
      throw new DialError(fault, "failed");
    });
  expect(await outcomeOf(failing("unreachable")(url))).toBe("unreachable");
  expect(called.splice(0)).toHaveLength(4);
  expect(await outcomeOf(failing("broken")(url))).toBe("broken");
  expect(await outcomeOf(failing("tls")(url))).toBe("tls");
  expect(called).toHaveLength(2);
});
