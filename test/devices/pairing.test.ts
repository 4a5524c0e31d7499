import { expect, test } from "bun:test";
import {
  type Device,
  type DeviceId,
  judgePairing,
  type PairingFacts,
  type PairingVerdict,
} from "../../src/devices/index.ts";
import type { OperatorScope, Role } from "../../src/protocol/index.ts";

interface KnownRole {
  readonly role: Role;
  readonly scopes?: readonly OperatorScope[];
  /** Where the token was narrowed by a rotation. */
  readonly tokenScopes?: readonly OperatorScope[];
  readonly revoked?: boolean;
}

function device(roles: readonly KnownRole[], platform = "linux"): Device {
  const description = { displayName: "bob", platform, deviceFamily: undefined, clientId: "test", clientMode: "test" };
  return {
    id: "d1" as DeviceId,
    publicKey: "k",
    description: { ...description, remoteIp: undefined },
    createdAtMs: 1,
    approvedAtMs: 1,
    lastSeenAtMs: undefined,
    roles: roles.map(({ role, scopes = [], tokenScopes = scopes, revoked = false }) => ({
      role,
      scopes,
      tokenScopes,
      generation: 1,
      createdAtMs: 1,
      rotatedAtMs: undefined,
      revokedAtMs: revoked ? 2 : undefined,
      lastUsedAtMs: undefined,
    })),
  };
}

const admin: OperatorScope = "operator.admin";
const read: OperatorScope = "operator.read";
const write: OperatorScope = "operator.write";
const approvals: OperatorScope = "operator.approvals";
const pairing: OperatorScope = "operator.pairing";

const reader = device([{ role: "operator", scopes: [read] }]);
const writer = device([{ role: "operator", scopes: [write] }]);
const owner = device([{ role: "operator", scopes: [admin] }]);
const narrowed = device([{ role: "operator", scopes: [admin], tokenScopes: [read] }]);
const emptied = device([{ role: "operator", scopes: [admin], tokenScopes: [] }]);
const revoked = device([{ role: "operator", scopes: [admin], revoked: true }]);
const nodeOnly = device([{ role: "node" }], "iOS 18.1.0");
const revokedNode = device([{ role: "node", revoked: true }]);

const afar = { isLocal: false, hasSharedSecret: true };
const withToken = { isLocal: true, hasSharedSecret: false };
const atHome = { isLocal: true, hasSharedSecret: true };
const asks = (...askedScopes: OperatorScope[]) => ({ askedScopes });

const ask = (reason: string, ...scopes: OperatorScope[]) => ({ kind: "ask", reason, scopes });
const silently = (reason: string, ...scopes: OperatorScope[]) => ({ kind: "approve-silently", reason, scopes });
const admit = (scopes: OperatorScope[], missing: OperatorScope[] = []) => ({ kind: "admit", scopes, missing });

const rows: readonly (readonly [name: string, facts: Partial<PairingFacts>, verdict: object])[] = [
  ["a stranger from afar asks for what it named", { ...afar, ...asks(read) }, ask("not-paired", read)],
  ["a stranger that names nothing asks for everything, so that the approver sees it", afar, ask("not-paired", admin)],
  ["a stranger at home with only a device token asks", { ...withToken, ...asks(read) }, ask("not-paired", read)],
  [
    "a stranger at home with the shared secret is the owner",
    { ...atHome, ...asks(read) },
    silently("not-paired", read),
  ],
  ["a node is approved for no scopes", { ...afar, role: "node", ...asks(admin) }, ask("not-paired")],
  ["a node at home with the shared secret is let in", { ...atHome, role: "node" }, silently("not-paired")],
  [
    "an operator that was only a node asks anew",
    { ...afar, device: nodeOnly, ...asks(read) },
    ask("role-upgrade", read),
  ],
  ["a node that was only an operator asks anew", { ...afar, device: reader, role: "node" }, ask("role-upgrade")],
  ["a known device gets what it asks for", { ...afar, device: reader, ...asks(read) }, admit([read])],
  ["a known device that names nothing gets what it was approved for", { ...afar, device: reader }, admit([read])],
  ["write covers read", { ...afar, device: writer, ...asks(read) }, admit([read])],
  ["read does not cover write", { ...afar, device: reader, ...asks(write) }, ask("scope-upgrade", write)],
  [
    "admin covers all",
    { ...afar, device: owner, ...asks(read, approvals, pairing) },
    admit([read, approvals, pairing]),
  ],
  [
    "what is covered is given and the rest is missing",
    { ...afar, device: reader, ...asks(read, admin) },
    admit([read], [admin]),
  ],
  [
    "more is approved silently at home",
    { ...atHome, device: reader, ...asks(admin) },
    silently("scope-upgrade", admin),
  ],
  [
    "a device token at home gets no more than before",
    { ...withToken, device: reader, ...asks(read, admin) },
    admit([read], [admin]),
  ],
  ["a narrowed token gives only what it carries", { ...afar, device: narrowed }, admit([read])],
  ["a narrowed token asks for more again", { ...afar, device: narrowed, ...asks(admin) }, ask("scope-upgrade", admin)],
  ["a token of no scopes is none, never all", { ...afar, device: emptied }, admit([])],
  [
    "a token of no scopes asks for what it wants",
    { ...afar, device: emptied, ...asks(read) },
    ask("scope-upgrade", read),
  ],
  ["a revoked device asks from afar", { ...afar, device: revoked, ...asks(read) }, ask("role-upgrade", read)],
  ["a revoked device asks at home too", { ...atHome, device: revoked, ...asks(read) }, ask("role-upgrade", read)],
  ["a revoked node asks at home too", { ...atHome, device: revokedNode, role: "node" }, ask("role-upgrade")],
  [
    "another role of a device with a revoked one is new",
    { ...atHome, device: revoked, role: "node" },
    silently("role-upgrade"),
  ],
  [
    "a node of another platform is looked at again",
    { ...afar, device: nodeOnly, role: "node", platform: "android" },
    ask("metadata-upgrade"),
  ],
  [
    "a node of another platform at home with the secret is let in",
    { ...atHome, device: nodeOnly, role: "node", platform: "android" },
    silently("metadata-upgrade"),
  ],
  [
    "a new version of the platform changes nothing",
    { ...afar, device: nodeOnly, role: "node", platform: "ios 19.2" },
    admit([]),
  ],
  [
    "an iPad's platform is the same family",
    { ...afar, device: nodeOnly, role: "node", platform: "iPadOS 18.1" },
    admit([]),
  ],
  [
    "an operator's platform decides nothing",
    { ...afar, device: reader, platform: "windows", ...asks(read) },
    admit([read]),
  ],
  [
    "darwin and macos are one",
    { ...afar, device: device([{ role: "node" }], "darwin"), role: "node", platform: "macOS 15.2.0" },
    admit([]),
  ],
  [
    "a platform named like a property of objects is a name",
    { ...afar, device: device([{ role: "node" }], "constructor"), role: "node", platform: "toString" },
    ask("metadata-upgrade"),
  ],
];

for (const [name, facts, verdict] of rows) {
  test(name, () => {
    const all = {
      device: undefined,
      role: "operator",
      askedScopes: [],
      platform: "linux",
      ...atHome,
      ...facts,
    } as const;
    expect(judgePairing(all)).toEqual(verdict as PairingVerdict);
  });
}
