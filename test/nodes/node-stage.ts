import type { DeviceId } from "../../src/devices/index.ts";
import { makeIds, realRandom } from "../../src/lib/index.ts";
import { type InvokeRequest, NodeRequests, Nodes } from "../../src/nodes/index.ts";
import { asking, DevicesStage, owner } from "../devices/stage.ts";

/** Nodes on a real database in memory; a test says what they answer. */

export type Answer = { readonly payload: unknown } | { readonly code: string; readonly message: string };

export class NodeStage implements Disposable {
  readonly devices = new DevicesStage();
  readonly requests: InvokeRequest[] = [];
  /** What the nodes answer; none at all when it gives undefined. */
  answer: (request: InvokeRequest) => Answer | undefined = () => ({ payload: null });
  readonly nodes: Nodes;
  readonly approvals: NodeRequests;
  readonly #connections = new Map<string, DeviceId>();

  constructor() {
    const { clock, log, database, devices } = this.devices;
    const parts = {
      database,
      devices,
      clock,
      ids: makeIds(clock, realRandom),
      log: log.log,
      publish: () => undefined,
      rules: () => ({ allowCommands: [], denyCommands: [] }),
    };
    this.nodes = new Nodes({ ...parts, send: (connectionId, request) => this.#send(connectionId, request) });
    this.approvals = new NodeRequests({ ...parts, nodes: this.nodes, cut: () => undefined });
  }

  /** A node that is here, with all that it offers approved. */
  async add(displayName: string, commands: readonly string[], platform = "linux"): Promise<DeviceId> {
    const wish = asking({ role: "node", displayName });
    const { id } = this.devices.devices.approveSilently({
      ...wish,
      description: { ...wish.description, platform, displayName },
    });
    const connectionId = `c-${displayName}`;
    this.#connections.set(connectionId, id);
    this.nodes.connected({
      id,
      connectionId,
      client: { id: "node-host", version: "1", platform, mode: "node", displayName },
      remoteIp: undefined,
      caps: [],
      commands,
      permissions: {},
      pathEnv: undefined,
      connectedAtMs: 1,
    });
    const request = this.nodes.store.find(id)?.request;
    if (request) await this.approvals.approve(request.id, owner);
    return id;
  }

  leave(displayName: string): void {
    this.nodes.disconnected(`c-${displayName}`);
  }

  [Symbol.dispose](): void {
    this.devices[Symbol.dispose]();
  }

  #send(connectionId: string, request: InvokeRequest): boolean {
    this.requests.push(request);
    const answer = this.answer(request);
    if (answer === undefined) return true;
    const said =
      "payload" in answer ? { ok: true, payloadJSON: JSON.stringify(answer.payload) } : { ok: false, error: answer };
    const nodeId = this.#connections.get(connectionId)!;
    setImmediate(() => this.nodes.answer(nodeId, connectionId, { id: request.id, ...said }));
    return true;
  }
}
