import { expect, test } from "bun:test";
import { newDevice, ownerToken } from "../open-house.ts";
import type { Greeting } from "./greeting.ts";
import type { WireFrame } from "./wire-client.ts";
import { WireHouse } from "./wire-house.ts";

/** The handshake as clients of both generations do it, with raw frames. */

const auth = { token: ownerToken };
const all = ["operator.admin", "operator.approvals", "operator.pairing"];
const cli = { id: "cli", mode: "cli", version: "2026.1.24", platform: "linux" };
const afar = { localAddress: "127.0.0.2", headers: { "X-Forwarded-For": "203.0.113.7" } };
const proxied = { gateway: { trustedProxies: ["127.0.0.2"] } };

interface Hello {
  readonly type: string;
  readonly protocol: number;
  readonly server: Readonly<Record<string, unknown>>;
  readonly features: { readonly methods: string[]; readonly events: string[] };
  readonly snapshot: Readonly<Record<string, unknown>>;
  readonly auth: { readonly role: string; readonly scopes: string[]; readonly deviceToken?: string };
  readonly policy: unknown;
}

const helloIn = ({ payload }: WireFrame) => payload as unknown as Hello;
const codeIn = ({ error }: WireFrame) => error?.details?.["code"];

test("the challenge is the first frame, at once, with a nonce of its own and the gateway's time", async () => {
  await using house = await WireHouse.startTimed();
  const [first, second] = [await house.socket(), await house.socket()];
  const challenges = [await first.challenge(), await second.challenge()];
  expect(first.texts[0]).toBe(JSON.stringify({ type: "event", event: "connect.challenge", payload: challenges[0] }));
  expect(challenges.map(({ ts }) => ts)).toEqual([house.open.clock.nowMs(), house.open.clock.nowMs()]);
  expect(challenges[0]!.nonce).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(challenges[0]!.nonce).not.toBe(challenges[1]!.nonce);
});

const ranges: readonly (readonly [range: readonly [number, number], protocol: number])[] = [
  [[3, 3], 3],
  [[4, 4], 4],
  [[3, 4], 4],
  [[1, 9], 4],
];
for (const [range, protocol] of ranges) {
  test(`a client of protocols ${range.join(" to ")} is answered with ${protocol}`, async () => {
    await using house = await WireHouse.start();
    const { answer } = await house.greet({ range, client: cli, signer: newDevice(), text: 2, auth, scopes: all });
    expect(helloIn(answer)).toMatchObject({ type: "hello-ok", protocol });
  });
}

for (const [range, expectedProtocol] of [
  [[1, 2], 3],
  [[5, 6], 4],
] as const) {
  test(`a client of protocols ${range.join(" to ")} is told which one to try, and closed with 1002`, async () => {
    await using house = await WireHouse.start();
    const { wire, answer } = await house.greet({ range, auth });
    expect(answer).toEqual({
      type: "res",
      id: "hello",
      ok: false,
      error: {
        code: "INVALID_REQUEST",
        message: "protocol mismatch",
        details: {
          code: "PROTOCOL_MISMATCH",
          expectedProtocol,
          clientMinProtocol: range[0],
          clientMaxProtocol: range[1],
        },
      },
    });
    expect(await wire.closed).toEqual({ code: 1002, reason: "protocol mismatch" });
  });
}

test("hello-ok of protocol 3 has what January's clients decode", async () => {
  await using house = await WireHouse.start();
  const { answer } = await house.greet({ range: [3, 3], client: cli, signer: newDevice(), text: 2, auth, scopes: all });
  const { server, snapshot, policy, features, ...rest } = helloIn(answer);
  expect(Object.keys(rest).toSorted()).toEqual(["auth", "protocol", "type"]);
  expect(Object.keys(server).toSorted()).toEqual(["connId", "host", "version"]);
  expect(Object.keys(snapshot).toSorted()).toEqual([
    "configPath",
    "health",
    "presence",
    "sessionDefaults",
    "stateDir",
    "stateVersion",
    "uptimeMs",
  ]);
  expect(snapshot["sessionDefaults"]).toEqual({
    defaultAgentId: "main",
    mainKey: "main",
    mainSessionKey: "agent:main:main",
    scope: "per-sender",
  });
  expect(policy).toEqual({ maxPayload: 26_214_400, maxBufferedBytes: 1_572_864, tickIntervalMs: 30_000 });
  const { presence, health } = snapshot["stateVersion"] as { presence: number; health: number };
  expect([presence >= 1, health >= 1]).toEqual([true, true]);
  expect(features.methods).toContain("chat.send");
  expect(features.methods).not.toContain("connect");
});

test("hello-ok of protocol 4 says that its pages are configured and names no build", async () => {
  await using house = await WireHouse.start();
  const { answer } = await house.greet({ client: cli, auth });
  const { server, snapshot } = helloIn(answer);
  expect(Object.keys(server).toSorted()).toEqual(["bootId", "connId", "controlUiBuildSource", "version"]);
  expect(server["controlUiBuildSource"]).toBe("configured");
  expect(snapshot["sessionDefaults"]).toMatchObject({ modelConfigured: true });
});

for (const text of [1, 2, 3] as const) {
  test(`text ${text} of the signature is understood on this host, under either protocol`, async () => {
    await using house = await WireHouse.start();
    for (const range of [
      [3, 3],
      [4, 4],
    ] as const) {
      const { answer } = await house.greet({ range, client: cli, signer: newDevice(), text, auth, scopes: all });
      expect([text, range, answer.ok]).toEqual([text, range, true]);
    }
  });
}

test("from afar a nonce is needed, and it is this connection's", async () => {
  await using house = await WireHouse.start(proxied);
  const signer = newDevice();
  const codes = [];
  for (const greeting of [{ text: 1 }, { nonce: "11111111-2222-4333-8444-555555555555" }] as const) {
    codes.push(codeIn((await house.greet({ signer, auth, ...greeting }, afar)).answer));
  }
  expect(codes).toEqual(["DEVICE_AUTH_NONCE_REQUIRED", "DEVICE_AUTH_NONCE_MISMATCH"]);
});

const families = ["clawdia", "clawdbot", "moltbot", "openclaw"].flatMap((family) =>
  ["control-ui", "macos", "ios", "android", "probe"].map((name) => `${family}-${name}`),
);
test("client ids of every family are accepted, unknown ones are not", async () => {
  await using house = await WireHouse.start();
  const unbranded = ["webchat-ui", "webchat", "cli", "gateway-client", "node-host", "test", "fingerprint"];
  for (const id of [...families, ...unbranded]) {
    const { answer } = await house.greet({ client: { id, mode: "ui" }, signer: newDevice(), auth });
    expect([id, answer.ok]).toEqual([id, true]);
  }
  const { answer } = await house.greet({ client: { id: "evil-ui" }, auth });
  expect(answer.error?.message).toBe(
    "invalid connect params: at /client/id: must be equal to one of the allowed values",
  );
});

test("connect takes the keys of both generations and no others", async () => {
  await using house = await WireHouse.start();
  const more = {
    caps: ["tool-events"],
    commands: ["system.run"],
    permissions: { camera: true },
    pathEnv: "/bin",
    locale: "de",
    userAgent: "x",
    computerUse: {},
    workerRuns: {},
    modelCatalog: {},
  };
  const client = { buildId: "b", timeZone: "UTC", deviceFamily: "Linux", modelIdentifier: "m", instanceId: "i" };
  const { answer } = await house.greet({ client, auth, more });
  expect(answer.ok).toBe(true);
  const unknown = await house.greet({ auth, more: { root: true } });
  expect(unknown.answer.error?.message).toBe("invalid connect params: at root: unexpected property 'root'");
});

const deviceless: readonly (readonly [name: string, greeting: Greeting, outcome: string])[] = [
  [
    "a command line with the shared secret gets what it asks for",
    { client: cli, auth, scopes: ["operator.read"] },
    "operator.read",
  ],
  ["a command line that asks for all gets it", { client: cli, auth, scopes: all }, all.toSorted().join()],
  [
    "a backend gets what it asks for",
    { client: { id: "gateway-client", mode: "backend" }, auth, scopes: ["operator.admin"] },
    "operator.admin",
  ],
  ["unknown scopes are left out, not refused", { auth, scopes: ["operator.talk", "operator.read"] }, "operator.read"],
  ["a client without a secret", {}, "NOT_PAIRED device identity required"],
  ["a node", { auth, role: "node" }, "NOT_PAIRED device identity required"],
  [
    "a control page",
    { auth, client: { id: "openclaw-control-ui", mode: "webchat" } },
    "INVALID_REQUEST control ui requires HTTPS or localhost (secure context)",
  ],
  ["another role", { auth, role: "admin" }, "INVALID_REQUEST invalid role"],
];
for (const [name, greeting, outcome] of deviceless) {
  test(`without a device, ${name}`, async () => {
    await using house = await WireHouse.start();
    const { wire, answer } = await house.greet(greeting);
    if (answer.ok) return expect(helloIn(answer).auth.scopes.toSorted().join()).toBe(outcome);
    expect(`${answer.error?.code} ${answer.error?.message}`).toBe(outcome);
    expect(await wire.closed).toEqual({ code: 1008, reason: answer.error!.message });
  });
}

test("a device on this host with the shared secret is approved silently, its scopes as asked", async () => {
  await using house = await WireHouse.start();
  const signer = newDevice();
  const { answer } = await house.greet({ signer, auth, scopes: ["operator.read"] });
  expect(helloIn(answer).auth).toMatchObject({ role: "operator", scopes: ["operator.read"] });
  const more = await house.greet({ signer, auth, scopes: ["operator.read", "operator.write"] });
  expect(helloIn(more.answer).auth.scopes.toSorted()).toEqual(["operator.read", "operator.write"]);
});

test("a device from afar is told its request, and is in once it was approved", async () => {
  await using house = await WireHouse.start(proxied);
  const alice = await house.owner();
  const bob: Greeting = { signer: newDevice(), auth, scopes: ["operator.read"] };
  const { wire, answer } = await house.greet(bob, afar);
  const requestId = String(answer.error?.details?.["requestId"]);
  expect(answer.error).toMatchObject({
    code: "NOT_PAIRED",
    message: "pairing required",
    details: { code: "PAIRING_REQUIRED", reason: "not-paired", approve: `clawdia devices approve ${requestId}` },
  });
  expect(await wire.closed).toEqual({ code: 1008, reason: "pairing required" });
  const { payload } = await alice.next((frame) => frame.event === "device.pair.requested");
  expect(payload).toMatchObject({ requestId, scopes: ["operator.read"], remoteIp: "203.0.113.7" });
  const again = await house.greet(bob, afar);
  expect(again.answer.error?.details?.["requestId"]).toBe(requestId);
  expect((await alice.call("device.pair.approve", { requestId })).ok).toBe(true);
  expect(helloIn((await house.greet(bob, afar)).answer).auth).toMatchObject({ scopes: ["operator.read"] });
});

test("a client without a device from afar with the shared secret reads and writes, and no more", async () => {
  await using house = await WireHouse.start(proxied);
  const { answer } = await house.greet({ auth, client: cli }, afar);
  expect(helloIn(answer).auth).toEqual({ role: "operator", scopes: ["operator.read", "operator.write"] });
  const asked = await house.greet({ auth, client: cli, scopes: all }, afar);
  expect(helloIn(asked.answer).auth).toEqual({ role: "operator", scopes: [] });
});

test("the device token is left out for an old client here with the shared secret, else it is steady", async () => {
  await using house = await WireHouse.start();
  const signer = newDevice();
  const old: Greeting = { range: [3, 3], client: cli, signer, text: 2, scopes: all };
  expect(helloIn((await house.greet({ ...old, auth })).answer).auth.deviceToken).toBeUndefined();
  const deviceToken = helloIn((await house.greet({ signer, auth })).answer).auth.deviceToken!;
  const again = [
    await house.greet({ signer, auth }),
    await house.greet({ signer, auth: { deviceToken } }),
    await house.greet({ ...old, auth: { token: deviceToken } }),
  ];
  expect(again.map(({ answer }) => helloIn(answer).auth.deviceToken)).toEqual([deviceToken, deviceToken, deviceToken]);
});

test("wrong credentials are answered with their code and words that clients look for", async () => {
  await using house = await WireHouse.start({ password: "pass" });
  const cases = [
    [{ token: "x" }, "AUTH_TOKEN_MISMATCH"],
    [{ password: "x" }, "AUTH_PASSWORD_MISMATCH"],
    [{ token: "x", deviceToken: "x" }, "AUTH_TOKEN_MISMATCH"],
    [{ deviceToken: "x" }, "AUTH_DEVICE_TOKEN_MISMATCH"],
    [{ bootstrapToken: "x" }, "AUTH_BOOTSTRAP_TOKEN_INVALID"],
    [{}, "AUTH_PASSWORD_MISSING"],
  ] as const;
  for (const [given, code] of cases) {
    const { wire, answer } = await house.greet({ signer: newDevice(), auth: given });
    expect([codeIn(answer), answer.error?.message.startsWith("unauthorized")]).toEqual([code, true]);
    const { code: closeCode, reason } = await wire.closed;
    expect([closeCode, Buffer.byteLength(reason) <= 120, reason.startsWith("unauthorized")]).toEqual([
      1008,
      true,
      true,
    ]);
  }
});

test("a close reason is at most 120 bytes and whole characters, however long the message", async () => {
  await using house = await WireHouse.start();
  const { wire, answer } = await house.greet({ auth, more: { [`é${"ü".repeat(300)}`]: 1, ["x".repeat(300)]: 1 } });
  const { reason } = await wire.closed;
  expect(Buffer.byteLength(answer.error!.message)).toBeGreaterThan(120);
  expect([Buffer.byteLength(reason) <= 120, Buffer.byteLength(reason) >= 118]).toEqual([true, true]);
  expect(answer.error!.message.startsWith(reason)).toBe(true);
});

test("a socket is greeted on any path", async () => {
  await using house = await WireHouse.start();
  for (const path of ["/", "/ws", "/gateway/v1?x=1", "/healthz"]) {
    const { answer } = await house.greet({ auth }, { path });
    expect([path, answer.ok]).toEqual([path, true]);
  }
});
