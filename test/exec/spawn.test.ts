import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markName, processesMax } from "../../src/exec/spawn.ts";
import { machineRunId, processStart } from "../../src/programs/index.ts";
import { startByPs } from "../../src/programs/processes.ts";
import { temporaryFolder } from "../open-house.ts";
import { never, openProcesses, prolific, searchPath, shell, Tripwire } from "./process-stage.ts";

/** Commands as real processes: what they say, how they end, and that nothing of them is left. */

test("a command runs where and with what it was told, and both streams are heard", async () => {
  await using processes = openProcesses();
  using folder = temporaryFolder();
  const order = shell('pwd; echo "$0 $1"; env | cut -d= -f1 | sort | tr "\\n" " "; echo; echo bad >&2; exit 3', {
    cwd: folder.path,
    args: ["one  two"],
  });
  const end = await processes.run(order, never);
  expect(end).toMatchObject({ kind: "exited", exitCode: 3, signal: undefined, ms: expect.any(Number) });
  const lines = end.output
    .trim()
    .split("\n")
    .map((line) => line.trim())
    .toSorted();
  expect(lines).toEqual([folder.path, `${markName} PATH PWD`, "bad", "sh one  two"].toSorted());
});

test("the first argument is what the program is told it is called", async () => {
  await using processes = openProcesses();
  const order = { ...shell(""), argv: ["odd-name", "-c", "echo $0"] };
  expect((await processes.run(order, never)).output).toBe("odd-name\n");
});

test("a command reads nothing, so that it cannot wait for an answer", async () => {
  await using processes = openProcesses();
  expect((await processes.run(shell("cat; echo done"), never)).output).toBe("done\n");
});

test("what cannot be started is told, not thrown", async () => {
  await using processes = openProcesses();
  const end = await processes.run({ ...shell(""), executable: "/no/such/program" }, never);
  expect(end).toMatchObject({ kind: "not-started", exitCode: undefined, output: "it could not be started: ENOENT" });
});

test("a long output keeps its beginning and its end", async () => {
  await using processes = openProcesses();
  const end = await processes.run(shell("seq 1 200000"), never);
  expect(end.output.startsWith("1\n2\n")).toBe(true);
  expect(end.output.endsWith("199999\n200000\n")).toBe(true);
  expect(end.output).toContain("characters left out");
  expect(end.output.length).toBeLessThan(31_000);
});

test("a command that never stops talking is stopped", async () => {
  await using processes = openProcesses();
  // 64 MiB go through the pipe: that is the limit.
  expect(await processes.run(shell("exec cat /dev/zero"), never)).toMatchObject({ kind: "flooded", signal: "SIGTERM" });
});

test("a command past its time is asked to end, and heard to its last word", async () => {
  await using processes = openProcesses();
  const order = shell("trap 'echo bye; exit 7' TERM; echo hi; while :; do sleep 0.05; done", { timeoutMs: 200 });
  const end = await processes.run(order, never);
  expect([end.kind, end.exitCode, end.output]).toEqual(["timed-out", 7, expect.stringMatching(/^hi\n[^]*bye\n$/)]);
});

test("a command that does not listen is killed with all that it started", async () => {
  await using processes = openProcesses();
  await using tripwire = new Tripwire();
  const stop = new AbortController();
  const running = processes.run(shell(`trap "" TERM; ${prolific}`, { args: [tripwire.fifo] }), stop.signal);
  await tripwire.heard.until("ready");
  stop.abort();
  expect(await running).toMatchObject({ kind: "stopped", signal: "SIGKILL" });
  await tripwire.allGone;
}, 10_000);

test("what a command left in the background ends with it", async () => {
  await using processes = openProcesses();
  await using tripwire = new Tripwire();
  const script = 'exec 9>"$1"; (sleep 300 & setsid sleep 300 &) ; echo ready >&9; exit 0';
  const end = await processes.run(shell(script, { args: [tripwire.fifo] }), never);
  expect([end.kind, end.exitCode]).toEqual(["exited", 0]);
  await tripwire.allGone;
});

test("closing ends everything that runs, at once", async () => {
  await using tripwire = new Tripwire();
  const processes = openProcesses();
  const running = processes.run(shell(prolific, { args: [tripwire.fifo] }), never);
  await tripwire.heard.until("ready");
  await processes[Symbol.asyncDispose]();
  expect(await running).toMatchObject({ kind: "stopped" });
  await tripwire.allGone;
});

test("there is room for so many commands and no more", async () => {
  await using processes = openProcesses();
  const stop = new AbortController();
  const running = Array.from({ length: processesMax }, () => processes.run(shell("sleep 300"), stop.signal));
  const refusal = await processes.run(shell("true"), never).catch((error: Error) => error.message);
  expect(refusal).toBe(`${processesMax} commands run already; wait for one`);
  stop.abort();
  await Promise.all(running);
});

test("what runs is on disk while it runs, and only then", async () => {
  using folder = temporaryFolder();
  const record = join(folder.path, "exec-processes.json");
  await using processes = openProcesses(record);
  await using tripwire = new Tripwire();
  const running = processes.run(shell('exec 9>"$1"; echo $$ >&9; exec sleep 300', { args: [tripwire.fifo] }), never);
  await tripwire.heard.until("\n");
  const pid = Number(tripwire.heard.text);
  const { groups } = JSON.parse(readFileSync(record, "utf8")) as { groups: unknown };
  expect(groups).toEqual([{ pid, start: processStart(pid)! }]);
  process.kill(pid, "SIGKILL");
  await running;
  expect(existsSync(record)).toBe(false);
});

test("a process that has the number of a recorded one, but not its start, is left alone", async () => {
  using folder = temporaryFolder();
  const record = join(folder.path, "exec-processes.json");
  const other = Bun.spawn(["sleep", "300"], { detached: true });
  const start = processStart(other.pid)!;
  const groups = [{ pid: other.pid, start: String(Number(start) - 1) }];
  writeFileSync(record, JSON.stringify({ machine: machineRunId(), mark: crypto.randomUUID(), groups }));
  expect(openProcesses(record).sweep()).toBe(0);
  expect([processStart(other.pid), existsSync(record)]).toEqual([start, false]);
  other.kill("SIGKILL");
  await other.exited;
});

test("a record of another run of the machine, or one that is spoiled, kills nobody", async () => {
  using folder = temporaryFolder();
  const record = join(folder.path, "exec-processes.json");
  const other = Bun.spawn(["sleep", "300"], { detached: true });
  const groups = [{ pid: other.pid, start: processStart(other.pid)! }];
  const records = [
    JSON.stringify({ machine: "another", mark: crypto.randomUUID(), groups }),
    JSON.stringify({ machine: machineRunId(), mark: "", groups: [{ pid: -1, start: "1" }] }),
    JSON.stringify({ machine: machineRunId(), mark: "PATH", groups: [] }),
    "not JSON",
  ];
  for (const text of records) {
    writeFileSync(record, text);
    expect(openProcesses(record).sweep()).toBe(0);
  }
  expect(processStart(other.pid)).toBe(groups[0]!.start);
  other.kill("SIGKILL");
  await other.exited;
});

test("ps tells a process by a start too", () => {
  expect(startByPs(process.pid)).toMatch(/^\w{3}_\w{3}_\d+_\d\d:\d\d:\d\d_\d{4}$/);
  expect(startByPs(2 ** 22 + 1)).toBeUndefined();
  expect(searchPath).toContain("/bin");
});
