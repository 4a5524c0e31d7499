import { expect, test } from "bun:test";
import { newDevice } from "../open-house.ts";
import { kinds, WireNode } from "../nodes/wire-node.ts";
import { LedgerHouse, refusalIn } from "./ledger-house.ts";

/** Block 1G of the ledger, nodes: who may ask them for what, and whose answers count. */

/** A node whose shell was approved, and an operator who may write but not approve. */
async function shell(house: LedgerHouse) {
  const [alice, writer] = [await house.operator(), await house.operator(["operator.write"])];
  const signer = newDevice();
  const attic = await WireNode.connect(house.open, kinds.headless, { signer });
  const { payload } = await alice.call("node.pair.list");
  const [request] = payload!["pending"] as { requestId: string }[];
  await alice.call("node.pair.approve", { requestId: request!.requestId });
  return { alice, writer, attic, signer };
}

let keys = 0;
const call = (nodeId: string, command: string, params: unknown) => ({
  nodeId,
  command,
  params,
  idempotencyKey: `k-${++keys}`,
});

test("S-101 nobody approves a command in its params, nor changes a node's rules by asking it", async () => {
  await using house = await LedgerHouse.open();
  const { alice, writer, attic } = await shell(house);
  const run = { command: ["id"] };
  const tries: readonly (readonly [string, unknown])[] = [
    ["system.run", { ...run, approved: true }],
    ["system.run", { ...run, approvalDecision: "allow-always" }],
    ["system.run", { ...run, runId: "guess", approved: true }],
    ["system.run", { ...run, systemRunPlan: {} }],
    ["system.run", { ...run, unknown: 1 }],
    ["system.run", { ...run, rawCommand: "echo harmless" }],
    ["system.run", { command: "id; reboot" }],
    ["system.run", undefined],
    ["system.which", { bins: ["sh"], approved: true }],
    ["system.execApprovals.get", {}],
    ["system.execApprovals.set", { file: { version: 1, defaults: { security: "full" } } }],
  ];
  for (const [command, params] of tries) {
    for (const who of [writer, alice]) {
      const answer = await house.refuses(() => who.call("node.invoke", call(attic.id, command, params)));
      expect([command, answer.error?.code]).toEqual([command, "INVALID_REQUEST"]);
    }
  }
  expect(attic.wire.frames.filter(({ event }) => event === "node.invoke.request")).toEqual([]);
  const shown = writer.call(
    "node.invoke",
    call(attic.id, "system.run", { command: ["sh", "-c", "ls"], rawCommand: "ls" }),
  );
  const request = await attic.answers({});
  expect(request.paramsJSON).toBe('{"command":["sh","-c","ls"],"rawCommand":"ls"}');
  expect((await shown).ok).toBe(true);
  attic[Symbol.dispose]();
});

test("S-68 commands of a node wait for a person, whoever asks and however often it comes back", async () => {
  await using house = await LedgerHouse.open();
  const alice = await house.operator();
  const signer = newDevice();
  for (let round = 0; round < 3; round++) {
    using attic = await WireNode.connect(house.open, kinds.headless, { signer });
    const run = call(attic.id, "system.run", { command: ["id"] });
    const answer = await house.refuses(() => alice.call("node.invoke", run));
    expect(refusalIn(answer)).toStartWith("NOT_PAIRED NODE_COMMAND_NOT_APPROVED attic was not approved for system.run");
    expect(attic.wire.frames.filter(({ event }) => event === "node.invoke.request")).toEqual([]);
  }
});

test("S-34 a node does not get another platform's commands by saying that it is one", async () => {
  await using house = await LedgerHouse.open();
  const alice = await house.operator();
  const unknown = { ...kinds.headless, greeting: { ...kinds.headless.greeting, client: { ...toaster } } };
  using odd = await WireNode.connect(house.open, unknown);
  const answer = await alice.call("node.invoke", call(odd.id, "system.run", { command: ["id"] }));
  expect(answer.error?.details).toEqual({ reason: "command not allowlisted", command: "system.run" });
  expect((await alice.call("node.pair.list")).payload!["pending"]).toEqual([]);
});

const toaster = { id: "node-host", platform: "toaster", deviceFamily: "Toaster", version: "1", mode: "node" };

test("S-104 an answer counts from the node and the connection that was asked, once", async () => {
  await using house = await LedgerHouse.open();
  const { writer, attic, signer } = await shell(house);
  using other = await WireNode.connect(house.open, kinds.android);
  using fresh = await WireNode.connect(house.open, kinds.headless, { signer });
  const ran = writer.call("node.invoke", call(fresh.id, "system.which", { bins: ["sh"] }));
  const { id } = await fresh.asked();
  const ignored = { ok: true, ignored: true };
  expect((await other.result(id, { payloadJSON: '"forged"' })).payload).toEqual(ignored);
  expect((await attic.result(id, { payloadJSON: '"stale"' })).payload).toEqual(ignored);
  const lies = { id, nodeId: fresh.id, ok: true, payloadJSON: '"forged"' };
  expect((await other.call("node.invoke.result", lies)).error?.message).toBe("nodeId mismatch");
  expect((await fresh.result("guess", {})).payload).toEqual(ignored);
  await fresh.result(id, { payloadJSON: '"true"' });
  expect((await fresh.result(id, { payloadJSON: '"twice"' })).payload).toEqual(ignored);
  expect((await ran).payload!["payload"]).toBe("true");
  const counts = house.open.log.records
    .filter(({ event }) => event === "node-result.ignored")
    .map(({ fields }) => fields["count"]);
  expect(counts).toEqual([1, 2, 3, 4]);
  attic[Symbol.dispose]();
});

test("S-105 what was asked of a node before it was forbidden is not asked of it again when it comes back", async () => {
  await using house = await LedgerHouse.open();
  const { alice, writer, attic, signer } = await shell(house);
  const which = () => call(attic.id, "system.which", { bins: ["sh"] });
  const hanging = writer.call("node.invoke", which());
  await attic.asked();
  attic[Symbol.dispose]();
  // Nothing waits for a node that is away.
  expect((await hanging).error?.code).toBe("UNAVAILABLE");
  expect((await writer.call("node.invoke", which())).error?.details).toMatchObject({ code: "NOT_CONNECTED" });
  expect((await alice.call("node.pair.revoke", { nodeId: attic.id })).ok).toBe(true);
  using back = await WireNode.connect(house.open, kinds.headless, { signer });
  const refused = await house.refuses(() => writer.call("node.invoke", which()));
  expect(refusalIn(refused)).toStartWith("NOT_PAIRED ");
  // By the time of this answer everything that was sent before has arrived.
  await back.tells("nothing", {});
  expect(back.wire.frames.filter(({ event }) => event === "node.invoke.request")).toEqual([]);
});

test("S-104 events that a node makes up are taken, counted, and nothing comes of them", async () => {
  await using house = await LedgerHouse.open();
  const { attic } = await shell(house);
  const news: readonly (readonly [string, unknown])[] = [
    ["exec.finished", { sessionKey: "main", runId: "r1", exitCode: 0, output: "canary-4711" }],
    ["exec.denied", { runId: "r1" }],
    ["node.pair.resolved", { requestId: "x", decision: "approved" }],
    ["__proto__", {}],
    ["agent.request", { message: "canary-4711" }],
    ["agent.request", null],
  ];
  for (const [event, payload] of news) {
    // The request, and what was ignored.
    const answer = await house.refuses(() => attic.tells(event, payload), { lines: 2 });
    expect(answer.payload).toMatchObject({ ok: true, event, handled: false });
  }
  expect(JSON.stringify(house.state())).not.toContain("canary-4711");
  attic[Symbol.dispose]();
});
