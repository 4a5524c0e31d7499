import { expect, test } from "bun:test";
import { ConnectError } from "../../src/client/index.ts";
import { requestLifeMs, requestsMax } from "../../src/devices/index.ts";
import { makeIds, realClock, realRandom } from "../../src/lib/index.ts";
import { coversScope, type OperatorScope, operatorScopes } from "../../src/protocol/index.ts";
import type { WireClient } from "../gateway/wire-client.ts";
import { newDevice, openHouse, ownerToken, temporaryFolder } from "../open-house.ts";
import { sourceFiles } from "../tidy/source.ts";
import { afar, LedgerHouse, proxied, refusalIn } from "./ledger-house.ts";

/** Block 1D of the ledger: pairing and device tokens. */

const auth = { token: ownerToken };

/** Asks from afar and gives the request's id. */
async function asks(house: LedgerHouse, scopes: readonly string[], signer = newDevice()): Promise<string> {
  const { answer } = await house.greet({ signer, auth, scopes }, afar());
  expect(refusalIn(answer)).toBe("NOT_PAIRED PAIRING_REQUIRED pairing required");
  return String(answer.error?.details?.["requestId"]);
}

async function pairedScopes(admin: WireClient, deviceId: string): Promise<readonly string[]> {
  const { payload } = await admin.call("device.pair.list");
  const devices = payload!["paired"] as { deviceId: string; tokens: { scopes: string[] }[] }[];
  return devices.find((device) => device.deviceId === deviceId)?.tokens.flatMap(({ scopes }) => scopes) ?? [];
}

function covers(held: readonly string[], scopes: readonly string[]): boolean {
  return scopes.every((scope) => coversScope(held as OperatorScope[], scope as OperatorScope));
}

test("S-61 a rotated token has at most what its device was approved for and who rotates it holds", async () => {
  await using house = await LedgerHouse.open();
  const admin = await house.operator();
  const callers = [
    ["operator.pairing"],
    ["operator.pairing", "operator.read"],
    ["operator.pairing", "operator.write"],
    ["operator.admin"],
  ];
  const approved = [["operator.read"], ["operator.write", "operator.approvals"], ["operator.admin"]];
  const wires = await Promise.all(callers.map((scopes) => house.operator(scopes)));
  for (const given of approved) {
    for (const [index, wire] of wires.entries()) {
      for (const asked of [undefined, [], ["operator.admin"], ["operator.read", "x", "*"], [...operatorScopes]]) {
        const signer = newDevice();
        const { wire: own } = await house.greet({ signer, auth, scopes: given });
        const params = { deviceId: signer.deviceId, role: "operator", ...(asked && { scopes: asked }) };
        const { payload } = await wire.call("device.token.rotate", params);
        const scopes = payload!["scopes"] as string[];
        const facts = { given, caller: callers[index]!, asked, scopes };
        expect({ ...facts, ok: covers(given, scopes) && covers(facts.caller, scopes) }).toEqual({ ...facts, ok: true });
        expect(await pairedScopes(admin, signer.deviceId)).toEqual(scopes);
        own[Symbol.dispose]();
      }
    }
  }
});

test("S-62 nobody approves more than they hold", async () => {
  await using house = await LedgerHouse.open(proxied);
  const [pairer, admin] = [await house.operator(["operator.pairing"]), await house.operator()];
  for (const scope of operatorScopes.filter((name) => name !== "operator.pairing")) {
    const requestId = await asks(house, [scope]);
    const answer = await house.refuses(() => pairer.call("device.pair.approve", { requestId }));
    expect(refusalIn(answer)).toStartWith(`FORBIDDEN MISSING_SCOPE missing scope: ${scope}`);
    expect((await admin.call("device.pair.approve", { requestId })).ok).toBe(true);
  }
  const everything = await asks(house, []);
  const answer = await house.refuses(() => pairer.call("device.pair.approve", { requestId: everything }));
  expect(refusalIn(answer)).toStartWith("FORBIDDEN MISSING_SCOPE missing scope: operator.admin");
});

test("S-62 what was approved is what was seen: a wider demand in between makes the id unknown", async () => {
  await using house = await LedgerHouse.open(proxied);
  const [admin, signer] = [await house.operator(), newDevice()];
  const seen = await asks(house, ["operator.read"], signer);
  await asks(house, ["operator.admin"], signer);
  const answer = await house.refuses(() => admin.call("device.pair.approve", { requestId: seen }));
  expect(refusalIn(answer)).toBe("INVALID_REQUEST unknown requestId");
  expect(await pairedScopes(admin, signer.deviceId)).toEqual([]);
});

test("S-63 no scopes named is no widening and no loss, however it is written", async () => {
  await using house = await LedgerHouse.open(proxied);
  const [signer, admin] = [newDevice(), await house.operator()];
  await house.greet({ signer, auth, scopes: ["operator.read"] });
  for (const more of [{}, { scopes: [] }]) {
    const { answer } = await house.greet({ signer, auth, more }, afar());
    expect(answer.payload?.["auth"]).toMatchObject({ scopes: ["operator.read"] });
  }
  const nothing = await house.refuses(() => house.greet({ signer, auth, more: { scopes: null } }, afar()));
  expect(refusalIn(nothing.answer)).toStartWith("INVALID_REQUEST invalid connect params");
  expect(await pairedScopes(admin, signer.deviceId)).toEqual(["operator.read"]);
  await admin.call("device.token.rotate", { deviceId: signer.deviceId, role: "operator", scopes: [] });
  const emptied = await house.greet({ signer, auth }, afar());
  expect(emptied.answer.payload?.["auth"]).toMatchObject({ scopes: [] });
  expect((await emptied.wire.call("health")).ok).toBe(false);
});

test("S-66 a fresh token is told to its own device alone", async () => {
  await using house = await LedgerHouse.open();
  const [admin, signer] = [await house.operator(), newDevice()];
  const own = await house.greet({ signer, auth, scopes: ["operator.pairing"] });
  const first = (own.answer.payload!["auth"] as { deviceToken: string }).deviceToken;
  const target = { deviceId: signer.deviceId, role: "operator" };
  const told = await own.wire.call("device.token.rotate", target);
  const second = String(told.payload?.["token"]);
  expect(second).toMatch(/^[\w-]{43}$/);
  expect(second).not.toBe(first);
  const untold = await admin.call("device.token.rotate", target);
  expect(Object.keys(untold.payload!).toSorted()).toEqual(["deviceId", "role", "rotatedAtMs", "scopes"]);
  const { answer } = await house.greet({ signer, auth });
  const third = (answer.payload!["auth"] as { deviceToken: string }).deviceToken;
  house.secrets.push(first, second, third);
  expect(new Set([first, second, third]).size).toBe(3);
  await admin.call("device.pair.list");
  house.expectNoSecretIn(admin.texts.join());
});

for (const act of ["device.token.revoke", "device.pair.remove"]) {
  test(`S-67 ${act} bites at once: sockets end, tokens are worth nothing, from afar it asks anew`, async () => {
    await using house = await LedgerHouse.open(proxied);
    const [admin, signer] = [await house.operator(), newDevice()];
    const own = await house.greet({ signer, auth, scopes: ["operator.admin"] });
    const { deviceToken } = own.answer.payload!["auth"] as { deviceToken: string };
    house.secrets.push(deviceToken);
    const live = await house.greet({ signer, auth: { deviceToken } }, afar());
    expect(live.answer.ok).toBe(true);
    const params = { deviceId: signer.deviceId, ...(act === "device.token.revoke" && { role: "operator" }) };
    expect((await admin.call(act, params)).ok).toBe(true);
    live.wire.request("late", "config.get");
    expect([(await own.wire.closed).code, (await live.wire.closed).code]).toEqual([1008, 1008]);
    expect(live.wire.frames.filter(({ id }) => id === "late")).toEqual([]);
    const refused = await house.refuses(() => house.greet({ signer, auth: { deviceToken } }, afar()));
    expect(refusalIn(refused.answer)).toContain("AUTH_DEVICE_TOKEN_MISMATCH");
    expect(refusalIn((await house.greet({ signer, auth }, afar())).answer)).toStartWith("NOT_PAIRED");
  });
}

test("S-67 a revoked device is not approved silently, not even on this host with the shared secret", async () => {
  await using house = await LedgerHouse.open();
  const [admin, signer] = [await house.operator(), newDevice()];
  await house.greet({ signer, auth, scopes: ["operator.read"] });
  await admin.call("device.token.revoke", { deviceId: signer.deviceId, role: "operator" });
  const { answer } = await house.greet({ signer, auth, scopes: ["operator.read"] });
  expect(answer.error?.details).toMatchObject({ code: "PAIRING_REQUIRED", reason: "role-upgrade" });
  await admin.call("device.pair.approve", { requestId: answer.error?.details?.["requestId"] });
  expect((await house.greet({ signer, auth })).answer.ok).toBe(true);
});

test("S-67 a revocation outlives a restart", async () => {
  using folder = temporaryFolder();
  const signer = newDevice();
  const target = { deviceId: signer.deviceId, role: "operator" };
  {
    await using house = await openHouse({ stateDir: folder.path });
    using own = await house.operator({ signer });
    using alice = await house.operator();
    await alice.call("device.token.revoke", target);
    expect((await own.client.closed).code).toBe(1008);
  }
  await using house = await openHouse({ stateDir: folder.path });
  const error = await house.operator({ signer }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ConnectError);
  expect((error as ConnectError).detailCode).toBe("PAIRING_REQUIRED");
});

test("S-68 a node that waits for approval is connected to nothing", async () => {
  await using house = await LedgerHouse.open(proxied);
  const commands = { commands: ["system.run"], caps: ["system"] };
  const { wire, answer } = await house.greet({ signer: newDevice(), auth, role: "node", more: commands }, afar());
  expect(refusalIn(answer)).toBe("NOT_PAIRED PAIRING_REQUIRED pairing required");
  wire.request("late", "health");
  expect((await wire.closed).code).toBe(1008);
  const alice = await house.operator();
  expect(JSON.stringify((await alice.call("system-presence")).payload)).not.toContain('"node"');
});

test("S-71 strangers' requests are bounded and expire, and the owner's own device still pairs", async () => {
  await using house = await LedgerHouse.openTimed(proxied);
  const outcomes = new Map<string, number>();
  for (let count = 0; count < requestsMax + 20; count++) {
    const { wire, answer } = await house.greet({ signer: newDevice(), auth, scopes: ["operator.read"] }, afar());
    const code = String(answer.error?.code);
    outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
    wire[Symbol.dispose]();
  }
  expect(Object.fromEntries(outcomes)).toEqual({ NOT_PAIRED: requestsMax, UNAVAILABLE: 20 });
  const full = await house.refuses(() => house.greet({ signer: newDevice(), auth }, afar()));
  expect([full.answer.error?.retryable, (await full.wire.closed).code]).toEqual([true, 1013]);
  const alice = await house.operator();
  expect(((await alice.call("device.pair.list")).payload!["pending"] as unknown[]).length).toBe(requestsMax);
  await house.clock.advance(requestLifeMs);
  // This client answers no pings, so it was ended meanwhile.
  const later = await house.operator();
  expect((await later.call("device.pair.list")).payload?.["pending"]).toEqual([]);
  await asks(house, ["operator.read"]);
});

test("S-72 chance that guards something is the system's own, 256 bits of it", () => {
  const weak = /\bMath\.random\(|randomUUID\(/;
  expect(sourceFiles(["src"]).filter(({ code, path }) => weak.test(code) && !path.startsWith("src/pages/"))).toEqual(
    [],
  );
  const ids = makeIds(realClock, realRandom);
  const made = new Set<string>();
  for (let count = 0; count < 100_000; count++) made.add(ids.secret());
  expect(made.size).toBe(100_000);
  const [one] = made;
  expect(Buffer.from(one!, "base64url")).toHaveLength(32);
});
