import type { CanvasDesk } from "./canvas-desk.ts";
import type { Authenticator, DeviceId } from "../devices/index.ts";
import type { Door, Entry } from "../gateway/index.ts";
import { events, listedMethods } from "../gateway/index.ts";
import type { Health } from "../health/index.ts";
import { type LiveNode, methodsOfTalkers, type Nodes } from "../nodes/index.ts";
import type { Presence } from "../presence/index.ts";
import { hostName } from "../lib/index.ts";
import {
  type HelloOk,
  judgeAccess,
  operator,
  type Principal,
  type StateVersion,
  wireLimits,
} from "../protocol/index.ts";
import type { Sessions } from "../sessions/index.ts";

/** What the gateway says to a client that may come in, and who else hears of it. */

export interface DoorParts {
  readonly authenticator: Authenticator;
  readonly presence: Presence;
  readonly health: Health;
  readonly sessions: Sessions;
  readonly canvas: CanvasDesk;
  readonly version: string;
  readonly commit: string | undefined;
  readonly bootId: string;
  readonly uptimeMs: () => number;
  readonly stateVersion: () => StateVersion;
  readonly configPath: string;
  readonly stateDir: string;
  readonly authMode: () => "token" | "password";
  readonly nodes: Nodes;
  /** Greets a node that came in. */
  readonly welcomeNode: (connectionId: string) => void;
  readonly nowMs: () => number;
}

export function makeDoor(parts: DoorParts): Door {
  return {
    admit: (entry) => {
      const { principal, auth, openedBy } = parts.authenticator.admit(
        entry.params,
        { ...entry.approach, nonce: entry.nonce },
        entry.protocol,
      );
      const presenceKey = isTracked(entry) ? presenceKeyOf(entry) : undefined;
      if (presenceKey !== undefined) {
        parts.presence.connected(entry.connectionId, presenceKey, presenceEntry(entry, principal));
      }
      return { principal, hello: helloFor(entry, principal, auth, parts), presenceKey, openedBy };
    },
    opened: (entry, principal) => {
      if (principal.role === "node" && principal.deviceId !== undefined) {
        parts.nodes.connected(liveNode(entry, principal.deviceId as DeviceId, parts.nowMs()));
        parts.welcomeNode(entry.connectionId);
      }
      parts.health.changed();
    },
    alsoMay: (principal, method) =>
      principal.role === "node" && methodsOfTalkers.includes(method) && parts.nodes.mayChat(principal.deviceId ?? ""),
    closed: (connectionId, presenceKey) => {
      parts.nodes.disconnected(connectionId);
      parts.canvas.released(connectionId);
      if (presenceKey !== undefined) parts.presence.disconnected(connectionId, presenceKey);
    },
  };
}

function helloFor(entry: Entry, principal: Principal, auth: HelloOk["auth"], parts: DoorParts): HelloOk {
  const { sessions } = parts;
  const { names } = sessions;
  return {
    type: "hello-ok",
    protocol: entry.protocol,
    server: {
      version: parts.version,
      connId: entry.connectionId,
      ...(entry.protocol < 4
        ? { ...(parts.commit && { commit: parts.commit }), host: hostName() }
        : { bootId: parts.bootId, controlUiBuildSource: "configured" as const }),
    },
    features: {
      methods: [...listedMethods],
      events: Object.keys(events),
      ...(entry.protocol >= 4 && { capabilities: [] }),
    },
    snapshot: {
      // Who may not hear these events does not get their content either.
      presence: mayRead(principal) ? parts.presence.list() : [],
      health: mayRead(principal) ? parts.health.get(false).value : {},
      stateVersion: parts.stateVersion(),
      uptimeMs: Math.max(0, Math.floor(parts.uptimeMs())),
      configPath: parts.configPath,
      stateDir: parts.stateDir,
      sessionDefaults: {
        defaultAgentId: names.defaultAgentId,
        mainKey: names.mainKey,
        mainSessionKey: sessions.mainKey,
        scope: names.scope,
        ...(entry.protocol >= 4 && { modelConfigured: true }),
      },
      ...(entry.protocol >= 4 && { authMode: parts.authMode() }),
    },
    ...canvasUrls(entry, principal, parts.canvas),
    ...(auth && { auth }),
    policy: {
      maxPayload: wireLimits.frameBytesMax,
      maxBufferedBytes: wireLimits.bufferedBytesMax,
      tickIntervalMs: wireLimits.tickIntervalMs,
    },
  };
}

/** Where the client's own web views find the canvas: version 4 has it among its surfaces. */
function canvasUrls(entry: Entry, principal: Principal, canvas: CanvasDesk) {
  const url = canvas.urlFor(entry, principal);
  if (url === undefined) return {};
  return { canvasHostUrl: url, ...(entry.protocol >= 4 && { pluginSurfaceUrls: { canvas: url } }) };
}

function liveNode({ connectionId, params, approach }: Entry, id: DeviceId, connectedAtMs: number): LiveNode {
  const { client, caps = [], commands = [], permissions = {}, pathEnv } = params;
  const remoteIp = approach.isLocal ? undefined : approach.address;
  return { id, connectionId, client, remoteIp, caps, commands, permissions, pathEnv, connectedAtMs };
}

function mayRead(principal: Principal): boolean {
  return judgeAccess(operator("read"), principal).kind === "allowed";
}

/** One-shot command-line clients come and go; nobody wants to read of them. */
function isTracked(entry: Entry): boolean {
  return entry.params.client.mode !== "cli";
}

function presenceKeyOf({ params, connectionId }: Entry): string {
  return params.device?.id ?? params.client.instanceId ?? connectionId;
}

function presenceEntry({ params, approach }: Entry, principal: Principal) {
  const { client } = params;
  const host = client.displayName ?? client.id;
  const instanceId = params.device?.id ?? client.instanceId;
  return {
    host,
    ...(!approach.isLocal && { ip: approach.address }),
    version: client.version,
    platform: client.platform,
    ...(client.deviceFamily && { deviceFamily: client.deviceFamily }),
    ...(client.modelIdentifier && { modelIdentifier: client.modelIdentifier }),
    mode: client.mode,
    reason: "connect",
    ...(principal.deviceId && { deviceId: principal.deviceId }),
    ...(instanceId && { instanceId }),
    roles: [principal.role],
    scopes: [...principal.scopes],
    text: `Node: ${host} · mode ${client.mode}`,
  };
}
