import { type Static, Type } from "@sinclair/typebox";
import { ClientMode, clientIds } from "./client-names.ts";
import { StateVersion } from "./frames.ts";
import { arrayOf, closed, count, named, nonEmpty, oneOf, optional, recordOf, text, timeMs } from "./shapes.ts";

/** The handshake: what `connect` takes and what `hello-ok` gives (section 2 of the wire document, both generations). */

const flag = () => Type.Boolean();

export const ConnectClient = named("ConnectClient", {
  id: Type.Union(
    clientIds.map((id) => Type.Literal(id)),
    { $id: "ClientId" },
  ),
  displayName: optional(nonEmpty(128)),
  version: nonEmpty(64),
  platform: nonEmpty(128),
  deviceFamily: optional(nonEmpty(64)),
  modelIdentifier: optional(nonEmpty(64)),
  mode: ClientMode,
  instanceId: optional(nonEmpty(128)),
  buildId: optional(text(128)),
  timeZone: optional(text(64)),
});

export const ConnectDevice = named("ConnectDevice", {
  id: nonEmpty(128),
  publicKey: nonEmpty(512),
  signature: nonEmpty(256),
  signedAt: timeMs(),
  nonce: optional(nonEmpty(128)),
});
export type ConnectDevice = Static<typeof ConnectDevice>;

export const ConnectAuth = named("ConnectAuth", {
  token: optional(text(4096)),
  password: optional(text(4096)),
  deviceToken: optional(text(4096)),
  bootstrapToken: optional(text(4096)),
  approvalRuntimeToken: optional(text(4096)),
  agentRuntimeIdentityToken: optional(text(4096)),
});
export type ConnectAuth = Static<typeof ConnectAuth>;

export const ConnectParams = named("ConnectParams", {
  minProtocol: Type.Integer({ minimum: 1 }),
  maxProtocol: Type.Integer({ minimum: 1 }),
  client: ConnectClient,
  caps: optional(arrayOf(nonEmpty(64), 64)),
  commands: optional(arrayOf(nonEmpty(128), 256)),
  permissions: optional(recordOf(flag())),
  pathEnv: optional(text(16_384)),
  role: optional(nonEmpty(64)),
  scopes: optional(arrayOf(nonEmpty(128), 32)),
  device: optional(ConnectDevice),
  auth: optional(ConnectAuth),
  locale: optional(text(64)),
  userAgent: optional(text(1024)),
  computerUse: optional(Type.Unknown()),
  workerRuns: optional(Type.Unknown()),
  modelCatalog: optional(Type.Unknown()),
});
export type ConnectParams = Static<typeof ConnectParams>;

/** One client, node or the gateway itself, as others see it (section 9 of the wire document). */
export const PresenceEntry = named("PresenceEntry", {
  ts: timeMs(),
  host: optional(nonEmpty(256)),
  ip: optional(nonEmpty(64)),
  version: optional(nonEmpty(64)),
  platform: optional(nonEmpty(128)),
  deviceFamily: optional(nonEmpty(64)),
  modelIdentifier: optional(nonEmpty(64)),
  mode: optional(nonEmpty(64)),
  reason: optional(nonEmpty(128)),
  deviceId: optional(nonEmpty(128)),
  instanceId: optional(nonEmpty(128)),
  lastInputSeconds: optional(count()),
  text: optional(text(1024)),
  tags: optional(arrayOf(nonEmpty(64), 32)),
  roles: optional(arrayOf(nonEmpty(64), 8)),
  scopes: optional(arrayOf(nonEmpty(64), 32)),
});
export type PresenceEntry = Static<typeof PresenceEntry>;

export const SessionDefaults = named("SessionDefaults", {
  defaultAgentId: nonEmpty(64),
  mainKey: nonEmpty(128),
  mainSessionKey: nonEmpty(256),
  scope: optional(oneOf("per-sender", "global")),
  modelConfigured: optional(flag()),
});
export type SessionDefaults = Static<typeof SessionDefaults>;

export const Snapshot = named("Snapshot", {
  presence: arrayOf(PresenceEntry, 1024),
  health: Type.Unknown(),
  stateVersion: StateVersion,
  uptimeMs: count(),
  configPath: optional(nonEmpty(4096)),
  stateDir: optional(nonEmpty(4096)),
  sessionDefaults: optional(SessionDefaults),
  authMode: optional(oneOf("token", "password")),
});
export type Snapshot = Static<typeof Snapshot>;

export const HelloServer = named("HelloServer", {
  version: nonEmpty(64),
  commit: optional(nonEmpty(64)),
  host: optional(nonEmpty(256)),
  connId: nonEmpty(64),
  bootId: optional(nonEmpty(64)),
  controlUiBuildSource: optional(oneOf("configured", "bundled")),
});

export const HelloFeatures = named("HelloFeatures", {
  methods: arrayOf(nonEmpty(128), 1024),
  events: arrayOf(nonEmpty(128), 1024),
  capabilities: optional(arrayOf(nonEmpty(128), 256)),
});

export const HelloAuth = named("HelloAuth", {
  role: nonEmpty(16),
  scopes: arrayOf(nonEmpty(64), 32),
  deviceToken: optional(nonEmpty(256)),
  issuedAtMs: optional(timeMs()),
});
export type HelloAuth = Static<typeof HelloAuth>;

export const HelloPolicy = named("HelloPolicy", {
  maxPayload: count(),
  maxBufferedBytes: count(),
  tickIntervalMs: count(),
});

/** The answer to `connect`: identity of the server, what it can do, the state now, and the limits. */
export const HelloOk = named("HelloOk", {
  type: Type.Literal("hello-ok"),
  protocol: count(),
  server: HelloServer,
  features: HelloFeatures,
  snapshot: Snapshot,
  canvasHostUrl: optional(nonEmpty(2048)),
  pluginSurfaceUrls: optional(recordOf(nonEmpty(2048))),
  auth: optional(HelloAuth),
  policy: HelloPolicy,
});
export type HelloOk = Static<typeof HelloOk>;

/** Sent first on every socket; `ts` is the gateway's clock, so that a client can tell how far its own is off. */
export const ConnectChallenge = closed({ nonce: nonEmpty(64), ts: timeMs() });
