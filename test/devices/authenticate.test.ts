import { expect, test } from "bun:test";
import {
  attemptLimits,
  Attempts,
  Authenticator,
  type DeviceId,
  requestsMax,
  SetupCodes,
} from "../../src/devices/index.ts";
import { makeIds, realRandom } from "../../src/lib/index.ts";
import { type ConnectParams, GatewayError, type OperatorScope } from "../../src/protocol/index.ts";
import type { TailscaleIdentity } from "../../src/tailscale/index.ts";
import { connectParams, type Greeting } from "../gateway/greeting.ts";
import { newDevice } from "../open-house.ts";
import { asking, DevicesStage, owner } from "./stage.ts";

const token = "the-shared-token-0123456789";
const password = "the-password";
const nonce = "n1";
const { failuresMax, lockMs } = attemptLimits;

interface From {
  readonly isLocal?: boolean;
  readonly origin?: string;
  readonly address?: string;
  readonly protocol?: number;
  readonly tailscale?: TailscaleIdentity;
}

class Stage extends DevicesStage {
  readonly attempts = new Attempts(this.clock);
  acceptsTailscale = true;
  readonly authenticator = new Authenticator({
    devices: this.devices,
    attempts: this.attempts,
    setupCodes: new SetupCodes(this.clock, makeIds(this.clock, realRandom)),
    secrets: { tokens: [token], password },
    acceptsTailscale: () => this.acceptsTailscale,
    clock: this.clock,
    log: this.log.log,
  });

  async admit(greeting: Greeting, from: From = {}) {
    const { isLocal = true, origin, address = "203.0.113.7", protocol = 4, tailscale } = from;
    const params = (await connectParams(greeting, { nonce, ts: this.clock.nowMs() })) as unknown;
    return this.authenticator.admit(params as ConnectParams, { address, origin, isLocal, nonce, tailscale }, protocol);
  }

  /** `code: message` of the refusal, or the scopes that were given. */
  async try(greeting: Greeting, from: From = {}): Promise<string | readonly OperatorScope[]> {
    try {
      return (await this.admit(greeting, from)).principal.scopes;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const code = error.options.details?.["code"];
      return typeof code === "string" ? code : error.message;
    }
  }
}

const afar: From = { isLocal: false };

const deviceless: readonly (readonly [
  name: string,
  greeting: Greeting,
  from: From,
  outcome: string | readonly string[],
])[] = [
  ["at home with the token", { auth: { token } }, {}, ["operator.admin"]],
  ["at home with the password", { auth: { password } }, {}, ["operator.admin"]],
  ["at home, asking for little", { auth: { token }, scopes: ["operator.read"] }, {}, ["operator.read"]],
  [
    "at home, asking for unknown scopes too",
    { auth: { token }, scopes: ["operator.read", "x"] },
    {},
    ["operator.read"],
  ],
  ["from afar with the token", { auth: { token } }, afar, ["operator.read", "operator.write"]],
  [
    "from afar, asking for all",
    { auth: { token }, scopes: ["operator.admin", "operator.pairing", "operator.read"] },
    afar,
    ["operator.read"],
  ],
  ["from afar, asking for what it may not have", { auth: { token }, scopes: ["operator.admin"] }, afar, []],
  ["without any credential", {}, {}, "DEVICE_IDENTITY_REQUIRED"],
  ["with empty credentials", { auth: { token: "", password: "" } }, {}, "DEVICE_IDENTITY_REQUIRED"],
  ["with only a device token", { auth: { deviceToken: "x" } }, {}, "DEVICE_IDENTITY_REQUIRED"],
  ["as a node", { auth: { token }, role: "node" }, {}, "DEVICE_IDENTITY_REQUIRED"],
  [
    "as a control page",
    { auth: { token }, client: { id: "clawdia-control-ui" } },
    {},
    "CONTROL_UI_DEVICE_IDENTITY_REQUIRED",
  ],
  ["with another role", { auth: { token }, role: "root" }, {}, "invalid role"],
  ["with a wrong token", { auth: { token: "x" } }, {}, "AUTH_TOKEN_MISMATCH"],
  ["with a wrong password", { auth: { password: "x" } }, {}, "AUTH_PASSWORD_MISMATCH"],
  ["with a longer token that starts right", { auth: { token: `${token}x` } }, {}, "AUTH_TOKEN_MISMATCH"],
];
for (const [name, greeting, from, outcome] of deviceless) {
  test(`a client without a key ${name}: ${String(outcome) || "nothing"}`, async () => {
    using stage = new Stage();
    expect(await stage.try(greeting, from)).toEqual(outcome as never);
  });
}

test("a device without a credential is told which one is missing, as often as it likes", async () => {
  using stage = new Stage();
  for (let count = 0; count < failuresMax * 3; count++) {
    expect(await stage.try({ signer: newDevice() }, afar)).toBe("AUTH_PASSWORD_MISSING");
  }
  expect(await stage.try({ auth: { token } }, afar)).toEqual(["operator.read", "operator.write"]);
});

test("a device from afar with the token asks, and is in once approved, with the token of its own alone", async () => {
  using stage = new Stage();
  const signer = newDevice();
  expect(await stage.try({ signer, auth: { token }, scopes: ["operator.read"] }, afar)).toBe("PAIRING_REQUIRED");
  stage.devices.approve(stage.pending[0]!, owner);
  const { auth } = await stage.admit({ signer, auth: { token } }, afar);
  const deviceToken = auth.deviceToken!;
  expect(auth).toEqual({ role: "operator", scopes: ["operator.read"], deviceToken, issuedAtMs: stage.clock.nowMs() });
  expect(await stage.try({ signer, auth: { deviceToken } }, afar)).toEqual(["operator.read"]);
  expect(await stage.try({ signer, auth: { token: deviceToken } }, afar)).toEqual(["operator.read"]);
  expect(await stage.try({ signer: newDevice(), auth: { deviceToken } }, afar)).toBe("AUTH_DEVICE_TOKEN_MISMATCH");
  expect(await stage.try({ signer, role: "node", auth: { deviceToken } }, afar)).toBe("AUTH_DEVICE_TOKEN_MISMATCH");
});

test("an approved device that asks for more keeps what it has, also when too many devices wait", async () => {
  using stage = new Stage();
  const signer = newDevice();
  stage.devices.approveSilently(asking({ deviceId: signer.deviceId as DeviceId, scopes: ["operator.read"] }));
  const greeting: Greeting = { signer, auth: { token }, scopes: ["operator.read", "operator.admin"] };
  expect(await stage.try(greeting, afar)).toEqual(["operator.read"]);
  expect(stage.pending).toHaveLength(1);
  stage.devices.reject(stage.pending[0]!);
  for (let count = 0; count < requestsMax; count++) stage.devices.ask(asking());
  expect(await stage.try(greeting, afar)).toEqual(["operator.read"]);
});

test("every wrong credential is charged to its kind, whatever comes with it", async () => {
  const wrong = { token: "x", password: "x", deviceToken: "x", bootstrapToken: "x" } as const;
  const kinds = {
    token: "token",
    password: "password",
    deviceToken: "device-token",
    bootstrapToken: "bootstrap-token",
  } as const;
  const names = Object.keys(wrong) as (keyof typeof wrong)[];
  for (let mask = 1; mask < 16; mask++) {
    using stage = new Stage();
    const given = names.filter((_name, index) => mask & (1 << index));
    const auth = Object.fromEntries(given.map((name) => [name, wrong[name]]));
    const signer = newDevice();
    for (let count = 0; count < failuresMax; count++) await stage.try({ signer, auth }, afar);
    const locked = names.filter((name) => stage.attempts.lockedForMs("203.0.113.7", kinds[name]) > 0);
    expect({ given, locked }).toEqual({ given, locked: given });
  }
});

test("a right credential does not hide guesses of another kind", async () => {
  using stage = new Stage();
  const signer = newDevice();
  const bob = stage.devices.approveSilently(
    asking({ deviceId: signer.deviceId as DeviceId, scopes: ["operator.read"] }),
  );
  const deviceToken = stage.token(bob, "operator");
  for (let count = 0; count < failuresMax; count++) {
    expect(await stage.try({ signer, auth: { deviceToken, token: `guess ${count}` } }, afar)).toEqual([
      "operator.read",
    ]);
  }
  expect(stage.attempts.lockedForMs("203.0.113.7", "token")).toBe(lockMs);
  expect(await stage.try({ signer, auth: { token } }, afar)).toBe("AUTH_RATE_LIMITED");
});

test("a device token in the place of the token does not clear guesses at the token", async () => {
  using stage = new Stage();
  const signer = newDevice();
  const bob = stage.devices.approveSilently(
    asking({ deviceId: signer.deviceId as DeviceId, scopes: ["operator.read"] }),
  );
  const own = stage.token(bob, "operator");
  for (let count = 0; count < failuresMax; count++) {
    expect(await stage.try({ signer, auth: { token: own } }, afar)).toEqual(["operator.read"]);
    expect(await stage.try({ signer, auth: { token: `guess ${count}` } }, afar)).toBe("AUTH_TOKEN_MISMATCH");
  }
  expect(await stage.try({ signer, auth: { token } }, afar)).toBe("AUTH_RATE_LIMITED");
});

test("a stale device token beside the right token locks nobody out", async () => {
  using stage = new Stage();
  for (let count = 0; count < failuresMax * 3; count++) {
    expect(await stage.try({ auth: { token, deviceToken: "stale" } })).toEqual(["operator.admin"]);
  }
});

test("a page that sends its one secret as token and as password makes no guess", async () => {
  using stage = new Stage();
  for (let count = 0; count < failuresMax * 2; count++) {
    expect(await stage.try({ auth: { token, password: token } })).toEqual(["operator.admin"]);
  }
  expect(await stage.try({ auth: { password } })).toEqual(["operator.admin"]);
});

test("a locked kind is not looked at, and opens again after five minutes", async () => {
  using stage = new Stage();
  for (let count = 0; count < failuresMax; count++) await stage.try({ auth: { token: `guess ${count}` } });
  expect(await stage.try({ auth: { token } })).toBe("AUTH_RATE_LIMITED");
  expect(await stage.try({ auth: { password } })).toEqual(["operator.admin"]);
  await stage.clock.advance(lockMs - 1);
  expect(await stage.try({ auth: { token } })).toBe("AUTH_RATE_LIMITED");
  await stage.clock.advance(1);
  expect(await stage.try({ auth: { token } })).toEqual(["operator.admin"]);
});

test("guesses of a page do not lock out the owner's own tools on the same host", async () => {
  using stage = new Stage();
  const origin = "http://127.0.0.1:18789";
  const signer = newDevice();
  for (let count = 0; count < failuresMax; count++) {
    await stage.try({ signer, auth: { password: `guess ${count}` } }, { ...afar, origin, address: "127.0.0.1" });
  }
  const page: From = { ...afar, origin, address: "127.0.0.1" };
  expect(await stage.try({ signer, auth: { password } }, page)).toBe("AUTH_RATE_LIMITED");
  expect(await stage.try({ auth: { password } }, { address: "127.0.0.1" })).toEqual(["operator.admin"]);
});

test("bad signatures are charged too", async () => {
  using stage = new Stage();
  const signer = { ...newDevice(), sign: () => "A".repeat(86) };
  for (let count = 0; count < failuresMax; count++) {
    expect(await stage.try({ signer, auth: { token } })).toBe("DEVICE_AUTH_SIGNATURE_INVALID");
  }
  expect(await stage.try({ signer: newDevice(), auth: { token } })).toBe("AUTH_RATE_LIMITED");
});

test("a lock says how long it lasts", async () => {
  using stage = new Stage();
  for (let count = 0; count < failuresMax; count++) await stage.try({ auth: { token: "x" } });
  const error: unknown = await stage.admit({ auth: { token } }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "RATE_LIMITED", options: { retryAfterMs: lockMs } });
});

test("an old client at home with the shared secret gets no token of its own; everybody else a steady one", async () => {
  using stage = new Stage();
  const signer = newDevice();
  const told = async (greeting: Greeting, from: From) =>
    (await stage.admit({ signer, ...greeting }, from)).auth.deviceToken;
  expect(await told({ auth: { token } }, { protocol: 3 })).toBeUndefined();
  const own = await told({ auth: { token } }, { protocol: 4 });
  expect(own).toMatch(/^[\w-]{43}$/);
  await stage.clock.advance(86_400_000);
  const others = [
    await told({ auth: { token } }, { protocol: 4 }),
    await told({ auth: { token } }, { protocol: 3, ...afar }),
    await told({ auth: { deviceToken: own! } }, { protocol: 3 }),
  ];
  expect(others).toEqual([own, own, own]);
});

const alice: From = { isLocal: false, tailscale: { kind: "verified", login: "alice@example.com" } };
const mallory: From = { isLocal: false, tailscale: { kind: "mismatch" } };

test("S-28 whom Tailscale vouches for needs no secret, but the approval of the device", async () => {
  using stage = new Stage();
  const signer = newDevice();
  expect(await stage.try({ signer }, alice)).toBe("PAIRING_REQUIRED");
  const [requestId] = stage.pending;
  stage.devices.approve(requestId!, owner);
  expect(await stage.try({ signer }, alice)).toEqual(["operator.admin"]);
  stage.devices.revoke(signer.deviceId as DeviceId, "operator");
  expect(await stage.try({ signer }, alice)).toBe("PAIRING_REQUIRED");
});

test("S-28 Tailscale's word opens nothing without a device, and nothing where it is not accepted", async () => {
  using stage = new Stage();
  expect(await stage.try({}, alice)).toBe("DEVICE_IDENTITY_REQUIRED");
  expect(await stage.try({ role: "node" }, alice)).toBe("DEVICE_IDENTITY_REQUIRED");
  expect(await stage.try({ signer: newDevice() }, mallory)).toBe("AUTH_TAILSCALE_IDENTITY_MISMATCH");
  stage.acceptsTailscale = false;
  for (const from of [alice, mallory])
    expect(await stage.try({ signer: newDevice() }, from)).toBe("AUTH_PASSWORD_MISSING");
  expect(stage.pending).toEqual([]);
});

test("S-16 a wrong secret beside Tailscale's word is charged, and keeps nobody out", async () => {
  using stage = new Stage();
  const signer = newDevice();
  for (let guess = 0; guess < failuresMax; guess++)
    expect(await stage.try({ signer, auth: { token: `guess ${guess}` } }, alice)).toBe("PAIRING_REQUIRED");
  expect(await stage.try({ signer, auth: { token } }, afar)).toBe("AUTH_RATE_LIMITED");
  expect(await stage.try({ signer, auth: { token } }, alice)).toBe("PAIRING_REQUIRED");
});
