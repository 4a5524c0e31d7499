import { expect, test } from "bun:test";
import { Ajv } from "ajv";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RequestError } from "../../src/client/index.ts";
import type { PendingExecApproval } from "../../src/exec/index.ts";
import { newDevice, openHouse, temporaryFolder } from "../open-house.ts";
import { openTimedHouse } from "../house/timed-house.ts";

/** Approvals of commands through the socket. */

const messageOf = (error: unknown) => (error instanceof RequestError ? `${error.shape.code} ${error.message}` : error);

test("who may approve hears of a command, sees it in the list, and decides", async () => {
  await using house = await openHouse();
  const [agent, alice] = [await house.operator(), await house.operator()];
  const answer = agent.call("exec.approval.request", { id: "a1", command: "rm -rf 'a b'", cwd: "/tmp", host: null });
  const asked = await alice.until(({ event }) => event === "exec.approval.requested");
  const request = {
    command: "rm -rf 'a b'",
    cwd: "/tmp",
    host: null,
    security: null,
    ask: null,
    agentId: null,
    resolvedPath: null,
    sessionKey: null,
  };
  const { createdAtMs } = asked.payload as PendingExecApproval;
  expect(asked.payload).toEqual({ id: "a1", request, createdAtMs, expiresAtMs: createdAtMs + 120_000 });
  expect(await alice.call("exec.approval.list", {})).toEqual([asked.payload as PendingExecApproval]);
  expect(await alice.call("exec.approval.resolve", { id: "a1", decision: "allow-always" })).toEqual({ ok: true });
  expect(await answer).toEqual({ id: "a1", decision: "allow-always", createdAtMs, expiresAtMs: createdAtMs + 120_000 });
  const resolved = await agent.until(({ event }) => event === "exec.approval.resolved");
  expect(resolved.payload).toEqual({
    id: "a1",
    decision: "allow-always",
    resolvedBy: expect.any(String),
    ts: expect.any(Number),
  });
  expect(await alice.call("exec.approval.list", {})).toEqual([]);
});

test("an approval that nobody gives ends in null after its own time", async () => {
  await using house = await openTimedHouse();
  const [agent, alice] = [await house.operator(), await house.operator()];
  const answer = agent.call("exec.approval.request", { command: "ls", timeoutMs: 3_000 });
  await alice.until(({ event }) => event === "exec.approval.requested");
  await house.clock.advance(3_000);
  expect((await answer).decision).toBeNull();
  expect(await alice.call("exec.approval.list", {})).toEqual([]);
});

test("a requester that goes away takes nothing back", async () => {
  await using house = await openHouse();
  const [agent, alice] = [await house.operator(), await house.operator()];
  const answer = agent.call("exec.approval.request", { id: "a1", command: "ls" }).catch(() => "gone");
  await alice.until(({ event }) => event === "exec.approval.requested");
  agent.client.close();
  expect(await answer).toBe("gone");
  expect(await alice.call("exec.approval.list", {})).toHaveLength(1);
  expect(await alice.call("exec.approval.resolve", { id: "a1", decision: "deny" })).toEqual({ ok: true });
});

test("refusals have the texts that clients know", async () => {
  await using house = await openHouse();
  const [agent, alice] = [await house.operator(), await house.operator()];
  const answer = agent.call("exec.approval.request", { id: "a1", command: "ls" });
  await alice.until(({ event }) => event === "exec.approval.requested");
  const refusals = [
    alice.call("exec.approval.request", { id: "a1", command: "ls" }),
    alice.call("exec.approval.resolve", { id: "a1", decision: "maybe" }),
    alice.call("exec.approval.resolve", { id: "a2", decision: "deny" }),
    agent.call("exec.approval.resolve", { id: "a1", decision: "allow-once" }),
  ].map((call) => call.then(() => "done", messageOf));
  expect(await Promise.all(refusals)).toEqual([
    "INVALID_REQUEST approval id already pending",
    "INVALID_REQUEST invalid decision",
    "INVALID_REQUEST unknown approval id",
    "INVALID_REQUEST who asks for an approval cannot give it: answer from another connection",
  ]);
  await alice.call("exec.approval.resolve", { id: "a1", decision: "deny" });
  expect((await answer).decision).toBe("deny");
});

test("nothing that stands beside a command hides anything, however long it is", async () => {
  await using house = await openHouse();
  const [agent, alice] = [await house.operator(), await house.operator()];
  const hidden = { host: "\u202e".repeat(256), agentId: "\u200b".repeat(256), cwd: "\u2060".repeat(4096) };
  const answer = agent.call("exec.approval.request", { id: "a1", command: "ls", ...hidden });
  const { payload } = await alice.until(({ event }) => event === "exec.approval.requested");
  expect(JSON.stringify(payload)).not.toMatch(/[\u200b\u202e\u2060]/);
  expect(await alice.call("exec.approval.list", {})).toHaveLength(1);
  await alice.call("exec.approval.resolve", { id: "a1", decision: "deny" });
  await answer;
});

test("only who may approve hears and sees the commands of others", async () => {
  await using house = await openHouse();
  const bob = await house.operator({ scopes: ["operator.read", "operator.write"], signer: newDevice() });
  const [agent, alice] = [await house.operator(), await house.operator({ scopes: ["operator.approvals"] })];
  const answer = agent.call("exec.approval.request", { id: "a1", command: "secret" });
  await alice.until(({ event }) => event === "exec.approval.requested");
  const refused = await bob.call("exec.approval.list", {}).then(() => "done", messageOf);
  expect(refused).toBe("FORBIDDEN missing scope: operator.approvals");
  expect(bob.payloads("exec.approval.requested")).toEqual([]);
  const rules = await alice.call("exec.approvals.get", {}).then(() => "done", messageOf);
  expect(rules).toBe("FORBIDDEN missing scope: operator.admin");
  await alice.call("exec.approval.resolve", { id: "a1", decision: "deny" });
  await answer;
});

// Compiling a part of the published schema takes a moment.
test("what is said of the rules is what clients of version 4 read", async () => {
  const published = join(import.meta.dir, "../../node_modules/@openclaw/gateway-protocol/protocol.schema.json");
  const ajv = new Ajv({ strict: false, validateSchema: false });
  ajv.addSchema(JSON.parse(readFileSync(published, "utf8")) as object, "published");
  const snapshotFits = ajv.getSchema("published#/definitions/ExecApprovalsSnapshot")!;
  await using house = await openHouse();
  const alice = await house.operator();
  const entry = { id: "1", pattern: "/bin/ls", argPattern: "[]", source: "allow-always", lastUsedAt: 1 } as const;
  const rules = { security: "allowlist", ask: "always", askFallback: "deny", autoAllowSkills: false } as const;
  const file = { version: 1, defaults: rules, agents: { main: { ...rules, allowlist: [entry] } } };
  expect(snapshotFits(await alice.call("exec.approvals.set", { file }))).toBe(true);
  expect(snapshotFits(await alice.call("exec.approvals.get", {}))).toBe(true);
});

test("the rules are read and replaced with the hash of what was read", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  const alice = await house.operator();
  const path = join(folder.path, "exec-approvals.json");
  const before = await alice.call("exec.approvals.get", {});
  expect([before.path, before.exists, before.file]).toEqual([path, false, { version: 1 }]);
  const file = { version: 1, socket: { token: "canary" }, agents: { main: { allowlist: [{ pattern: "/bin/ls" }] } } };
  const after = await alice.call("exec.approvals.set", { file });
  expect(after).toEqual({ ...after, exists: true, file: { ...file, socket: {} } });
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(file);
  const refused = await alice.call("exec.approvals.set", { file }).then(() => "done", messageOf);
  expect(refused).toBe("INVALID_REQUEST exec approvals base hash required; re-run exec.approvals.get and retry");
  const odd = { file: { ...file, extra: true }, baseHash: after.hash };
  expect(await alice.client.callByName("exec.approvals.set", odd).then(() => "done", messageOf)).toContain(
    "unexpected property 'extra'",
  );
  expect((await alice.call("exec.approvals.set", { file: { version: 1 }, baseHash: after.hash })).file).toEqual({
    version: 1,
    socket: {},
  });
});
