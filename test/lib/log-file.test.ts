import { expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { LogFile } from "../../src/lib/index.ts";
import { temporaryFolder } from "../open-house.ts";

const mebibyte = 1024 * 1024;
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test("lines wait for the flush, and disposing flushes", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "logs", "x.log");
  {
    using file = new LogFile(path);
    file.append("one");
    file.append("two");
    expect(readFileSync(path, "utf8")).toBe("");
    file.flush();
    expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
    file.append("three");
  }
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\nthree\n");
});

test("a file that is there is continued", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.log");
  for (const line of ["one", "two"]) {
    using file = new LogFile(path);
    file.append(line);
  }
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
});

test("at 10 MiB a new file begins, and five are kept in the order of their age", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.log");
  using file = new LogFile(path);
  for (let number = 0; number < 7; number++) {
    file.append(`${number}${"x".repeat(6 * mebibyte)}`);
    file.flush();
  }
  const names = ["x.log", "x.log.1", "x.log.2", "x.log.3", "x.log.4"];
  expect(readdirSync(folder.path).toSorted()).toEqual(names);
  expect(names.map((name) => readFileSync(join(folder.path, name), "utf8").slice(0, 1))).toEqual([
    "6",
    "5",
    "4",
    "3",
    "2",
  ]);
});

test("a file is filled up to 10 MiB and not over", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.log");
  using file = new LogFile(path);
  file.append("x".repeat(10 * mebibyte - 1));
  file.flush();
  expect(existsSync(`${path}.1`)).toBe(false);
  file.append("y");
  file.flush();
  expect([statSync(`${path}.1`).size, statSync(path).size]).toEqual([10 * mebibyte, 2]);
});

test("a flush that is larger than a file leaves no empty file behind", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.log");
  using file = new LogFile(path);
  file.append("x".repeat(11 * mebibyte));
  file.flush();
  expect(readdirSync(folder.path)).toEqual(["x.log"]);
});

test("files and folder are the owner's alone, whatever the umask, also after a rotation", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "logs", "x.log");
  const before = process.umask(0);
  try {
    using file = new LogFile(path);
    file.append("x".repeat(11 * mebibyte));
    file.flush();
    file.append("y");
    file.flush();
    expect([modeOf(join(folder.path, "logs")), modeOf(path), modeOf(`${path}.1`)]).toEqual(["700", "600", "600"]);
  } finally {
    process.umask(before);
  }
});

test("a file that others may read is tightened", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.log");
  writeFileSync(path, "old\n", { mode: 0o644 });
  using file = new LogFile(path);
  file.flush();
  expect(modeOf(path)).toBe("600");
});

test("a disk that is full costs log lines and nothing else", () => {
  if (!existsSync("/dev/full")) return;
  using folder = temporaryFolder();
  const path = join(folder.path, "x.log");
  symlinkSync("/dev/full", path);
  const file = new LogFile(path);
  file.append("lost");
  file.flush();
  file.append("lost");
  file[Symbol.dispose]();
  expect(file.lostLines).toBe(2);
});

test("a rotation that fails is tried again by the next flush", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "logs", "x.log");
  using file = new LogFile(path);
  file.append("x".repeat(10 * mebibyte));
  file.flush();
  rmSync(join(folder.path, "logs"), { recursive: true });
  file.append("lost");
  file.flush();
  mkdirSync(join(folder.path, "logs"));
  file.append("kept");
  file.flush();
  expect(readFileSync(path, "utf8")).toBe("kept\n");
});
