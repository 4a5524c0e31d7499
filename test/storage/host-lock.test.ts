import { expect, test } from "bun:test";
import { join } from "node:path";
import { takeHostLock } from "../../src/storage/index.ts";

/** Locks that hold over all state folders of one user on one machine. */

const script = join(import.meta.dir, "host-lock-holder.ts");

async function holder(name: string) {
  const child = Bun.spawn([process.execPath, script, name], { stdin: "pipe", stdout: "pipe" });
  const { value } = await child.stdout.getReader().read();
  return { child, said: new TextDecoder().decode(value) };
}

test("a lock that another process holds is refused with who has it, and free when that process is killed", async () => {
  const name = crypto.randomUUID();
  const { child, said } = await holder(name);
  expect(said).toBe("held\n");
  expect(takeHostLock(name, 1)).toEqual({ isHeld: false, byPid: child.pid });
  child.kill("SIGKILL");
  await child.exited;
  const lock = takeHostLock(name, 1);
  if (!lock.isHeld) throw new Error("the lock outlived its process");
  expect((await holder(name)).said).toBe(`refused ${process.pid}\n`);
  lock[Symbol.dispose]();
  const again = await holder(name);
  expect(again.said).toBe("held\n");
  again.child.kill();
});

test("one process does not take a lock twice, and names do not disturb each other", () => {
  const [one, other] = [crypto.randomUUID(), crypto.randomUUID()];
  const first = takeHostLock(one, 1);
  if (!first.isHeld) throw new Error("the lock is free");
  expect(takeHostLock(one, 1)).toEqual({ isHeld: false, byPid: process.pid });
  const second = takeHostLock(other, 1);
  if (!second.isHeld) throw new Error("the lock is free");
  second[Symbol.dispose]();
  first[Symbol.dispose]();
  first[Symbol.dispose]();
});
