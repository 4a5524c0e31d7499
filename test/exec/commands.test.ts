import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandStage } from "./command-stage.ts";

/** From an agent's wish to a process, with real files, real processes and a person who answers. */

test("on a fresh machine every command is asked for, and shown in full", async () => {
  await using stage = new CommandStage();
  stage.decides("allow-once");
  const end = await stage.run(["echo", "a b"]);
  expect([end.kind, end.exitCode, end.output]).toEqual(["exited", 0, "a b\n"]);
  expect(stage.questions.map(({ request }) => request)).toEqual([
    {
      command: "echo 'a b'",
      cwd: stage.workspace,
      host: "gateway",
      security: "allowlist",
      ask: "on-miss",
      agentId: "main",
      resolvedPath: expect.stringMatching(/\/echo$/),
      sessionKey: "agent:main:main",
    },
  ]);
  expect(stage.captured.text).not.toContain("a b");
});

test("once is once", async () => {
  await using stage = new CommandStage();
  stage.decides("allow-once");
  await stage.run(["true"]);
  await stage.run(["true"]);
  expect(stage.questions).toHaveLength(2);
});

test("always is for exactly this program and these arguments", async () => {
  await using stage = new CommandStage();
  stage.decides("allow-always");
  await stage.run(["echo", "*"]);
  await stage.run(["echo", "*"]);
  expect(stage.questions).toHaveLength(1);
  stage.decides("deny");
  expect(await stage.refusal(["echo", "x"])).toContain("the owner denied it");
  expect(await stage.refusal(["echo"])).toContain("the owner denied it");
  expect(stage.policy.file.agents?.["main"]?.allowlist).toEqual([
    {
      id: expect.any(String),
      source: "allow-always",
      pattern: expect.stringMatching(/^\/.*\/echo$/),
      argPattern: String.raw`["\\*"]`,
      commandText: "echo '*'",
      lastResolvedPath: expect.stringMatching(/\/echo$/),
      lastUsedAt: expect.any(Number),
      lastUsedCommand: "echo '*'",
    },
  ]);
});

test("a program in the workspace is asked for each time, whatever was said before", async () => {
  await using stage = new CommandStage();
  const script = join(stage.workspace, "hello");
  writeFileSync(script, "#!/bin/sh\necho hello\n", { mode: 0o755 });
  stage.decides("allow-always");
  expect((await stage.run(["./hello"])).output).toBe("hello\n");
  await stage.run(["./hello"]);
  expect([stage.questions.length, stage.policy.file.agents]).toEqual([2, undefined]);
});

test("a denied command is not run, and the agent is told who denied it", async () => {
  await using stage = new CommandStage();
  stage.decides("deny");
  const path = join(stage.workspace, "x");
  expect(await stage.refusal(["touch", path])).toBe("not run: the owner denied it; do not try the same in another way");
  expect(await Bun.file(path).exists()).toBe(false);
});

test("when nobody can answer it fails at once", async () => {
  await using stage = new CommandStage();
  stage.isApproverThere = false;
  const startedAt = performance.now();
  expect(await stage.refusal(["true"])).toContain("nobody who may allow commands was there");
  expect(performance.now() - startedAt).toBeLessThan(1000);
  expect([stage.questions, stage.approvals.pending]).toEqual([[], []]);
});

test("a fallback of the owner holds when nobody can answer", async () => {
  const policy = { version: 1, defaults: { security: "full", ask: "always", askFallback: "full" } } as const;
  await using stage = new CommandStage({ policy });
  stage.isApproverThere = false;
  expect((await stage.run(["echo", "hi"])).output).toBe("hi\n");
});

test("rules that became stricter while a person thought beat the answer", async () => {
  await using stage = new CommandStage();
  stage.answer = ({ id }) => {
    stage.policy.replace({ version: 1, defaults: { security: "deny" } }, undefined);
    stage.approvals.resolve(id, "allow-once", { name: "alice" });
  };
  expect(await stage.refusal(["true"])).toContain("the owner has switched commands off");
});

test("a run that is stopped takes its question back", async () => {
  await using stage = new CommandStage();
  const stop = new AbortController();
  stage.answer = () => stop.abort(new Error("stopped"));
  const reason = await stage.run(["true"], undefined, stop.signal).catch((error: Error) => error.message);
  expect([reason, stage.approvals.pending]).toEqual(["stopped", []]);
  expect(stage.events.map(({ name }) => name)).toEqual(["exec.approval.requested", "exec.approval.resolved"]);
});

const changes: readonly (readonly [name: string, argv: readonly string[], change: (stage: CommandStage) => void])[] = [
  [
    "the program is another file",
    ["./tool"],
    (stage) => {
      writeFileSync(join(stage.workspace, "new"), "#!/bin/sh\necho evil\n", { mode: 0o755 });
      renameSync(join(stage.workspace, "new"), join(stage.workspace, "tool"));
    },
  ],
  [
    "the program was written anew",
    ["./tool"],
    (stage) => writeFileSync(join(stage.workspace, "tool"), "#!/bin/sh\necho evil\n"),
  ],
  ["the program was touched", ["./tool"], (stage) => utimesSync(join(stage.workspace, "tool"), 1, 1)],
  [
    "the folder behind a link is another one",
    ["echo", "hi"],
    (stage) => {
      renameSync(join(stage.workspace, "here"), join(stage.workspace, "old"));
      symlinkSync("there", join(stage.workspace, "here"));
    },
  ],
  [
    "the folder is a new one of the same name",
    ["echo", "hi"],
    (stage) => {
      renameSync(join(stage.workspace, "here"), join(stage.workspace, "old"));
      mkdirSync(join(stage.workspace, "here"));
    },
  ],
];

for (const [name, argv, change] of changes) {
  test(`what was allowed does not run when ${name}`, async () => {
    await using stage = new CommandStage();
    writeFileSync(join(stage.workspace, "tool"), "#!/bin/sh\necho good\n", { mode: 0o755 });
    mkdirSync(join(stage.workspace, "here"));
    mkdirSync(join(stage.workspace, "there"));
    const absolute = argv.map((word) => (word === "./tool" ? join(stage.workspace, "tool") : word));
    stage.answer = ({ id }) => {
      change(stage);
      stage.approvals.resolve(id, "allow-once", { name: "alice" });
    };
    expect(await stage.refusal(absolute, "here")).toContain("what would run is not what was allowed");
  });
}

test("a command stays in the workspace, unless the owner's rules are full", async () => {
  await using stage = new CommandStage();
  stage.decides("allow-once");
  mkdirSync(join(stage.workspace, "sub"));
  symlinkSync("/etc", join(stage.workspace, "out"));
  expect((await stage.run(["pwd"], "sub")).output).toBe(`${stage.workspace}/sub\n`);
  for (const cwd of ["/etc", "..", "out", "../../", "sub/../..", "/"]) {
    expect(await stage.refusal(["pwd"], cwd)).toContain("outside of the workspace");
  }
  expect(await stage.refusal(["pwd"], "nowhere")).toContain("no such folder");
  stage.policy.replace({ version: 1, defaults: { security: "full" } }, stage.policy.snapshot().hash);
  expect((await stage.run(["pwd"], "/etc")).output).toBe("/etc\n");
});

test("what is no program is told before anybody is asked", async () => {
  await using stage = new CommandStage();
  writeFileSync(join(stage.workspace, "text"), "no program");
  chmodSync(join(stage.workspace, "text"), 0o644);
  for (const name of ["no-such-program", "./text", "/etc", "./", "/etc/passwd/x"]) {
    expect(await stage.refusal([name])).toContain("there is no program");
  }
  expect(await stage.refusal([])).toContain("the command is empty");
  expect(await stage.refusal(["echo", "x".repeat(100_000)])).toContain("cannot be approved");
  expect(stage.questions).toEqual([]);
});

test("a session that runs its commands elsewhere does not run them here", async () => {
  await using stage = new CommandStage();
  stage.sessionRules = { host: "node" };
  expect(await stage.refusal(["true"])).toBe("this session runs its commands in a node, not on the gateway");
});

test("a program in the workspace of another agent is asked for each time too", async () => {
  await using stage = new CommandStage({ agents: [{ id: "main" }, { id: "work" }] });
  const folder = join(stage.stateDir, "workspace-work");
  mkdirSync(folder);
  writeFileSync(join(folder, "tool"), "#!/bin/sh\necho hi\n", { mode: 0o755 });
  stage.decides("allow-always");
  await stage.run([join(folder, "tool")]);
  await stage.run([join(folder, "tool")]);
  expect([stage.questions.length, stage.policy.file.agents]).toEqual([2, undefined]);
});
