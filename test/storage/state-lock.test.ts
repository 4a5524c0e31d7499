import { expect, test } from "bun:test";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePaths } from "../../src/lib/index.ts";
import { readHolder, StateLock } from "../../src/storage/index.ts";
import { temporaryFolder } from "../open-house.ts";

const program = join(import.meta.dir, "lock-holder.ts");

async function taker(folder: string) {
  const child = Bun.spawn([process.execPath, program, folder], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const { value } = await child.stdout.getReader().read();
  return { child, said: Buffer.from(value!).toString("utf8").trim() };
}

const take = (folder: string) => {
  const paths = makePaths(folder);
  return StateLock.take(paths.lockFile, paths.holderFile);
};

test("the second taker is refused at once and hears who holds it; a kill frees the lock", async () => {
  using folder = temporaryFolder();
  const first = await taker(folder.path);
  expect(first.said).toBe("held");
  const holder = { pid: first.child.pid, url: "ws://127.0.0.1:1", version: "1", startedAtMs: 7 };
  const second = await taker(folder.path);
  expect(second.said).toBe(`refused ${JSON.stringify(holder)}`);
  const startedAt = performance.now();
  expect<object>(take(folder.path)).toEqual({ heldBy: holder });
  expect(performance.now() - startedAt).toBeLessThan(100);
  first.child.kill("SIGKILL");
  await first.child.exited;
  const third = await taker(folder.path);
  expect(third.said).toBe("held");
  third.child.kill("SIGKILL");
  await Promise.all([second.child.exited, third.child.exited]);
});

test("of many that start at once exactly one gets the lock", async () => {
  using folder = temporaryFolder();
  const all = await Promise.all(Array.from({ length: 6 }, () => taker(folder.path)));
  for (const { child } of all) child.kill("SIGKILL");
  expect(all.filter(({ said }) => said === "held")).toHaveLength(1);
  expect(all.filter(({ said }) => said.startsWith("refused"))).toHaveLength(5);
});

test("a lock that was given back can be taken again", () => {
  using folder = temporaryFolder();
  for (let count = 0; count < 3; count++) {
    const lock = take(folder.path);
    expect(lock).toBeInstanceOf(StateLock);
    expect<object>(take(folder.path)).toEqual({ heldBy: undefined });
    if (lock instanceof StateLock) lock[Symbol.dispose]();
  }
});

test("the lock and the word about its holder are the owner's alone", () => {
  using folder = temporaryFolder();
  const paths = makePaths(folder.path);
  const before = process.umask(0);
  try {
    using lock = StateLock.take(paths.lockFile, paths.holderFile) as StateLock;
    lock.announce({ pid: 1, url: "ws://x", version: "1", startedAtMs: 1 });
    expect([paths.lockFile, paths.holderFile].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
  } finally {
    process.umask(before);
  }
});

test("a word about the holder that is missing or torn says nothing", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "gateway.json");
  expect(readHolder(path)).toBe(undefined);
  writeFileSync(path, '{"pid": 1');
  expect(readHolder(path)).toBe(undefined);
});
