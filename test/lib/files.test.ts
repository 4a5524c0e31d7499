import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  makePrivateFolder,
  readBytesIfPresent,
  readTextIfPresent,
  removeIfPresent,
  writePrivateFile,
} from "../../src/lib/index.ts";
import { temporaryFolder } from "../open-house.ts";

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test("under umask 000 folders are 0700 and files 0600, at every level that is made", () => {
  using folder = temporaryFolder();
  const before = process.umask(0);
  try {
    writePrivateFile(join(folder.path, "a", "b", "secret"), "x");
  } finally {
    process.umask(before);
  }
  const made = ["a", "a/b", "a/b/secret"].map((path) => modeOf(join(folder.path, path)));
  expect(made).toEqual(["700", "700", "600"]);
});

test("a folder that others may enter is tightened", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "state");
  mkdirSync(path, { mode: 0o755 });
  chmodSync(path, 0o755);
  makePrivateFolder(path);
  expect(modeOf(path)).toBe("700");
});

test("a file is replaced as a whole, and nothing else is left", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "config.json");
  writeFileSync(path, "old and much longer than what is new", { mode: 0o644 });
  writePrivateFile(path, "new ä");
  expect([readFileSync(path, "utf8"), modeOf(path), readdirSync(folder.path)]).toEqual([
    "new ä",
    "600",
    ["config.json"],
  ]);
});

test("replacing a link replaces the link and not what it points to", () => {
  using folder = temporaryFolder();
  const target = join(folder.path, "target");
  writeFileSync(target, "theirs");
  symlinkSync(target, join(folder.path, "link"));
  writePrivateFile(join(folder.path, "link"), "ours");
  expect([readFileSync(target, "utf8"), readFileSync(join(folder.path, "link"), "utf8")]).toEqual(["theirs", "ours"]);
});

test("a write that fails throws and leaves nothing behind", () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "taken"));
  expect(() => writePrivateFile(join(folder.path, "taken"), "x")).toThrow();
  expect(readdirSync(folder.path)).toEqual(["taken"]);
});

test("bytes are written as they are", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "bytes");
  const bytes = new Uint8Array([0, 255, 10, 13, 128]);
  writePrivateFile(path, bytes);
  expect(readBytesIfPresent(path)).toEqual(bytes);
});

test("what is not there reads as nothing and is removed without a fuss; other faults throw", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "nothing");
  expect([readTextIfPresent(path), readBytesIfPresent(path)]).toEqual([undefined, undefined]);
  expect(() => removeIfPresent(path)).not.toThrow();
  expect(() => readTextIfPresent(folder.path)).toThrow("EISDIR");
  expect(() => readBytesIfPresent(folder.path)).toThrow("EISDIR");
  writeFileSync(path, "x");
  removeIfPresent(path);
  expect(readdirSync(folder.path)).toEqual([]);
});
