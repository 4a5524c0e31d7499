import { expect, test } from "bun:test";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { realClock } from "../../src/lib/index.ts";
import { type BriefOptions, findProgram, runBriefly } from "../../src/programs/index.ts";
import { temporaryFolder } from "../open-house.ts";

const base: Omit<BriefOptions, "args"> = {
  program: "/bin/sh",
  environment: { PATH: "/usr/bin:/bin" },
  clock: realClock,
  deadlineMs: 4_000,
  outputBytesMax: 4_096,
};
const shell = (script: string, more: Partial<BriefOptions> = {}) =>
  runBriefly({ ...base, args: ["-c", script], ...more });

function isRunning(pid: string): boolean {
  try {
    return !["Z", "X"].includes(readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[2]!);
  } catch {
    // It went while it was looked at.
    return false;
  }
}

test("a program's words and exit code come back, and its standard input is empty", async () => {
  const outcome = await shell("cat; echo out; echo err >&2; exit 3");
  expect(outcome).toEqual({ end: "exited", code: 3, stdout: "out\n", stderr: "err\n" });
});

test("arguments are read by no shell, and the environment is what was given", async () => {
  const outcome = await runBriefly({ ...base, program: "/usr/bin/printf", args: ["%s", "$(id); `id` 'x"] });
  expect(outcome.stdout).toBe("$(id); `id` 'x");
  expect((await runBriefly({ ...base, program: "/usr/bin/env", args: [] })).stdout).toBe("PATH=/usr/bin:/bin\n");
});

test("one that hangs is killed with all that it started, and what it had said is kept", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "pid");
  const outcome = await shell(`echo visit https://example.org; sleep 60 & echo $! > ${file}; wait`, {
    deadlineMs: 300,
  });
  expect(outcome).toEqual({ end: "late", code: null, stdout: "visit https://example.org\n", stderr: "" });
  const pid = readFileSync(file, "utf8").trim();
  // The kernel takes a moment over each of a group; one that lives on ends this test by its time limit.
  while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
});

test("a child that holds the output after the end keeps nobody waiting", async () => {
  const startedAtMs = realClock.elapsedMs();
  const outcome = await shell("sleep 2 & echo done");
  expect(outcome).toMatchObject({ end: "exited", code: 0, stdout: "done\n" });
  expect(realClock.elapsedMs() - startedAtMs).toBeLessThan(1_500);
});

test("one that talks without an end is cut", async () => {
  const outcome = await shell("while :; do echo words words words; done");
  expect(outcome.end).toBe("cut");
  expect(outcome.stdout.length).toBeLessThanOrEqual(base.outputBytesMax);
});

test("a signal stops it, before the start and after", async () => {
  const stop = new AbortController();
  const running = shell("sleep 60", { signal: stop.signal });
  stop.abort();
  expect(await running).toMatchObject({ end: "stopped", code: null });
  expect(await shell("echo never", { signal: stop.signal })).toMatchObject({ end: "stopped", stdout: "" });
});

test("what cannot be started is an outcome, too", async () => {
  expect(await runBriefly({ ...base, program: "/nowhere/at/all", args: [] })).toMatchObject({ end: "unstartable" });
});

test("a program is looked up in whole paths only, then where it is known to be", () => {
  using folder = temporaryFolder();
  const here = join(folder.path, "oddly");
  writeFileSync(here, "#!/bin/sh\n");
  expect(findProgram("oddly", folder.path)).toBeUndefined();
  chmodSync(here, 0o755);
  expect(findProgram("oddly", folder.path)).toBe(here);
  expect(findProgram("oddly", `.:relative:/bin`, [])).toBeUndefined();
  expect(findProgram("oddly", undefined, ["/nowhere/oddly", here])).toBe(here);
});
