import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GatewayError } from "../../src/protocol/index.ts";
import { type MediaLimits, MediaStore } from "../../src/sessions/index.ts";
import { temporaryFolder } from "../open-house.ts";

const bytes = new Uint8Array([1, 2, 3]);
const nameOf = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
const name = nameOf(bytes);
/** Content of a size that differs by its number. */
const numbered = (number: number, size = 10) => new Uint8Array(size).fill(number);
const hourMs = 3_600_000;

async function refusal(work: () => Promise<string> | string): Promise<string> {
  const failure = await (async () => work())().catch((error: unknown) => error);
  return failure instanceof GatewayError ? `${failure.code}: ${failure.message}` : `not refused: ${String(failure)}`;
}

test("bytes are named by their hash, stored once and for the owner alone", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "media");
  const store = new MediaStore(path);
  expect([store.put(bytes), store.put(bytes)]).toEqual([name, name]);
  expect(readdirSync(path)).toEqual([name]);
  expect([statSync(path).mode & 0o777, statSync(join(path, name)).mode & 0o777]).toEqual([0o700, 0o600]);
  expect(new MediaStore(path).get(name)).toEqual(bytes);
});

test("the same while others go on, also when the same bytes are put many times at once", async () => {
  using folder = temporaryFolder();
  const store = new MediaStore(folder.path);
  const large = numbered(7, 3_000_000);
  const names = await Promise.all([...Array.from({ length: 8 }, () => store.putAsync(large)), store.putAsync(bytes)]);
  expect(names).toEqual([...Array.from({ length: 8 }, () => nameOf(large)), name]);
  expect(readdirSync(folder.path).toSorted()).toEqual([name, nameOf(large)].toSorted());
  expect(store.usedBytes).toBe(3_000_003);
  expect(await store.getAsync(name)).toEqual(Buffer.from(bytes));
  expect(await new MediaStore(folder.path).getAsync(nameOf(large))).toEqual(Buffer.from(large));
});

test("a put that waits for the disk and one that does not may meet", async () => {
  using folder = temporaryFolder();
  const store = new MediaStore(folder.path);
  const under = store.putAsync(bytes);
  for (let turn = 0; turn < 3; turn++) await Promise.resolve();
  expect(store.put(bytes)).toBe(name);
  expect(new Uint8Array(readFileSync(join(folder.path, name)))).toEqual(bytes);
  expect(await under).toBe(name);
  expect([store.usedBytes, store.fileCount, readdirSync(folder.path)]).toEqual([3, 1, [name]]);
});

test("without a folder they stay in memory", async () => {
  const store = new MediaStore(undefined);
  expect(store.get(store.put(bytes))).toEqual(bytes);
  expect(await store.getAsync(await store.putAsync(bytes))).toEqual(bytes);
  expect([store.usedBytes, store.fileCount]).toEqual([3, 1]);
});

test("what was never stored is not there, and no name is a path", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "notes.txt"), "x");
  for (const store of [new MediaStore(folder.path), new MediaStore(undefined)]) {
    for (const given of [name, "notes.txt", "../x", "", name.toUpperCase(), `${name}/../notes.txt`]) {
      expect([given, store.get(given), await store.getAsync(given)]).toEqual([given, undefined, undefined]);
    }
  }
});

const smallLimits: readonly (readonly [name: string, limits: Partial<MediaLimits>, message: string])[] = [
  ["a file too large", { fileBytesMax: 9 }, "TOO_LARGE: media of 10 bytes is not kept: at most 9 are; send less"],
  [
    "more than all files may have",
    { totalBytesMax: 29 },
    "UNAVAILABLE: the media folder takes nothing more: its 29 bytes are used; delete or compact sessions that are no " +
      "longer needed",
  ],
  [
    "too many files",
    { filesMax: 2 },
    "UNAVAILABLE: the media folder takes nothing more: it has 2 files; delete or compact sessions that are no longer " +
      "needed",
  ],
  [
    "a disk without room",
    { freeBytesMin: Number.MAX_SAFE_INTEGER },
    "UNAVAILABLE: the media folder takes nothing more: the disk would have less than " +
      `${Number.MAX_SAFE_INTEGER} bytes left; free some space`,
  ],
];

for (const [what, limits, message] of smallLimits) {
  test(`${what} is refused aloud, in both ways to put, and leaves nothing behind`, async () => {
    using folder = temporaryFolder();
    const before = new MediaStore(folder.path);
    for (const number of [1, 2]) before.put(numbered(number));
    const store = new MediaStore(folder.path, limits);
    const files = readdirSync(folder.path);
    expect(await refusal(() => store.put(numbered(3)))).toBe(message);
    expect(await refusal(() => store.putAsync(numbered(3)))).toBe(message);
    expect([readdirSync(folder.path), store.usedBytes, store.fileCount]).toEqual([files, 20, 2]);
    expect(store.get(nameOf(numbered(1)))).toEqual(numbered(1));
  });
}

test("what is there already is put again even when nothing more fits", async () => {
  using folder = temporaryFolder();
  const store = new MediaStore(folder.path, { totalBytesMax: 20 });
  for (const number of [1, 2]) store.put(numbered(number));
  expect(store.put(numbered(1))).toBe(nameOf(numbered(1)));
  expect(await store.putAsync(numbered(2))).toBe(nameOf(numbered(2)));
});

test("puts at the same time cannot pass the limit together", async () => {
  using folder = temporaryFolder();
  const store = new MediaStore(folder.path, { totalBytesMax: 100 });
  const puts = await Promise.allSettled(Array.from({ length: 40 }, (_, number) => store.putAsync(numbered(number))));
  expect(puts.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  expect([store.usedBytes, readdirSync(folder.path).length]).toEqual([100, 10]);
});

test("a file that somebody took away, or cut, is written again", () => {
  using folder = temporaryFolder();
  const store = new MediaStore(folder.path);
  store.put(bytes);
  unlinkSync(join(folder.path, name));
  store.put(bytes);
  expect(store.get(name)).toEqual(bytes);
  writeFileSync(join(folder.path, name), "x");
  const later = new MediaStore(folder.path);
  later.put(bytes);
  expect([later.get(name), later.usedBytes]).toEqual([bytes, 3]);
});

test("a failed write is not counted", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "media");
  const store = new MediaStore(path);
  Bun.spawnSync(["rm", "-r", path]);
  for (const put of [() => store.put(bytes), () => store.putAsync(bytes)]) {
    expect(await refusal(put)).toStartWith("not refused: Error: ENOENT");
  }
  expect([store.usedBytes, store.fileCount]).toEqual([0, 0]);
});

/** Makes a file as old as this. */
function age(folder: string, content: Uint8Array, nowMs: number, ageMs: number): void {
  const seconds = (nowMs - ageMs) / 1000;
  utimesSync(join(folder, nameOf(content)), seconds, seconds);
}

test("a sweep removes what is old and nobody refers to, and gives its room back", async () => {
  using folder = temporaryFolder();
  const store = new MediaStore(folder.path, { totalBytesMax: 300 });
  const nowMs = Date.now();
  for (let number = 0; number < 30; number++) store.put(numbered(number));
  for (let number = 0; number < 20; number++) age(folder.path, numbered(number), nowMs, 2 * hourMs);
  writeFileSync(join(folder.path, "notes.txt"), "not ours");
  const kept = new Set(Array.from({ length: 10 }, (_, number) => nameOf(numbered(number))));
  expect(await store.sweep((sha256) => kept.has(sha256), hourMs, nowMs)).toEqual({ files: 10, bytes: 100 });
  const left = Array.from({ length: 30 }, (_, number) => number).filter((number) => number < 10 || number >= 20);
  expect(readdirSync(folder.path).toSorted()).toEqual(
    [...left.map((number) => nameOf(numbered(number))), "notes.txt"].toSorted(),
  );
  expect([store.usedBytes, store.fileCount]).toEqual([200, 20]);
  expect(await refusal(() => store.put(numbered(99, 101)))).toStartWith("UNAVAILABLE");
  store.put(numbered(99, 100));
  expect(await store.sweep((sha256) => kept.has(sha256), hourMs, nowMs)).toEqual({ files: 0, bytes: 0 });
});

test("old media that is put again is new, so a sweep before its message is stored leaves it", async () => {
  using folder = temporaryFolder();
  const store = new MediaStore(folder.path);
  const nowMs = Date.now();
  for (const number of [1, 2, 3]) {
    store.put(numbered(number));
    age(folder.path, numbered(number), nowMs, 2 * hourMs);
  }
  store.put(numbered(1));
  await store.putAsync(numbered(2));
  expect(await store.sweep(() => false, hourMs, nowMs)).toEqual({ files: 1, bytes: 10 });
  expect([1, 2, 3].map((number) => store.get(nameOf(numbered(number))) !== undefined)).toEqual([true, true, false]);
});

test("a sweep and puts at the same time never lose what was put", async () => {
  using folder = temporaryFolder();
  const store = new MediaStore(folder.path);
  const nowMs = Date.now();
  for (let round = 0; round < 20; round++) {
    for (let number = 0; number < 20; number++) {
      store.put(numbered(number));
      age(folder.path, numbered(number), nowMs, 2 * hourMs);
    }
    const sweeping = store.sweep(() => false, hourMs, nowMs);
    const put = await Promise.all([3, 7, 19].map((number) => store.putAsync(numbered(number))));
    await sweeping;
    expect(put.filter((sha256) => store.get(sha256) === undefined)).toEqual([]);
  }
});

test("in memory all that nobody refers to is old", async () => {
  const store = new MediaStore(undefined);
  const kept = store.put(numbered(1));
  store.put(numbered(2));
  expect(await store.sweep((sha256) => sha256 === kept, hourMs, 0)).toEqual({ files: 1, bytes: 10 });
  expect([store.usedBytes, store.get(kept)]).toEqual([10, numbered(1)]);
});

test("what a crash left half-written is gone after the next start, and is not counted", () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, ".0123456789abcdef.tmp"), "x".repeat(1000));
  writeFileSync(join(folder.path, `${name}.4711.tmp`), "x".repeat(1000));
  const store = new MediaStore(folder.path);
  expect([readdirSync(folder.path), store.usedBytes]).toEqual([[], 0]);
});
