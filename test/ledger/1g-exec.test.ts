import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bindingOf, makeExact } from "../../src/exec/command.ts";
import { sha256Text } from "../../src/lib/index.ts";
import { Told } from "../cli/command-house.ts";
import { CommandStage } from "../exec/command-stage.ts";
import { searchPath } from "../exec/process-stage.ts";
import { newDevice, temporaryFolder } from "../open-house.ts";
import { bypasses } from "./bypass-corpus.ts";
import { LedgerHouse, refusalIn } from "./ledger-house.ts";

/** Block 1G of the ledger: commands and who allows them. */

const root = join(import.meta.dir, "../..");

test("S-101 an approval that the caller writes into its request is refused, with every other unknown key", async () => {
  await using house = await LedgerHouse.open();
  const [agent, alice] = [await house.operator(["operator.approvals"]), await house.operator()];
  const forged = ["approved", "approvalDecision", "decision", "approvalId", "binding", "host2", "__proto_"];
  for (const name of forged) {
    const params = { command: "ls", [name]: name === "approved" ? true : "allow-always" };
    const answer = await house.refuses(() => agent.call("exec.approval.request", params));
    expect([name, refusalIn(answer)]).toEqual([name, expect.stringContaining(`unexpected property '${name}'`)]);
  }
  const rules = { file: { version: 1, defaults: { security: "full" } } };
  const edited = await house.refuses(() => agent.call("exec.approvals.set", rules));
  expect(refusalIn(edited)).toBe("FORBIDDEN MISSING_SCOPE missing scope: operator.admin");
  expect(JSON.stringify((await alice.call("exec.approval.list")).payload)).toBe("[]");
});

test("S-102 what was allowed is bound to every byte of the command, its folder and its environment", () => {
  using folder = temporaryFolder();
  const workspace = join(folder.path, "ws");
  for (const name of ["a", "b"]) mkdirSync(join(workspace, name), { recursive: true });
  const environment = { PATH: searchPath, HOME: "/home/alice" };
  const order = { agentId: "main", sessionKey: "agent:main:main", argv: ["echo", "-n", "hello"], cwd: "a" };
  const ground = { workspace, changeable: [workspace], environment, passedNames: ["EXTRA"], mayLeaveWorkspace: false };
  const binding = bindingOf(makeExact(order, ground));
  expect(binding).toBe(bindingOf(makeExact({ ...order, argv: [...order.argv] }, { ...ground })));
  const variants = [
    { ...order, argv: ["echo", "-n", "hellp"] },
    { ...order, argv: ["echo", "-n hello"] },
    { ...order, argv: ["echo", "-n", "hello", ""] },
    { ...order, argv: ["echo", "-nhello"] },
    { ...order, argv: ["/bin/echo", "-n", "hello"] },
    { ...order, argv: ["printf", "-n", "hello"] },
    { ...order, cwd: "b" },
    { ...order, agentId: "work" },
    { ...order, sessionKey: "agent:main:other" },
  ].map((variant) => bindingOf(makeExact(variant, ground)));
  const environments = [{ ...environment, HOME: "/home/bob" }, { ...environment, TZ: "UTC" }, { PATH: searchPath }].map(
    (own) => bindingOf(makeExact(order, { ...ground, environment: own })),
  );
  const passed = bindingOf(makeExact(order, { ...ground, environment: { ...environment, EXTRA: "1" } }));
  const all = [binding, ...variants, ...environments, passed];
  expect(new Set(all).size).toBe(all.length);
});

test("S-102 a folder that leads elsewhere after the answer, or a second use, runs nothing", async () => {
  await using stage = new CommandStage();
  mkdirSync(join(stage.workspace, "good"));
  mkdirSync(join(stage.workspace, "bad"));
  symlinkSync("good", join(stage.workspace, "here"));
  stage.answer = ({ id }) => {
    renameSync(join(stage.workspace, "here"), join(stage.workspace, "gone"));
    symlinkSync("bad", join(stage.workspace, "here"));
    stage.approvals.resolve(id, "allow-once", { name: "alice" });
  };
  expect(await stage.refusal(["touch", "canary"], "here")).toContain("what would run is not what was allowed");
  expect([readdirSync(join(stage.workspace, "good")), readdirSync(join(stage.workspace, "bad"))]).toEqual([[], []]);
  const [question] = stage.questions;
  expect(stage.approvals.take(question!.id, "anything")).toBe(false);
});

const hidden = [
  ["100 KB", "x".repeat(100_000)],
  ["a mark that turns the direction", "a\u202eb"],
  ["a character without width", "a\u200bb"],
  ["a line that scrolls away", `ls${"\n".repeat(200)}rm -rf ~`],
  ["backticks", "`rm -rf ~`"],
  ["an escape sequence", "\u001b[2J\u001b[Hls"],
] as const;

for (const [name, word] of hidden) {
  test(`S-103 a command with ${name} is shown as what runs, or cannot be approved`, async () => {
    await using stage = new CommandStage();
    stage.decides("allow-once");
    const ran = await stage.run(["printf", "%s", word]).then(
      () => true,
      () => false,
    );
    const shown = stage.questions.map(({ request }) => request.command);
    expect(shown).toHaveLength(ran ? 1 : 0);
    if (!ran) return expect(name).toBe("100 KB");
    expect(shown[0]).not.toMatch(/[\u0000-\u001f\u007f\u200b\u202e]/);
    // A shell that reads what was shown gets what ran, byte for byte.
    const told = Bun.spawnSync(["bash", "-c", shown[0]!], { env: { PATH: searchPath, LC_ALL: "C.UTF-8" } });
    expect(sha256Text(told.stdout.toString())).toBe(sha256Text(word));
  });
}

test("S-103 what another client asks to be shown is shown in full or refused", async () => {
  await using house = await LedgerHouse.open();
  const [agent, alice] = [await house.operator(), await house.operator()];
  const long = await house.refuses(() => agent.call("exec.approval.request", { command: "x".repeat(20_000) }));
  expect(refusalIn(long)).toContain("approval is impossible: it is 20000 characters long");
  const waiting = agent.call("exec.approval.request", { id: "a1", command: "rm \u202etxt.exe\u200b" });
  const { payload } = await alice.next(({ event }) => event === "exec.approval.requested");
  expect(payload).toMatchObject({ request: { command: String.raw`$'rm \u202etxt.exe\u200b'` } });
  await alice.call("exec.approval.resolve", { id: "a1", decision: "deny" });
  await waiting;
});

test("S-105 a rule that changed while a command waited holds for that command", async () => {
  await using stage = new CommandStage();
  const canary = join(stage.workspace, "canary");
  stage.answer = ({ id }) => {
    stage.policy.replace({ version: 1, agents: { main: { security: "deny" } } }, undefined);
    stage.approvals.resolve(id, "allow-always", { name: "alice" });
  };
  expect(await stage.refusal(["touch", canary])).toContain("the owner has switched commands off");
  expect(existsSync(canary)).toBe(false);
});

test("S-106 who may not approve decides nothing, in every way of asking", async () => {
  await using house = await LedgerHouse.open();
  const [agent, alice, camera] = [await house.operator(), await house.operator(), await house.node()];
  const bob = await house.operator(["operator.read", "operator.write", "operator.pairing"]);
  const waiting = agent.call("exec.approval.request", { id: "a1", command: "ls" });
  await alice.next(({ event }) => event === "exec.approval.requested");
  const decide = { id: "a1", decision: "allow-once" };
  const outcomes = [];
  for (const wire of [bob, camera]) {
    outcomes.push(refusalIn(await house.refuses(() => wire.call("exec.approval.resolve", decide))));
  }
  outcomes.push(refusalIn(await house.refuses(() => agent.call("exec.approval.resolve", decide))));
  expect(outcomes).toEqual([
    "FORBIDDEN MISSING_SCOPE missing scope: operator.approvals",
    "INVALID_REQUEST unauthorized role: node",
    "INVALID_REQUEST who asks for an approval cannot give it: answer from another connection",
  ]);
  // An approval of a device is no approval of a command.
  expect(refusalIn(await alice.call("device.pair.approve", { requestId: "a1" }))).toContain("unknown requestId");
  expect((await alice.call("exec.approval.resolve", { ...decide, decision: "deny" })).ok).toBe(true);
  expect((await waiting).payload).toMatchObject({ decision: "deny" });
});

test("S-106 with no approver there a command fails within a second", async () => {
  await using house = await LedgerHouse.open();
  const agent = await house.operator();
  await house.node();
  await house.operator(["operator.write"]);
  const startedAt = performance.now();
  const answer = await agent.call("exec.approval.request", { command: "ls" });
  expect(answer.payload).toMatchObject({ decision: null });
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

test("S-107 no spelling gets past the list of allowed commands", async () => {
  const argPattern = '["status"]';
  const allowlist = [
    { pattern: Bun.which("git", { PATH: searchPath }) ?? "/usr/bin/git", argPattern },
    // What other programs wrote into such files is not read as anything wider.
    ...["/usr/bin/*", "**", "*", "git", "~/bin/**", "/usr/bin/", "sh", "bash*"].map((pattern) => ({ pattern })),
    { pattern: "/usr/bin/touch", argPattern: "^.*$" },
  ];
  await using stage = new CommandStage({
    policy: { version: 1, defaults: { ask: "off" }, agents: { "*": { allowlist } } },
  });
  const canary = join(stage.workspace, "canary");
  const corpus = bypasses(canary);
  expect(corpus.length).toBeGreaterThanOrEqual(300);
  const accepted: string[] = [];
  for (const argv of corpus) {
    const outcome = await stage.refusal(argv);
    if (!/^(not run: it is not on the owner's|there is no program|the command )/.test(outcome)) {
      accepted.push(`${JSON.stringify(argv)}: ${outcome}`);
    }
  }
  expect(accepted).toEqual([]);
  expect(readdirSync(stage.workspace)).toEqual([]);
  // The list is no wall: what it names does run.
  expect((await stage.run(["git", "status"])).kind).toBe("exited");
});

test("S-108 a command sees neither the gateway's credentials nor what loads code", async () => {
  const environment = {
    LD_PRELOAD: "/canary.so",
    BASH_ENV: "/canary.sh",
    GIT_SSH_COMMAND: "canary",
    NODE_OPTIONS: "--require=canary",
    CLAWDIA_GATEWAY_TOKEN: "canary",
    OPENAI_API_KEY: "canary",
    HOME: "/home/alice",
  };
  await using stage = new CommandStage({ environment, passedNames: Object.keys(environment) });
  writeFileSync(join(stage.workspace, ".env"), "FROM_DOT_ENV=canary\n");
  stage.decides("allow-once");
  const { output } = await stage.run(["env"]);
  const names = output.trim().split("\n");
  expect(new Set(names.map((line) => line.split("=")[0]))).toEqual(
    new Set(["CLAWDIA_EXEC", "HOME", "OPENAI_API_KEY", "PATH", "PWD", "TERM"]),
  );
});

test("S-108 what the owner did not name stays with the gateway", async () => {
  await using stage = new CommandStage({ environment: { OPENAI_API_KEY: "canary", AWS_SECRET_ACCESS_KEY: "canary" } });
  stage.decides("allow-once");
  expect((await stage.run(["env"])).output).not.toContain("canary");
});

// It builds the real binary, which takes a second or two.
test("S-108 the binary reads nothing that lies in the folder where it is started", async () => {
  using folder = temporaryFolder();
  const canary = join(folder.path, "canary");
  const here = join(folder.path, "here");
  mkdirSync(here);
  writeFileSync(
    join(here, ".env"),
    "CLAWDIA_GATEWAY_TOKEN=from-the-folder-0123456789\nBUN_OPTIONS=--preload=./evil.ts\n",
  );
  writeFileSync(join(here, "evil.ts"), `require("fs").writeFileSync(${JSON.stringify(canary)}, "");`);
  writeFileSync(join(here, "bunfig.toml"), 'preload = ["./evil.ts"]\n[run]\npreload = ["./evil.ts"]\n');
  writeFileSync(join(here, "package.json"), '{"name":"x","preload":"./evil.ts","type":"commonjs"}');
  writeFileSync(join(here, "tsconfig.json"), '{"compilerOptions":{"paths":{"*":["./evil.ts"]}}}');
  expect(Bun.spawnSync([process.execPath, "scripts/build.ts"], { cwd: root, stdout: "ignore" }).exitCode).toBe(0);
  const stateDir = join(folder.path, "state");
  const gateway = Bun.spawn([join(root, "dist/clawdia"), "gateway", "--port", "0"], {
    cwd: here,
    env: { PATH: searchPath, HOME: folder.path, CLAWDIA_STATE_DIR: stateDir },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  await new Told(gateway.stdout).until("WebChat:");
  gateway.kill("SIGKILL");
  await gateway.exited;
  expect(readFileSync(join(stateDir, "secrets", "gateway-token"), "utf8")).not.toContain("from-the-folder");
  expect([existsSync(canary), readdirSync(here).length]).toEqual([false, 5]);
}, 20_000);

test("S-106 a device of another person with the approvals scope may decide, and is named", async () => {
  await using house = await LedgerHouse.open();
  const [agent, admin] = [await house.operator(), await house.operator()];
  const { wire: carol } = await house.greet({
    signer: newDevice(),
    auth: { token: house.secrets[0]! },
    scopes: ["operator.approvals"],
  });
  const waiting = agent.call("exec.approval.request", { id: "a1", command: "ls" });
  await carol.next(({ event }) => event === "exec.approval.requested");
  expect((await carol.call("exec.approval.resolve", { id: "a1", decision: "allow-once" })).ok).toBe(true);
  const { payload } = await admin.next(({ event }) => event === "exec.approval.resolved");
  expect(payload).toMatchObject({ id: "a1", resolvedBy: expect.any(String) });
  expect((await waiting).payload).toMatchObject({ decision: "allow-once" });
});
