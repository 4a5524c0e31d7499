import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { methods } from "../../src/gateway/index.ts";
import { redacted } from "../../src/config/redact.ts";
import { fits, judgeAccess, node, operator, operatorScopes } from "../../src/protocol/index.ts";
import type { WireClient } from "../gateway/wire-client.ts";
import { newDevice, ownerToken } from "../open-house.ts";
import { LedgerHouse, refusalIn } from "./ledger-house.ts";
import { type MethodSample, methodSamples, scopeOf } from "./method-samples.ts";

/** Block 1C of the ledger, first half: who may call and hear what. The cases come from the table of methods. */

const names = methodSamples.map(({ name }) => name);

test("S-41 S-46 every method says who may call it, and its sample fits its params", () => {
  expect(names.length).toBeGreaterThan(20);
  for (const { name, access, params, sample } of methodSamples) {
    expect([name, ["operator", "node", "connected"].includes(access.kind)]).toEqual([name, true]);
    if (access.kind === "operator") expect(operatorScopes).toContain(access.scope);
    expect([name, fits(params, sample)]).toEqual([name, true]);
  }
  expect(Object.keys(methods).toSorted()).toEqual([...names, "connect"].toSorted());
});

test("S-41 no method answers a client that has not greeted", async () => {
  await using house = await LedgerHouse.open();
  for (const { name, sample } of methodSamples) {
    const wire = await house.socket();
    await wire.challenge();
    const answer = await house.refuses(async () => {
      wire.request("1", name, sample);
      return wire.response("1");
    });
    expect([name, refusalIn(answer)]).toEqual([
      name,
      "INVALID_REQUEST invalid handshake: first request must be connect",
    ]);
    expect((await wire.closed).code).toBe(1008);
  }
});

test("S-41 no method answers behind a refused greeting", async () => {
  await using house = await LedgerHouse.open();
  for (const { name, sample } of methodSamples) {
    const { wire, answer } = await house.greet({ auth: { token: "wrong" } });
    wire.request("1", name, sample);
    await wire.closed;
    expect([name, answer.ok, wire.frames.filter(({ id }) => id === "1")]).toEqual([name, false, []]);
  }
});

async function callAll(
  house: LedgerHouse,
  wire: WireClient,
  samples: readonly MethodSample[],
): Promise<[string, string][]> {
  const outcomes: [string, string][] = [];
  for (const { name, sample } of samples) {
    const answer = await house.refuses(() => wire.call(name, sample));
    outcomes.push([name, refusalIn(answer)]);
  }
  return outcomes;
}

test("S-41 S-46 a node may call what is for nodes, and nothing else", async () => {
  await using house = await LedgerHouse.open();
  const camera = await house.node();
  const forbidden = methodSamples.filter(({ access }) => access.kind === "operator");
  const outcomes = await callAll(house, camera, forbidden);
  expect(outcomes).toEqual(forbidden.map(({ name }) => [name, "INVALID_REQUEST unauthorized role: node"]));
});

for (const held of operatorScopes) {
  test(`S-41 S-46 an operator with ${held} alone may call what that covers, and nothing else`, async () => {
    await using house = await LedgerHouse.open();
    const wire = await house.operator([held]);
    const authority = { role: "operator", scopes: [held] } as const;
    const forbidden = methodSamples.filter(({ access }) => judgeAccess(access, authority).kind !== "allowed");
    const outcomes = await callAll(house, wire, forbidden);
    const verdicts = forbidden.map(({ name, access }) => {
      const scope = scopeOf(access);
      const refusal = scope
        ? `FORBIDDEN MISSING_SCOPE missing scope: ${scope}`
        : "INVALID_REQUEST unauthorized role: operator";
      return [name, refusal];
    });
    expect(outcomes).toEqual(verdicts as [string, string][]);
    const allowed = methodSamples.filter((sample) => !forbidden.includes(sample));
    for (const { name, sample } of allowed) {
      const answer = await wire.call(name, { ...sample, ...(name === "agent.wait" && { timeoutMs: 0 }) });
      expect([name, /missing scope|unauthorized/.test(refusalIn(answer))]).toEqual([name, false]);
    }
  });
}

test("S-46 a name that nobody classified needs every right, and is unknown even then", async () => {
  await using house = await LedgerHouse.open();
  const [reader, admin, camera] = [await house.operator(["operator.read"]), await house.operator(), await house.node()];
  for (const name of ["config.replace", "tools.invoke", "plugin.secret", "toString", "__proto__"]) {
    const outcomes = [];
    for (const wire of [reader, camera, admin]) outcomes.push(refusalIn(await house.refuses(() => wire.call(name))));
    expect(outcomes).toEqual([
      "FORBIDDEN MISSING_SCOPE missing scope: operator.admin",
      "INVALID_REQUEST unauthorized role: node",
      `INVALID_REQUEST unknown method: ${name}`,
    ]);
  }
});

test("S-43 words in a chat change nothing of the gateway, whoever writes them", async () => {
  await using house = await LedgerHouse.open();
  const bob = await house.operator(["operator.read", "operator.write"]);
  const before = house.state() as { files: unknown; rows: Record<string, unknown> };
  const texts = ["/config set gateway.bind lan", "/approve all", "/allowlist add *", "/restart", "/new", "/model x"];
  for (const [index, message] of texts.entries()) {
    const answer = await bob.call("chat.send", { sessionKey: "main", message, idempotencyKey: `k${index}` });
    expect([message, answer.ok]).toEqual([message, true]);
    await bob.next(
      ({ event, payload }) => event === "chat" && payload?.["runId"] === `k${index}` && payload["state"] === "final",
    );
  }
  const after = house.state() as typeof before;
  expect([after.files, after.rows["devices"], after.rows["pairing_requests"], after.rows["boots"]]).toEqual([
    before.files,
    before.rows["devices"],
    before.rows["pairing_requests"],
    before.rows["boots"],
  ]);
  // Commands that there are ask for a scope; the others are words for the agent.
  const words = texts.filter((text) => !["/approve all", "/new", "/model x"].includes(text));
  expect(house.open.engine.turns.map(({ prompt }) => prompt)).toEqual(words);
});

test("S-44 a session is changed by who may, in every way of changing it", async () => {
  await using house = await LedgerHouse.open();
  const admin = await house.operator();
  await admin.call("sessions.patch", { key: "main", label: "mine" });
  const changes = [
    ["sessions.patch", { key: "main", label: "theirs" }],
    ["sessions.reset", { key: "main" }],
    ["sessions.delete", { key: "agent:main:other" }],
    ["sessions.compact", { key: "main" }],
    ["chat.inject", { sessionKey: "main", message: "x" }],
    ["chat.abort", { sessionKey: "main" }],
  ] as const;
  const holders = [["operator.read"], ["operator.approvals"], ["operator.pairing"], []];
  const others = [await house.node(), ...(await Promise.all(holders.map((scopes) => houseOperator(house, scopes))))];
  for (const [name, params] of changes) {
    for (const wire of others) {
      const answer = await house.refuses(() => wire.call(name, params));
      expect([name, answer.ok]).toEqual([name, false]);
    }
  }
  const writer = await house.operator(["operator.write"]);
  const outcomes = [];
  for (const [name, params] of changes) outcomes.push((await writer.call(name, params)).ok);
  expect(outcomes).toEqual([false, false, false, false, false, true]);
});

/** With no scopes at all: a token of which a rotation left nothing. */
async function houseOperator(house: LedgerHouse, scopes: readonly string[]): Promise<WireClient> {
  if (scopes.length > 0) return house.operator(scopes);
  const [admin, signer] = [await house.operator(), newDevice()];
  const own = await house.greet({ signer, auth: { token: ownerToken } });
  const { deviceId } = signer;
  await admin.call("device.token.rotate", { deviceId, role: "operator", scopes: [] });
  await own.wire.closed;
  const { wire, answer } = await house.greet({ signer, auth: { token: ownerToken } });
  expect(answer.payload?.["auth"]).toMatchObject({ scopes: [] });
  return wire;
}

test("S-47 a node and a pairing operator hear nothing of a session", async () => {
  await using house = await LedgerHouse.open();
  const [alice, camera, pairer] = [
    await house.operator(),
    await house.node(),
    await house.operator(["operator.pairing"]),
  ];
  await alice.call("chat.send", { sessionKey: "main", message: "canary-4711", idempotencyKey: "k1" });
  await alice.next(({ event, payload }) => event === "chat" && payload?.["state"] === "final");
  for (const wire of [camera, pairer]) {
    await wire.call("health");
    expect(
      wire.frames.map(({ event }) => event).filter((event) => /chat|agent|health|presence/.test(event ?? "")),
    ).toEqual([]);
    expect(wire.texts.join()).not.toMatch(/canary-4711|heard:/);
  }
});

test("S-47 the hello of a client that may not read tells neither sessions nor who is there", async () => {
  await using house = await LedgerHouse.open();
  const alice = await house.operator();
  await alice.call("sessions.patch", { key: "agent:main:canary-4711", label: "x" });
  await alice.call("health", { probe: true });
  for (const greeting of [{ role: "node" }, { scopes: ["operator.pairing"] }]) {
    const { answer } = await house.greet({ signer: newDevice(), auth: { token: ownerToken }, ...greeting });
    const { presence, health } = answer.payload!["snapshot"] as { presence: unknown; health: unknown };
    expect({ presence, health }).toEqual({ presence: [], health: {} });
    expect(JSON.stringify(answer)).not.toContain("canary-4711");
  }
  const reader = await house.greet({ signer: newDevice(), auth: { token: ownerToken }, scopes: ["operator.read"] });
  expect(JSON.stringify(reader.answer.payload?.["snapshot"])).toContain("canary-4711");
});

test("S-48 S-49 no reading method gives a secret away", async () => {
  await using house = await LedgerHouse.open();
  const canary = "canary-config-secret-4711";
  const config = `{ gateway: { auth: { token: "${canary}", password: "${canary}-2" } }, /* a comment */ }`;
  writeFileSync(join(house.folder, "clawdia.json"), config);
  const admin = await house.operator();
  for (const { name, access, sample } of methodSamples) {
    if (
      judgeAccess(access, { role: "operator", scopes: ["operator.read"] }).kind === "allowed" ||
      name.startsWith("config.")
    ) {
      const answer = await admin.call(name, sample);
      expect([name, JSON.stringify(answer).includes(canary)]).toEqual([name, false]);
    }
  }
  const { payload } = await admin.call("config.get");
  expect(String(payload?.["raw"])).toContain(`token: "${redacted}"`);
  house.expectNoSecretIn(admin.texts.join());
});

test("S-60 a lookup that fails refuses: an unknown kind of access, a role or scope that is none", () => {
  const nobody = { role: "guest", scopes: ["operator.root"] } as never;
  expect(judgeAccess(operator("read"), nobody).kind).toBe("wrong-role");
  expect(judgeAccess(node(), nobody).kind).toBe("wrong-role");
  expect(() => judgeAccess({ kind: "public" } as never, { role: "operator", scopes: ["operator.admin"] })).toThrow();
  expect(judgeAccess(operator("read"), { role: "operator", scopes: ["operator.root"] as never }).kind).toBe(
    "missing-scope",
  );
});
