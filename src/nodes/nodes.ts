import { type Device, type DeviceId, type Devices, liveRole } from "../devices/index.ts";
import type { Clock, Ids, Log } from "../lib/index.ts";
import { GatewayError, invalidRequest, type Publish, unavailable } from "../protocol/index.ts";
import type { Database } from "../storage/index.ts";
import {
  type Invocation,
  type InvokeAnswer,
  Invocations,
  type InvocationsParts,
  type NodeResult,
} from "./invocations.ts";
import { declaredBy, describeNode, type ListedNode, type LiveNode, requestOnWire } from "./node.ts";
import type { nodeEvents } from "./nodes.events.ts";
import { type NodeRecord, NodeStore } from "./nodes.store.ts";
import { chatCommand, type CommandRules } from "./platform.ts";
import { type Decided, firstDecision, judgeNodeCommand, surfaceOf } from "./surface.ts";

export interface NodesParts {
  readonly database: Database;
  readonly devices: Devices;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly publish: Publish<typeof nodeEvents>;
  readonly rules: () => CommandRules;
  readonly send: InvocationsParts["send"];
}

/** A node's last connect is written at most this often when nothing else of it changed. */
const seenStepMs = 60_000;

/** The nodes that were approved: which are here, what may be asked of them, and the asking itself. */
export class Nodes {
  readonly store: NodeStore;
  readonly invocations: Invocations;
  readonly #parts: NodesParts;
  /** Open connections of each node, the newest last: that one is asked. */
  readonly #live = new Map<DeviceId, LiveNode[]>();

  constructor(parts: NodesParts) {
    this.#parts = parts;
    this.store = new NodeStore(parts.database);
    this.invocations = new Invocations(parts);
  }

  /** A connection of the node is open. It takes the place of an older one, whose calls fail at once. */
  connected(node: LiveNode): void {
    const older = this.#live.get(node.id) ?? [];
    this.#live.set(node.id, [...older, node]);
    for (const { connectionId } of older) this.invocations.cut(connectionId);
    this.#note(node);
  }

  /** Whatever connection it was; a newer one of the same node is not touched. */
  disconnected(connectionId: string): void {
    this.invocations.cut(connectionId);
    for (const [id, open] of this.#live) {
      const left = open.filter((node) => node.connectionId !== connectionId);
      if (left.length === open.length) continue;
      if (left.length === 0) this.#live.delete(id);
      else this.#live.set(id, left);
    }
  }

  /** True when no device is a node. */
  get isEmpty(): boolean {
    return !this.#parts.devices.list().paired.some((device) => liveRole(device, "node"));
  }

  live(id: DeviceId): LiveNode | undefined {
    return this.#live.get(id)?.at(-1);
  }

  /** Connected ones first, then by name. */
  list(): ListedNode[] {
    const devices = this.#parts.devices.list().paired.filter((device) => liveRole(device, "node"));
    return devices
      .map((device) => this.#listed(device))
      .toSorted(
        (left, right) =>
          Number(right.connected) - Number(left.connected) ||
          nameOf(left).localeCompare(nameOf(right)) ||
          left.nodeId.localeCompare(right.nodeId),
      );
  }

  describe(nodeId: string): ListedNode {
    return this.#listed(this.requireDevice(nodeId));
  }

  /** The device of a node that is approved as one. */
  requireDevice(nodeId: string): Device {
    const device = this.#parts.devices.find(nodeId as DeviceId);
    if (device && liveRole(device, "node")) return device;
    throw invalidRequest("unknown nodeId");
  }

  /** True when a person let this node talk to the agent. */
  mayChat(nodeId: string): boolean {
    const device = this.#parts.devices.find(nodeId as DeviceId);
    return device !== undefined && this.#listed(device).mayChat === true;
  }

  /** The connection to ask for the command over. Throws as clients of every generation know it. */
  target(nodeId: string, command: string): LiveNode {
    if (nodeId.trim() === "" || command.trim() === "") throw invalidRequest("nodeId and command required");
    const id = nodeId as DeviceId;
    const device = this.#parts.devices.find(id);
    const live = this.live(id);
    if (!device || !live || !liveRole(device, "node")) {
      throw unavailable("node not connected", { details: { code: "NOT_CONNECTED" } });
    }
    // While the disk refused, nothing of what it offers was kept.
    if (!this.store.find(id)) this.#note(live);
    const record = this.store.find(id);
    const rules = this.#parts.rules();
    const verdict = judgeNodeCommand(command, {
      declared: declaredBy(device, live),
      decided: decidedIn(record),
      rules,
    });
    if (verdict.kind === "refused") {
      throw invalidRequest("node command not allowed", { details: { reason: verdict.reason, command } });
    }
    if (verdict.kind === "not-approved") throw notApproved(device, command, record);
    return live;
  }

  async invoke(call: Omit<Invocation, "connectionId" | "nodeId"> & { readonly nodeId: string }): Promise<InvokeAnswer> {
    const { id, connectionId } = this.target(call.nodeId, call.command);
    this.#parts.log.info("node.invoked", { nodeId: id, command: call.command, timeoutMs: call.timeoutMs });
    return this.invocations.invoke({ ...call, nodeId: id, connectionId });
  }

  answer(nodeId: DeviceId, connectionId: string, result: NodeResult): boolean {
    return this.invocations.answer({ nodeId, connectionId }, result);
  }

  /** Keeps what the node says about itself, and asks people about what is new in it. */
  #note(node: LiveNode): void {
    const { database, devices, clock, log } = this.#parts;
    const device = devices.find(node.id);
    if (!device || !database.takesWrites) return;
    const known = this.store.find(node.id);
    const next = this.#recordOf(device, node, known, clock.nowMs());
    const isFresh = known && clock.nowMs() - known.lastConnectedAtMs < seenStepMs;
    if (isFresh && isSameOffer(known, next)) return;
    database.transaction(() => this.store.save(next));
    if (next.request && next.request.id !== known?.request?.id) {
      this.#parts.publish("node.pair.requested", requestOnWire(device, next, node));
      const approve = `clawdia nodes approve ${next.request.id}`;
      log.info("node.requested", { nodeId: node.id, commands: next.request.commands.join(" "), approve });
    }
  }

  #recordOf(device: Device, node: LiveNode, known: NodeRecord | undefined, nowMs: number): NodeRecord {
    const rules = this.#parts.rules();
    const declared = declaredBy(device, node);
    const decided = known ?? firstDecision(declared, rules);
    const { waiting } = surfaceOf(declared, decided, rules);
    const open = known?.request;
    const isCovered = open !== undefined && waiting.every((command) => open.commands.includes(command));
    // A wider demand comes under a new id: nobody approves more than they read.
    const request =
      waiting.length === 0
        ? undefined
        : { id: isCovered ? open.id : this.#parts.ids.uuid(), commands: waiting, atMs: isCovered ? open.atMs : nowMs };
    return {
      id: node.id,
      version: node.client.version,
      modelIdentifier: node.client.modelIdentifier,
      caps: node.caps,
      declared: node.commands,
      permissions: node.permissions,
      approved: decided.approved,
      declined: decided.declined,
      request,
      approvedAtMs: known ? known.approvedAtMs : nowMs,
      lastConnectedAtMs: nowMs,
    };
  }

  #listed(device: Device): ListedNode {
    const live = this.live(device.id);
    const record = this.store.find(device.id);
    const offer = live ?? { caps: record?.caps ?? [], commands: record?.declared ?? [] };
    const { usable, waiting } = surfaceOf(declaredBy(device, offer), decidedIn(record), this.#parts.rules());
    const request = record?.request;
    return {
      nodeId: device.id,
      ...describeNode(device, record, live),
      caps: [...offer.caps],
      commands: usable.filter((command) => command !== chatCommand),
      ...(waiting.length > 0 && { pendingCommands: [...waiting] }),
      ...(request && { pendingRequestId: request.id }),
      mayChat: usable.includes(chatCommand),
      ...(live?.pathEnv !== undefined && { pathEnv: live.pathEnv }),
      permissions: { ...(live?.permissions ?? record?.permissions) },
      ...(live && { connectedAtMs: live.connectedAtMs }),
      ...(record && { lastConnectedAtMs: record.lastConnectedAtMs }),
      paired: true,
      connected: live !== undefined,
    };
  }
}

function decidedIn(record: NodeRecord | undefined): Decided {
  return record ?? { approved: [], declined: [] };
}

function isSameOffer(known: NodeRecord, next: NodeRecord): boolean {
  return factsOf(known) === factsOf(next);
}

function factsOf({ version, modelIdentifier, caps, declared, permissions, request }: NodeRecord): string {
  return JSON.stringify([version, modelIdentifier, caps, declared, permissions, request]);
}

function nameOf({ displayName, nodeId }: ListedNode): string {
  return (displayName ?? nodeId).toLowerCase();
}

function notApproved(device: Device, command: string, record: NodeRecord | undefined): GatewayError {
  const { displayName } = device.description;
  const requestId = record?.request?.id;
  const approve = `clawdia nodes approve ${requestId ?? device.id.slice(0, 12)}`;
  return new GatewayError("NOT_PAIRED", `${displayName ?? "the node"} was not approved for ${command}: ${approve}`, {
    details: {
      code: "NODE_COMMAND_NOT_APPROVED",
      reason: "command not approved",
      command,
      ...(requestId !== undefined && { requestId }),
      approve,
    },
  });
}
