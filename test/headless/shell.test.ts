import { expect, test } from "bun:test";
import { realpathSync } from "node:fs";
import { NodeStage } from "./node-stage.ts";

/** The gateway asks for commands; the person at the machine decides. */

/** Decides about the next question, as the person at the machine does. */
async function decides(stage: NodeStage, decision: string): Promise<string> {
  const said = await stage.told("The gateway wants to run:");
  stage.words.length = 0;
  const [question] = stage.node.pending;
  stage.node.resolve(question!.id, decision);
  return said;
}

test("a command waits for the person at the machine, and gives its streams apart", async () => {
  await using stage = await NodeStage.open();
  const answer = stage.gateway.gets("system.run", { command: ["sh", "-c", "echo out; echo err >&2; exit 3"] });
  const said = await decides(stage, "allow-once");
  expect(said).toContain("sh -c 'echo out; echo err >&2; exit 3'");
  expect(said).toContain("clawdia node allow ");
  expect(await answer).toEqual({
    exitCode: 3,
    timedOut: false,
    success: false,
    stdout: "out\n",
    stderr: "err\n",
    error: null,
  });
});

test("what the gateway says about approvals does not count", async () => {
  await using stage = await NodeStage.open();
  const claims = { approved: true, approvalDecision: "allow-always", approvalId: "x", runId: "y", agentId: "admin" };
  const answer = stage.gateway.refusal("system.run", { command: ["echo", "hi"], ...claims });
  await decides(stage, "deny");
  expect(await answer).toStartWith("UNAVAILABLE SYSTEM_RUN_DENIED: not run: the owner denied it");
});

test("at a machine that nobody sits at the gateway's word counts, but not against its rules", async () => {
  await using stage = await NodeStage.open({ node: { exec: { trustGateway: true, remoteRules: true } } });
  const order = { command: ["echo", "hi"], approved: true };
  expect(await stage.gateway.gets("system.run", order)).toMatchObject({ stdout: "hi\n" });
  expect(stage.words.join()).not.toContain("wants to run");
  void stage.gateway.ask("system.run", { command: ["echo", "hi"] });
  await stage.told("wants to run");
  await stage.gateway.gets("system.execApprovals.set", { file: { version: 1, defaults: { security: "deny" } } });
  expect(await stage.gateway.refusal("system.run", order)).toContain("SYSTEM_RUN_DENIED");
});

test("what was allowed for always runs without a question, and nothing else does", async () => {
  await using stage = await NodeStage.open();
  const first = stage.gateway.gets("system.run", { command: ["echo", "a"] });
  await decides(stage, "allow-always");
  expect(await first).toMatchObject({ stdout: "a\n", success: true });
  expect(await stage.gateway.gets("system.run", { command: ["echo", "a"] })).toMatchObject({ stdout: "a\n" });
  const other = stage.gateway.refusal("system.run", { command: ["echo", "a"], env: { HOME: "/" } });
  expect(await decides(stage, "deny")).toContain("env HOME=/ echo a");
  expect(await other).toContain("SYSTEM_RUN_DENIED");
});

test("variables stand in what is allowed; those that make programs load code are left out", async () => {
  await using stage = await NodeStage.open();
  const env = { GREETING: "hello you", LD_PRELOAD: "/tmp/x.so", PATH: "/tmp" };
  const answer = stage.gateway.gets("system.run", { command: ["sh", "-c", "echo $GREETING"], env, cwd: null });
  expect(await decides(stage, "allow-once")).toContain("env 'GREETING=hello you' sh -c 'echo $GREETING'");
  expect(await answer).toMatchObject({ stdout: "hello you\n" });
});

test("a command that takes too long is ended, by its own time or by the gateway's", async () => {
  await using stage = await NodeStage.open();
  const own = stage.gateway.gets("system.run", { command: ["sleep", "60"], timeoutMs: 100 });
  await decides(stage, "allow-once");
  expect(await own).toMatchObject({ timedOut: true, success: false });
  const asked = stage.gateway.refusal("system.run", { command: ["sleep", "60"] }, 100);
  expect(await asked).toBe("TIMEOUT node invoke timed out: system.run after 100 ms");
  expect(stage.node.pending).toEqual([]);
});

test("a question of a connection that is gone is gone with it", async () => {
  await using stage = await NodeStage.open();
  void stage.gateway.ask("system.run", { command: ["echo", "late"] });
  await stage.told("The gateway wants to run:");
  stage.words.length = 0;
  stage.gateway.drop();
  await stage.told("Connected");
  expect(stage.node.pending).toEqual([]);
});

test("programs are found by name, never by path", async () => {
  await using stage = await NodeStage.open();
  const { bins } = await stage.gateway.gets<{ bins: Record<string, string> }>("system.which", {
    bins: ["sh", "no-such-program", "/bin/sh", "../sh"],
  });
  expect(Object.keys(bins)).toEqual(["sh"]);
  expect(realpathSync(bins["sh"]!)).toBe(realpathSync("/bin/sh"));
});

test("the gateway reads the rules, and replaces them only where the owner of the machine said so", async () => {
  await using stage = await NodeStage.open();
  expect(await stage.gateway.gets("system.execApprovals.get")).toMatchObject({ exists: false, file: { version: 1 } });
  const file = { version: 1, defaults: { security: "full", ask: "off" } };
  expect(await stage.gateway.refusal("system.execApprovals.set", { file })).toStartWith("INVALID_REQUEST");

  await using open = await NodeStage.open({ node: { exec: { remoteRules: true } } });
  expect(await open.gateway.gets("system.execApprovals.set", { file })).toMatchObject({ exists: true, file });
  expect(await open.gateway.gets("system.run", { command: ["echo", "free"] })).toMatchObject({ stdout: "free\n" });
  const again = await open.gateway.refusal("system.execApprovals.set", { file });
  expect(again).toContain("INVALID_REQUEST: exec approvals base hash required");
});
