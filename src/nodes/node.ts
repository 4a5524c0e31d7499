import { type Static, Type } from "@sinclair/typebox";
import type { Device, DeviceId } from "../devices/index.ts";
import { type ConnectParams, shape } from "../protocol/index.ts";
import type { NodeRecord } from "./nodes.store.ts";
import type { Declared } from "./surface.ts";
import { platformOf } from "./platform.ts";

/** A node as clients see it (section 5.9 of the wire document), and as it stands in memory while it is connected. */

const { arrayOf, named, nonEmpty, optional, recordOf, text, timeMs } = shape;

export const commandsMax = 256;
const Commands = arrayOf(nonEmpty(128), commandsMax + 1);
const Caps = arrayOf(nonEmpty(64), 64);
const Permissions = recordOf(Type.Boolean());

const described = {
  displayName: optional(nonEmpty(128)),
  platform: optional(nonEmpty(128)),
  version: optional(nonEmpty(64)),
  coreVersion: optional(nonEmpty(64)),
  uiVersion: optional(nonEmpty(64)),
  deviceFamily: optional(nonEmpty(64)),
  modelIdentifier: optional(nonEmpty(64)),
  remoteIp: optional(nonEmpty(64)),
};

const listed = {
  nodeId: nonEmpty(128),
  ...described,
  caps: Caps,
  /** What may be asked of it now. */
  commands: Commands,
  /** Offered, but nobody approved it yet. */
  pendingCommands: optional(Commands),
  pendingRequestId: optional(nonEmpty(64)),
  mayChat: optional(Type.Boolean()),
  pathEnv: optional(text(16_384)),
  permissions: optional(Permissions),
  connectedAtMs: optional(timeMs()),
  lastConnectedAtMs: optional(timeMs()),
  paired: Type.Boolean(),
  connected: Type.Boolean(),
};

export const ListedNode = named("ListedNode", listed);
export type ListedNode = Static<typeof ListedNode>;
export const DescribedNode = named("DescribedNode", { ts: timeMs(), ...listed });

/** Commands of a node, or the node itself, that wait for a person. */
export const NodePairRequest = named("NodePairRequest", {
  requestId: nonEmpty(64),
  nodeId: nonEmpty(128),
  ...described,
  caps: optional(Caps),
  commands: optional(Commands),
  permissions: optional(Permissions),
  silent: optional(Type.Boolean()),
  isRepair: optional(Type.Boolean()),
  ts: timeMs(),
});
export type NodePairRequest = Static<typeof NodePairRequest>;

export const PairedNode = named("PairedNode", {
  nodeId: nonEmpty(128),
  ...described,
  caps: optional(Caps),
  commands: optional(Commands),
  declinedCommands: optional(Commands),
  permissions: optional(Permissions),
  createdAtMs: timeMs(),
  approvedAtMs: timeMs(),
  lastConnectedAtMs: optional(timeMs()),
});
export type PairedNode = Static<typeof PairedNode>;

export const NodePairParams = {
  nodeId: nonEmpty(128),
  ...described,
  caps: optional(Caps),
  commands: optional(Commands),
  silent: optional(Type.Boolean()),
};

/** A node's open connection. */
export interface LiveNode {
  readonly id: DeviceId;
  readonly connectionId: string;
  readonly client: ConnectParams["client"];
  readonly remoteIp: string | undefined;
  readonly caps: readonly string[];
  readonly commands: readonly string[];
  readonly permissions: Readonly<Record<string, boolean>>;
  readonly pathEnv: string | undefined;
  readonly connectedAtMs: number;
}

/** The platform is the one that was approved: a node that claims another one is asked for anew when it connects. */
export function declaredBy(
  device: Device,
  offer: { readonly caps: readonly string[]; readonly commands: readonly string[] },
): Declared {
  const { platform, deviceFamily } = device.description;
  return { platform: platformOf({ platform, deviceFamily }), caps: offer.caps, commands: offer.commands };
}

/** What is known of the node beside its decisions; what a live one says wins. */
export function describeNode(device: Device, record: NodeRecord | undefined, live: LiveNode | undefined) {
  const { displayName, platform, deviceFamily, remoteIp } = device.description;
  return present({
    displayName: displayName ?? live?.client.displayName,
    platform: live?.client.platform ?? platform,
    version: live?.client.version ?? record?.version,
    deviceFamily: live?.client.deviceFamily ?? deviceFamily,
    modelIdentifier: live?.client.modelIdentifier ?? record?.modelIdentifier,
    remoteIp: live?.remoteIp ?? remoteIp,
  });
}

/** The commands of a node that wait. */
export function requestOnWire(device: Device, record: NodeRecord, live: LiveNode | undefined): NodePairRequest {
  const { request } = record;
  return {
    requestId: request?.id ?? "",
    nodeId: device.id,
    ...describeNode(device, record, live),
    caps: [...record.caps],
    commands: [...(request?.commands ?? [])],
    permissions: { ...record.permissions },
    isRepair: true,
    ts: request?.atMs ?? 0,
  };
}

/** Without what is not known. */
function present<T extends Readonly<Record<string, string | undefined>>>(facts: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value)) as { [K in keyof T]?: string };
}
