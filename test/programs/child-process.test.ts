import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { realClock } from "../../src/lib/index.ts";
import { byteLines, startChild, StartError } from "../../src/programs/index.ts";
import { LifeLine } from "../doubles/life-line.ts";
import { temporaryFolder } from "../open-house.ts";

/** Real programs. What ignores signals and its input is ended all the same. */

const environment = { PATH: process.env["PATH"] ?? "" };
const graceMs = 50;
const stubborn = "trap '' TERM HUP INT; (trap '' TERM HUP INT; sleep 1000) & echo up; sleep 1000";

const shell = (script: string) => startChild({ command: "sh", args: ["-c", script], folder: "/", environment });
const textOf = (stream: ReadableStream<Uint8Array>) => new Response(stream).text();

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  for await (const line of byteLines(stream, 1000)) return line;
  return "";
}

test("a child hears, answers on both streams, and says how it ended", async () => {
  const child = shell("read -r line; echo heard $line; echo oh >&2; pwd; exit 3");
  await child.write("hello\n");
  expect(await textOf(child.stdout)).toBe("heard hello\n/\n");
  expect(await textOf(child.stderr)).toBe("oh\n");
  expect(await child.ended).toBe("with exit code 3");
});

test("a child has the environment that it is given, and nothing else", async () => {
  const child = startChild({ command: "env", args: [], folder: "/", environment: { ...environment, ONE: "a b\nc" } });
  const names = [...(await textOf(child.stdout)).matchAll(/^([A-Za-z_]\w*)=/gm)].map(([, name]) => name);
  expect(names.filter((name) => !["PWD", "OLDPWD", "SHLVL", "_"].includes(name!)).join()).toMatch(
    /^(PATH,ONE|ONE,PATH)$/,
  );
});

test("arguments reach a child as they are", async () => {
  const args = ["%s|", "a b", "$HOME", "`id`", "'\"", "--", ""];
  const child = startChild({ command: "printf", args, folder: "/", environment });
  expect(await textOf(child.stdout)).toBe("a b|$HOME|`id`|'\"|--||");
});

const missing: readonly (readonly [name: string, command: string, folder: string, complaint: RegExp])[] = [
  [
    "a program that is not there",
    "no-such-program",
    "/",
    /^StartError: cannot start no-such-program: it is not in PATH; install/,
  ],
  [
    "a path that is not there",
    "/no/such/program",
    "/",
    /^StartError: cannot start \/no\/such\/program: there is no such program/,
  ],
  ["a folder that is not there", "true", "/no/such/folder", /^StartError: cannot start true in \/no\/such\/folder: /],
];

for (const [name, command, folder, complaint] of missing) {
  test(`${name} is refused in words`, () => {
    let refusal: unknown;
    try {
      startChild({ command, args: [], folder, environment });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(StartError);
    expect(String(refusal)).toMatch(complaint);
  });
}

test("writing to a child that is gone rejects and breaks nothing else", async () => {
  const child = shell("exit 0");
  await child.ended;
  expect(await child.write("hello").catch((error: Error) => error.message)).toBe("the program has ended");
  await child.close(realClock, graceMs);
});

test("a child that does not read is refused more at some point, and what waits rejects when it is gone", async () => {
  const child = shell("sleep 1000");
  const mebibyte = "x".repeat(1024 * 1024);
  const writes = Array.from({ length: 65 }, () => child.write(mebibyte).catch((error: Error) => error.message));
  expect(await writes[64]).toBe("the program does not read its input");
  child.kill();
  await child.ended;
  expect(await Promise.all(writes)).toHaveLength(65);
});

test("closing lets a child that hears the end of its input end by itself", async () => {
  const child = shell("cat; exit 7");
  await child.close(realClock, 60_000);
  expect(await child.ended).toBe("with exit code 7");
});

test("R-31 closing ends a child that ignores everything, with all that it started", async () => {
  using folder = temporaryFolder();
  await using line = new LifeLine(folder.path);
  const child = shell(line.held("held", stubborn));
  expect(await firstLine(child.stdout)).toBe("up");
  await child.close(realClock, graceMs);
  expect(await child.ended).toBe("by signal SIGKILL");
  expect(await line.letGo()).toBe("held\n");
});

test("R-31 what a child started ends with it", async () => {
  using folder = temporaryFolder();
  await using line = new LifeLine(folder.path);
  const child = shell(line.held("held", "sleep 1000 & exit 0"));
  expect(await child.ended).toBe("with exit code 0");
  expect(await line.letGo()).toBe("held\n");
});

for (let round = 1; round <= 5; round++) {
  test(`R-31 kill -9 of the parent leaves no child and no grandchild, round ${round}`, async () => {
    using folder = temporaryFolder();
    await using line = new LifeLine(folder.path);
    const script = join(import.meta.dir, "../doubles/lonely-parent.ts");
    const parent = Bun.spawn([process.execPath, script, line.held("held", stubborn)], { stdout: "pipe" });
    expect(await firstLine(parent.stdout)).toBe("up");
    const killedAt = performance.now();
    parent.kill("SIGKILL");
    expect(await line.letGo()).toBe("held\n");
    expect(performance.now() - killedAt).toBeLessThan(2000);
  });
}

const openDescriptors = () => readdirSync("/proc/self/fd").length;

async function startAndClose(): Promise<void> {
  const child = shell("cat");
  await Promise.all([child.close(realClock, 60_000), textOf(child.stdout), textOf(child.stderr)]);
}

test("children leave no descriptors behind", async () => {
  await startAndClose();
  const before = openDescriptors();
  for (let index = 0; index < 20; index++) await startAndClose();
  expect(openDescriptors() - before).toBeLessThan(10);
});
