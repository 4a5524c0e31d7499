import { expect, test } from "bun:test";
import { setupCodeLimits } from "../../src/devices/index.ts";
import type { WireClient } from "../gateway/wire-client.ts";
import { newDevice, ownerToken } from "../open-house.ts";
import { afar, LedgerHouse, proxied, refusalIn } from "./ledger-house.ts";

/** Block 1D of the ledger: codes that let one device in. */

interface SetupCode {
  readonly url: string;
  readonly bootstrapToken: string;
  readonly expiresAtMs: number;
}

const spent = "INVALID_REQUEST AUTH_BOOTSTRAP_TOKEN_INVALID";

async function make(admin: WireClient, params: Readonly<Record<string, unknown>> = {}) {
  const { payload } = await admin.call("device.pair.setupCode", { joinUrl: true, ...params });
  const { setupCode, joinUrl } = payload as { setupCode: string; joinUrl: string };
  return { code: JSON.parse(Buffer.from(setupCode, "base64url").toString()) as SetupCode, setupCode, joinUrl };
}

async function redeem(house: LedgerHouse, bootstrapToken: string, greeting: object = {}): Promise<string> {
  const { answer } = await house.greet({ signer: newDevice(), auth: { bootstrapToken }, ...greeting }, afar());
  return answer.error ? refusalIn(answer) : "in";
}

test("S-64 a setup code holds an address and a secret of its own, for at most five minutes", async () => {
  await using house = await LedgerHouse.openTimed(proxied);
  const admin = await house.operator();
  for (const bootstrapProfile of [undefined, "limited", "node"]) {
    const { code, setupCode, joinUrl } = await make(admin, bootstrapProfile === undefined ? {} : { bootstrapProfile });
    expect(Object.keys(code)).toEqual(["url", "bootstrapToken", "expiresAtMs"]);
    expect(code.expiresAtMs - house.clock.nowMs()).toBeLessThanOrEqual(5 * 60_000);
    house.expectNoSecretIn(`${Buffer.from(setupCode, "base64url").toString()} ${joinUrl} ${setupCode}`);
    expect(house.open.log.text).not.toContain(code.bootstrapToken);
    expect(JSON.stringify(house.state())).not.toContain(code.bootstrapToken);
  }
});

test("S-65 of fifty who bring one code at once exactly one comes in", async () => {
  await using house = await LedgerHouse.open(proxied);
  const { code } = await make(await house.operator());
  const wires = await Promise.all(Array.from({ length: 50 }, (_, index) => house.socket(afar(`198.51.100.${index}`))));
  const auth = { bootstrapToken: code.bootstrapToken };
  const answers = await Promise.all(wires.map((wire) => wire.greet({ signer: newDevice(), auth })));
  const outcomes = answers.map((answer) => (answer.error ? refusalIn(answer).split(" unauth")[0] : "in"));
  expect(outcomes.filter((outcome) => outcome === "in")).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === spent)).toHaveLength(49);
});

test("S-65 a code is spent by its first key, and neither that key nor another one uses it again", async () => {
  await using house = await LedgerHouse.open(proxied);
  const { code } = await make(await house.operator());
  const signer = newDevice();
  expect(await redeem(house, code.bootstrapToken, { signer })).toBe("in");
  expect(await redeem(house, code.bootstrapToken, { signer })).toStartWith(spent);
  expect(await redeem(house, code.bootstrapToken)).toStartWith(spent);
});

test("S-65 a code that is too old, or was never made, opens nothing", async () => {
  await using house = await LedgerHouse.openTimed(proxied);
  const { code } = await make(await house.operator());
  await house.clock.advance(setupCodeLimits.lifeMs);
  await house.refuses(async () => expect(await redeem(house, code.bootstrapToken)).toStartWith(spent));
  await house.refuses(async () => expect(await redeem(house, "made-up-".repeat(5))).toStartWith(spent));
});

test("S-65 a code reaches no further than it was made for, and a demand beyond it does not use it up", async () => {
  await using house = await LedgerHouse.open(proxied);
  const admin = await house.operator();
  const { code } = await make(admin, { bootstrapProfile: "limited" });
  const wider = [{ scopes: ["operator.admin"] }, { scopes: ["operator.read", "operator.pairing"] }, { role: "node" }];
  for (const demand of wider) expect(await redeem(house, code.bootstrapToken, demand)).toStartWith(spent);
  const signer = newDevice();
  expect(await redeem(house, code.bootstrapToken, { signer })).toBe("in");
  const { payload } = await admin.call("device.pair.list");
  const paired = payload!["paired"] as { deviceId: string; scopes: string[] }[];
  expect(paired.find(({ deviceId }) => deviceId === signer.deviceId)).toMatchObject({
    scopes: ["operator.read", "operator.write", "operator.approvals"],
  });
});

test("S-65 a code that approves one demand leaves the device's wider one unapproved", async () => {
  await using house = await LedgerHouse.open(proxied);
  const admin = await house.operator();
  const signer = newDevice();
  const asking = await house.greet({ signer, auth: { token: ownerToken }, scopes: ["operator.admin"] }, afar());
  expect(refusalIn(asking.answer)).toStartWith("NOT_PAIRED");
  const { code } = await make(admin, { bootstrapProfile: "limited" });
  const { wire, answer } = await house.greet({ signer, auth: { bootstrapToken: code.bootstrapToken } }, afar());
  expect(answer.error).toBeUndefined();
  expect((await wire.call("device.pair.list")).error).toMatchObject({ code: "FORBIDDEN" });
});

test("S-65 without a key of its own nobody uses a code, whatever else they bring", async () => {
  await using house = await LedgerHouse.open(proxied);
  const { code } = await make(await house.operator());
  const auths: readonly Readonly<Record<string, string>>[] = [
    { bootstrapToken: code.bootstrapToken },
    { bootstrapToken: code.bootstrapToken, token: "bogus" },
  ];
  for (const auth of auths) {
    const { answer } = await house.greet({ auth }, afar());
    expect(refusalIn(answer)).toStartWith("NOT_PAIRED DEVICE_IDENTITY_REQUIRED");
  }
  expect(await redeem(house, code.bootstrapToken)).toBe("in");
});

test("S-65 only an administrator makes codes, and only a few are open at once", async () => {
  await using house = await LedgerHouse.open();
  for (const scopes of [["operator.read"], ["operator.pairing", "operator.write", "operator.approvals"]]) {
    const wire = await house.operator(scopes);
    expect((await wire.call("device.pair.setupCode")).error).toMatchObject({ code: "FORBIDDEN" });
  }
  const admin = await house.operator();
  for (let made = 0; made < setupCodeLimits.openMax; made++) await make(admin);
  expect((await admin.call("device.pair.setupCode")).error).toMatchObject({ code: "UNAVAILABLE" });
});
