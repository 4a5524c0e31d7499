import { expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { BlobFolder, sha256Bytes, sha256InTurns } from "../../src/lib/index.ts";
import { temporaryFolder } from "../open-house.ts";

const bytes = new Uint8Array([1, 2, 3]);

for (const way of ["write", "writeAsync"] as const) {
  test(`${way}: a file is there as a whole, for the owner alone, without anything beside it`, async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "blobs");
    const blobs = new BlobFolder(path);
    await blobs[way]("one", bytes);
    await blobs[way]("one", new Uint8Array([4]));
    expect(readdirSync(path)).toEqual(["one"]);
    expect([statSync(path).mode & 0o777, statSync(join(path, "one")).mode & 0o777]).toEqual([0o700, 0o600]);
    expect([blobs.read("one"), await blobs.readAsync("one")]).toEqual([new Uint8Array([4]), Buffer.from([4])]);
  });

  test(`${way}: a failure leaves nothing half-written`, async () => {
    using folder = temporaryFolder();
    const blobs = new BlobFolder(folder.path);
    // A folder in the file's place cannot be replaced.
    mkdirSync(join(folder.path, "one"));
    const failure = await (async () => blobs[way]("one", bytes))().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(readdirSync(folder.path)).toEqual(["one"]);
  });

  test(`${way}: a link in the file's place is replaced, not written through`, async () => {
    using folder = temporaryFolder();
    const outside = join(folder.path, "outside");
    writeFileSync(outside, "untouched");
    const path = join(folder.path, "blobs");
    const blobs = new BlobFolder(path);
    symlinkSync(outside, join(path, "one"));
    await blobs[way]("one", bytes);
    expect([statSync(outside).size, blobs.find("one")?.bytes]).toEqual(["untouched".length, 3]);
  });
}

test("whatever the umask was, a folder that others could enter is closed", () => {
  using folder = temporaryFolder();
  chmodSync(folder.path, 0o777);
  const blobs = new BlobFolder(folder.path);
  blobs.write("one", bytes);
  expect(statSync(folder.path).mode & 0o077).toBe(0);
});

test("what a crash left half-written is swept when the folder is opened, and nothing else", () => {
  using folder = temporaryFolder();
  for (const name of [".0123.tmp", "one.4711.tmp", "one", "notes.txt"]) writeFileSync(join(folder.path, name), "x");
  const blobs = new BlobFolder(folder.path);
  expect(readdirSync(folder.path).toSorted()).toEqual(["notes.txt", "one"]);
  expect(blobs.list((name) => name === "one").map(({ name, bytes: size }) => [name, size])).toEqual([["one", 1]]);
});

test("a folder under a file's name is no file", () => {
  using folder = temporaryFolder();
  const blobs = new BlobFolder(folder.path);
  mkdirSync(join(folder.path, "one"));
  expect([blobs.find("one"), blobs.list(() => true)]).toEqual([undefined, []]);
});

test("touching makes a file new in age, and says when there is none", async () => {
  using folder = temporaryFolder();
  const blobs = new BlobFolder(folder.path);
  for (const way of ["touch", "touchAsync"] as const) {
    blobs.write("one", bytes);
    utimesSync(join(folder.path, "one"), 1000, 1000);
    expect(blobs.find("one")?.changedAtMs).toBe(1_000_000);
    expect([await blobs[way]("one"), await blobs[way]("two")]).toEqual([true, false]);
    expect(blobs.find("one")?.changedAtMs).toBeGreaterThan(1_000_000_000_000);
  }
});

test("what is not there reads as nothing and is removed quietly", async () => {
  using folder = temporaryFolder();
  const blobs = new BlobFolder(folder.path);
  blobs.remove("one");
  expect([blobs.read("one"), await blobs.readAsync("one"), blobs.find("one")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  blobs.write("one", bytes);
  blobs.remove("one");
  expect(existsSync(join(folder.path, "one"))).toBe(false);
});

test("the disk says what it has left", () => {
  using folder = temporaryFolder();
  expect(new BlobFolder(folder.path).freeBytes()).toBeGreaterThan(0);
});

test("a hash that is made in turns is the same hash, and others get theirs", async () => {
  const large = new Uint8Array(5 * 1024 * 1024).map((_, index) => index * 31);
  let turns = 0;
  let isDone = false;
  const count = () => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const hash = await sha256InTurns(large);
  isDone = true;
  expect(hash).toBe(sha256Bytes(large));
  expect(turns).toBeGreaterThan(5);
  expect(await sha256InTurns(new Uint8Array(0))).toBe(sha256Bytes(new Uint8Array(0)));
});
