import { expect, test } from "bun:test";
import type { DeviceId } from "../../src/devices/index.ts";
import { makeIds, realRandom } from "../../src/lib/index.ts";
import { type InvokeRequest, type LiveNode, Nodes } from "../../src/nodes/index.ts";
import { asking, DevicesStage } from "../devices/stage.ts";

/** A thousand times a node comes back before its old socket is gone, in every order. */

const client = { id: "node-host", version: "1", platform: "linux", mode: "node" } as const;

function liveNode(id: DeviceId, connectionId: string): LiveNode {
  const offer = { caps: ["canvas"], commands: ["canvas.hide"], permissions: {}, pathEnv: undefined };
  return { id, connectionId, client, remoteIp: undefined, ...offer, connectedAtMs: 1 };
}

test("of a thousand overlapping reconnects none loses to its old socket, and lost calls fail at once", async () => {
  using stage = new DevicesStage();
  const sent: { readonly connectionId: string; readonly request: InvokeRequest }[] = [];
  const nodes = new Nodes({
    database: stage.database,
    devices: stage.devices,
    clock: stage.clock,
    ids: makeIds(stage.clock, realRandom),
    log: stage.log.log,
    publish: () => undefined,
    rules: () => ({ allowCommands: [], denyCommands: [] }),
    send: (connectionId, request) => sent.push({ connectionId, request }) > 0,
  });
  const { id } = stage.devices.approveSilently(asking({ role: "node" }));
  nodes.connected(liveNode(id, "c0"));
  const call = () =>
    nodes.invoke({ nodeId: id, command: "canvas.hide", params: undefined, timeoutMs: 30_000, idempotencyKey: "k" });
  let lost = 0;
  for (let round = 1; round <= 1000; round++) {
    const before = call().catch((error: Error) => error.message);
    nodes.connected(liveNode(id, `c${round}`));
    const after = call();
    // The old socket's end comes before or after the answer.
    if (round % 2 === 0) nodes.disconnected(`c${round - 1}`);
    expect(await before).toBe("node disconnected (canvas.hide)");
    lost++;
    const { connectionId, request } = sent.at(-1)!;
    expect(connectionId).toBe(`c${round}`);
    expect(nodes.answer(id, `c${round - 1}`, { id: request.id, ok: true, payload: "old" })).toBe(false);
    expect(nodes.answer(id, connectionId, { id: request.id, ok: true, payload: round })).toBe(true);
    expect((await after).payload).toBe(round);
    if (round % 2 === 1) nodes.disconnected(`c${round - 1}`);
    expect(nodes.live(id)?.connectionId).toBe(`c${round}`);
  }
  expect([lost, nodes.invocations.waitingCount, nodes.invocations.ignoredCount]).toEqual([1000, 0, 1000]);
  nodes.disconnected("c1000");
  expect(nodes.live(id)).toBeUndefined();
});
