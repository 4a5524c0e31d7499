import { type Device, type DeviceId, type Devices, liveRole } from "../devices/index.ts";
import type { Clock, Ids, Log } from "../lib/index.ts";
import { invalidRequest, type Principal, type Publish } from "../protocol/index.ts";
import type { Database } from "../storage/index.ts";
import { declaredBy, describeNode, type NodePairRequest, type PairedNode, requestOnWire } from "./node.ts";
import type { Nodes } from "./nodes.ts";
import type { nodeEvents } from "./nodes.events.ts";
import type { NodeRecord } from "./nodes.store.ts";
import { chatCommand, type CommandRules } from "./platform.ts";
import { offered } from "./surface.ts";

export interface NodeRequestsParts {
  readonly nodes: Nodes;
  readonly devices: Devices;
  readonly database: Database;
  readonly clock: Pick<Clock, "nowMs">;
  readonly ids: Pick<Ids, "uuid">;
  readonly log: Log;
  readonly publish: Publish<typeof nodeEvents>;
  readonly rules: () => CommandRules;
  /** Ends a connection, so that the node comes back as what it may be now. */
  readonly cut: (connectionId: string) => void;
}

/**
 * What people decide about nodes: `node.pair.*`, answered from the device store. A request is either a device that
 * wants to become a node, or commands of one that is.
 */
export class NodeRequests {
  readonly #parts: NodeRequestsParts;

  constructor(parts: NodeRequestsParts) {
    this.#parts = parts;
  }

  list(): { readonly pending: NodePairRequest[]; readonly paired: PairedNode[] } {
    const { nodes, devices } = this.#parts;
    const { pending, paired } = devices.list();
    const asking = pending
      .filter(({ roles }) => roles.includes("node"))
      .map(({ id, deviceId, description, isRepair, createdAtMs }) => ({
        requestId: id,
        nodeId: deviceId,
        ...present(description),
        ...(isRepair && { isRepair: true }),
        ts: createdAtMs,
      }));
    const surfaces = nodes.store.requests().flatMap((record) => {
      const device = devices.find(record.id);
      return device ? [requestOnWire(device, record, nodes.live(record.id))] : [];
    });
    return {
      pending: [...asking, ...surfaces],
      paired: paired.filter((one) => liveRole(one, "node")).map((device) => this.#paired(device)),
    };
  }

  /** Asks for commands of a node that is known, as if it had just offered them. */
  async ask(nodeId: string, commands: readonly string[]): Promise<{ request: NodePairRequest; created: boolean }> {
    const { nodes, ids, clock } = this.#parts;
    const device = nodes.requireDevice(nodeId);
    const record = this.#requireRecord(device.id);
    const live = nodes.live(device.id);
    const wanted = this.#offered(device, record).filter(
      (command) => !record.approved.includes(command) && (commands.length === 0 || commands.includes(command)),
    );
    const open = record.request;
    if (open && wanted.every((command) => open.commands.includes(command))) {
      return { request: requestOnWire(device, record, live), created: false };
    }
    if (wanted.length === 0) throw invalidRequest("the node offers nothing that is not approved already");
    const all = [...new Set([...(open?.commands ?? []), ...wanted])];
    const asked = { id: ids.uuid(), commands: all, atMs: clock.nowMs() };
    const next = await this.#change(device.id, (now) => ({
      ...now,
      declined: now.declined.filter((command) => !all.includes(command)),
      request: asked,
    }));
    const request = requestOnWire(device, next, live);
    this.#parts.publish("node.pair.requested", request);
    return { request, created: true };
  }

  /** Approves what was asked, or only some of its commands; the others are declined. */
  async approve(requestId: string, approver: Principal, only?: readonly string[]): Promise<PairedNode> {
    const record = this.#parts.nodes.store.findRequest(requestId);
    if (!record) return this.#paired(this.#parts.devices.approve(requestId, approver));
    const asked = record.request?.commands ?? [];
    const strange = only?.find((command) => !asked.includes(command));
    if (strange !== undefined) throw invalidRequest(`the request does not name ${strange}`);
    const approved = only ?? asked;
    await this.#decide(record.id, requestId, approved);
    this.#parts.log.info("node.approved", { nodeId: record.id, commands: approved.join(" ") });
    return this.#paired(this.#parts.nodes.requireDevice(record.id));
  }

  async reject(requestId: string): Promise<string> {
    const record = this.#parts.nodes.store.findRequest(requestId);
    if (!record) return this.#parts.devices.reject(requestId).deviceId;
    await this.#decide(record.id, requestId, []);
    return record.id;
  }

  /** Takes back commands, or all of them. They are declined from then on: the node does not ask again by itself. */
  async revoke(nodeId: string, commands: readonly string[] | undefined): Promise<PairedNode> {
    const { nodes, log } = this.#parts;
    const device = nodes.requireDevice(nodeId);
    const record = this.#requireRecord(device.id);
    const taken = commands ?? record.approved;
    const strange = taken.find((command) => !record.approved.includes(command));
    if (strange !== undefined) throw invalidRequest(`${strange} is not approved for this node`);
    await this.#change(device.id, (now) => ({
      ...now,
      approved: now.approved.filter((command) => !taken.includes(command)),
      declined: [...new Set([...now.declined, ...taken])],
    }));
    // It may be hearing a conversation.
    const live = nodes.live(device.id);
    if (live && taken.includes(chatCommand)) this.#parts.cut(live.connectionId);
    log.info("node.revoked", { nodeId: device.id, commands: taken.join(" ") });
    return this.#paired(device);
  }

  /** It is no node any more; its connections are closed. */
  remove(nodeId: string): void {
    const { nodes, devices } = this.#parts;
    devices.revoke(nodes.requireDevice(nodeId).id, "node");
  }

  verify(nodeId: string, token: string): PairedNode | undefined {
    const device = this.#parts.devices.find(nodeId as DeviceId);
    return device && this.#parts.devices.tokenMatches(token, device, "node") ? this.#paired(device) : undefined;
  }

  async #decide(id: DeviceId, requestId: string, approved: readonly string[]): Promise<void> {
    const { clock, publish } = this.#parts;
    const nowMs = clock.nowMs();
    await this.#change(id, (now) => {
      if (now.request?.id !== requestId) throw invalidRequest("unknown requestId");
      const declined = now.request.commands.filter((command) => !approved.includes(command));
      return {
        ...now,
        approved: [...new Set([...now.approved, ...approved])],
        declined: [...new Set([...now.declined, ...declined])],
        request: undefined,
        approvedAtMs: approved.length > 0 ? nowMs : now.approvedAtMs,
      };
    });
    const decision = approved.length > 0 ? ("approved" as const) : ("rejected" as const);
    publish("node.pair.resolved", { requestId, nodeId: id, decision, ts: nowMs });
  }

  #requireRecord(id: DeviceId): NodeRecord {
    const record = this.#parts.nodes.store.find(id);
    if (record) return record;
    throw invalidRequest("the node never connected: start it, and look again");
  }

  #offered(device: Device, { caps, declared }: NodeRecord): string[] {
    return offered(declaredBy(device, { caps, commands: declared }), this.#parts.rules());
  }

  /** As the row is when it is written, whatever came in between. */
  async #change(id: DeviceId, change: (record: NodeRecord) => NodeRecord): Promise<NodeRecord> {
    const { nodes, database } = this.#parts;
    return database.accept(() => {
      const record = change(this.#requireRecord(id));
      nodes.store.save(record);
      return record;
    });
  }

  #paired(device: Device): PairedNode {
    const { nodes } = this.#parts;
    const record = nodes.store.find(device.id);
    return {
      nodeId: device.id,
      ...describeNode(device, record, nodes.live(device.id)),
      ...(record && { caps: [...record.caps], commands: [...record.approved], permissions: { ...record.permissions } }),
      ...(record && record.declined.length > 0 && { declinedCommands: [...record.declined] }),
      createdAtMs: device.createdAtMs,
      approvedAtMs: record?.approvedAtMs ?? device.approvedAtMs,
      ...(record && { lastConnectedAtMs: record.lastConnectedAtMs }),
    };
  }
}

function present({ displayName, platform, deviceFamily, remoteIp }: Device["description"]) {
  return {
    ...(displayName !== undefined && { displayName }),
    ...(platform !== undefined && { platform }),
    ...(deviceFamily !== undefined && { deviceFamily }),
    ...(remoteIp !== undefined && { remoteIp }),
  };
}
