import { expect, test } from "bun:test";
import { newDevice, openHouse, temporaryFolder } from "../open-house.ts";
import { approveAll, invoke, messageOf } from "./asking.ts";
import { commandsOf, kinds, WireNode } from "./wire-node.ts";

/** What people decide about nodes holds, and only that. */

test("what was approved holds, growth asks again under a new id, and a revocation bites at once", async () => {
  using folder = temporaryFolder();
  const signer = newDevice();
  const nodeId = signer.deviceId;
  {
    await using house = await openHouse({ stateDir: folder.path });
    const alice = await house.operator();
    using attic = await WireNode.connect(house, kinds.headless, { signer });
    const { pendingRequestId } = await alice.call("node.describe", { nodeId });
    expect((await alice.call("status", {})).gateway.advice).toContain(
      `a node offers more than was approved: clawdia nodes approve ${pendingRequestId}`,
    );
    const { node } = await alice.call("node.pair.approve", {
      requestId: pendingRequestId!,
      commands: ["system.run"],
    });
    expect([node.commands, node.declinedCommands]).toEqual([
      ["system.which", "system.run"],
      ["system.execApprovals.get"],
    ]);
    expect(alice.payloads("node.pair.resolved")).toEqual([
      { requestId: pendingRequestId, nodeId, decision: "approved", ts: expect.any(Number) },
    ]);
    const ran = invoke(alice, nodeId, "system.run", { params: { command: ["true"] } });
    await attic.answers({ payloadJSON: '{"exitCode":0}' });
    expect((await ran).payload).toEqual({ exitCode: 0 });
  }
  await using house = await openHouse({ stateDir: folder.path });
  const alice = await house.operator();
  const commands = [...commandsOf(kinds.headless), "browser.proxy", "camera.list"];
  using attic = await WireNode.connect(house, kinds.headless, { signer, more: { commands } });
  const grown = await alice.call("node.describe", { nodeId });
  expect([grown.commands, grown.pendingCommands]).toEqual([
    ["system.run", "system.which"],
    ["browser.proxy", "camera.list"],
  ]);
  const { nodeId: rejected } = await alice.call("node.pair.reject", { requestId: grown.pendingRequestId! });
  expect(rejected).toBe(nodeId);
  expect((await alice.call("node.pair.list", {})).pending).toEqual([]);
  const revoked = await alice.call("node.pair.revoke", { nodeId, commands: ["system.run"] });
  expect(revoked.node.commands).toEqual(["system.which"]);
  expect(await invoke(alice, nodeId, "system.run", { params: { command: ["true"] } }).catch(messageOf)).toBe(
    `NOT_PAIRED attic was not approved for system.run: clawdia nodes approve ${nodeId.slice(0, 12)}`,
  );
  // A person may change their mind without the node.
  const again = await alice.call("node.pair.request", { nodeId, commands: ["system.run"] });
  expect([again.status, again.created, again.request.commands]).toEqual(["pending", true, ["system.run"]]);
  await alice.call("node.pair.approve", { requestId: again.request.requestId });
  const ran = invoke(alice, nodeId, "system.run", { params: { command: ["true"] } });
  await attic.answers({});
  expect((await ran).ok).toBe(true);
});

test("a node that lost its role comes back with nothing but what is harmless", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  const signer = newDevice();
  using attic = await WireNode.connect(house, kinds.headless, { signer });
  await approveAll(alice, attic.id);
  await alice.call("node.pair.remove", { nodeId: attic.id });
  expect((await attic.wire.closed).code).toBe(1008);
  expect((await alice.call("node.list", {})).nodes).toEqual([]);
  const wire = await WireNode.connect(house, kinds.headless, { signer }).catch(() => "refused");
  expect(wire).toBe("refused");
  const { pending } = await alice.call("node.pair.list", {});
  expect(pending.map(({ nodeId }) => nodeId)).toEqual([signer.deviceId]);
  await alice.call("node.pair.approve", { requestId: pending[0]!.requestId });
  using again = await WireNode.connect(house, kinds.headless, { signer });
  const { commands, pendingCommands } = await alice.call("node.describe", { nodeId: again.id });
  expect([commands, pendingCommands]).toEqual([["system.which"], ["system.run", "system.execApprovals.get"]]);
});

test("a node's own rules are read and replaced by admins, once that was approved", async () => {
  await using house = await openHouse();
  const alice = await house.operator();
  const commands = ["system.execApprovals.get", "system.execApprovals.set"];
  using attic = await WireNode.connect(house, kinds.headless, { more: { commands } });
  const nodeId = attic.id;
  expect(await alice.call("exec.approvals.node.get", { nodeId }).catch(messageOf)).toStartWith("NOT_PAIRED");
  await approveAll(alice, nodeId);
  const file = { version: 1, defaults: { security: "deny" } };
  const snapshot = { path: "/home/attic/exec-approvals.json", exists: true, hash: "h1", file };
  const got = alice.call("exec.approvals.node.get", { nodeId });
  await attic.answers({ payloadJSON: JSON.stringify(snapshot) });
  expect(await got).toEqual(snapshot);
  const set = alice.call("exec.approvals.node.set", { nodeId, file, baseHash: "h1" });
  const request = await attic.answers({ payloadJSON: JSON.stringify({ ...snapshot, hash: "h2" }) });
  expect(JSON.parse(request.paramsJSON!)).toEqual({ file, baseHash: "h1" });
  expect((await set).hash).toBe("h2");
  const writer = await house.operator({ scopes: ["operator.write"] });
  expect(await writer.call("exec.approvals.node.get", { nodeId }).catch(messageOf)).toStartWith("FORBIDDEN");
});
