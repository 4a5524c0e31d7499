import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openProcesses, Tripwire } from "../exec/process-stage.ts";
import { temporaryFolder } from "../open-house.ts";

/** What is left of commands: the end of block 1G of the ledger, and R-31 of its second part. */

const root = join(import.meta.dir, "../..");

test("S-109 a number that belongs to another process now is not killed", async () => {
  using folder = temporaryFolder();
  const record = join(folder.path, "exec-processes.json");
  const other = Bun.spawn(["sleep", "300"], { detached: true });
  const stat = readFileSync(`/proc/${other.pid}/stat`, "utf8");
  const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]!;
  const machine = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  for (const wrong of [String(Number(start) + 1), "", "0"]) {
    const groups = [{ pid: other.pid, start: wrong }];
    writeFileSync(record, JSON.stringify({ machine, mark: crypto.randomUUID(), groups }));
    expect(openProcesses(record).sweep()).toBe(0);
  }
  expect([other.exitCode, existsSync(`/proc/${other.pid}`)]).toEqual([null, true]);
  writeFileSync(record, JSON.stringify({ machine, mark: "x", groups: [{ pid: other.pid, start }] }));
  expect(openProcesses(record).sweep()).toBe(1);
  await other.exited;
  expect(other.signalCode).toBe("SIGKILL");
});

async function startDoomed(tripwire: Tripwire, ...record: readonly string[]) {
  const script = join(root, "test/exec/doomed-parent.ts");
  const parent = Bun.spawn([process.execPath, script, tripwire.fifo, ...record], {
    stdout: "inherit",
    stderr: "inherit",
  });
  await tripwire.heard.until("ready");
  return parent;
}

for (let round = 1; round <= 10; round++) {
  test(`R-31 a gateway that is killed leaves no process behind, round ${round}`, async () => {
    await using tripwire = new Tripwire();
    const parent = await startDoomed(tripwire);
    const killedAt = performance.now();
    parent.kill("SIGKILL");
    await tripwire.allGone;
    expect(performance.now() - killedAt).toBeLessThan(2_000);
  });
}

test("R-31 what outlived gateway and watchdog ends at the next start", async () => {
  using folder = temporaryFolder();
  await using tripwire = new Tripwire();
  const record = join(folder.path, "exec-processes.json");
  const parent = await startDoomed(tripwire, record);
  const children = readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, "utf8")
    .trim()
    .split(" ")
    .map(Number);
  const watchdog = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("clawdia-watchdog"));
  process.kill(watchdog!, "SIGKILL");
  parent.kill("SIGKILL");
  await parent.exited;
  // How many of them are left when the sweep looks is a matter of time; that none stays is the law.
  expect(openProcesses(record).sweep()).toBeGreaterThanOrEqual(1);
  await tripwire.allGone;
  expect(existsSync(record)).toBe(false);
});
