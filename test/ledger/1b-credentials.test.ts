import { expect, test } from "bun:test";
import { attemptLimits, Attempts } from "../../src/devices/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { clientIds } from "../../src/protocol/index.ts";
import { newDevice, ownerToken } from "../open-house.ts";
import { sourceFiles } from "../tidy/source.ts";
import { afar, LedgerHouse, ownerPassword, proxied, refusalIn } from "./ledger-house.ts";

/** Block 1B of the ledger, first half: credentials, guesses, who may have which scopes. */

const auth = { token: ownerToken };
const { failuresMax } = attemptLimits;
const modes = ["webchat", "cli", "ui", "backend", "node", "probe", "test", "worker"];

const detail = (answer: Awaited<ReturnType<LedgerHouse["greet"]>>["answer"]) => String(answer.error?.details?.["code"]);

test("S-13 no secret is compared with an operator: only in constant time", () => {
  const names = "\\w*(?:token|password|secret|signature|hmac)s?";
  const compared = new RegExp(
    `\\b${names}\\s*[!=]==?\\s*(?!undefined|null|"|typeof)[\\w.]*(?:token|password|secret|given|text)`,
    "i",
  );
  const folders = ["src/devices", "src/gateway", "src/app", "src/lib", "src/idempotency", "src/config"];
  const offenders = sourceFiles(folders).flatMap(({ path, lines }) =>
    lines.flatMap((line, index) => (compared.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(compared.test("if (auth.token === given.token)")).toBe(true);
  expect(offenders).toEqual([]);
});

test("S-14 a password of the same length in characters and another one in bytes is merely wrong", async () => {
  await using house = await LedgerHouse.open({ password: "abc" });
  for (const password of ["abé", "a🦀", "\u0000bc", "ab\u0301"]) {
    const { answer } = await house.refuses(() => house.greet({ auth: { password } }));
    expect(refusalIn(answer)).toStartWith(
      "INVALID_REQUEST AUTH_PASSWORD_MISMATCH unauthorized: gateway password mismatch",
    );
    expect(JSON.stringify(answer)).not.toMatch(/\bat \w+|\.ts:\d/);
  }
  expect((await house.greet({ auth: { password: "abc" } })).answer.ok).toBe(true);
});

// A thousand sockets take their time.
test("S-15 of a thousand guesses ten are looked at", async () => {
  await using house = await LedgerHouse.openTimed();
  const codes = new Map<string, number>();
  await house.refuses(
    async () => {
      for (let round = 0; round < 125; round++) {
        const guesses = Array.from({ length: 8 }, async (_, index) => {
          const { wire, answer } = await house.greet({ auth: { token: `guess ${round} ${index}` } });
          const code = detail(answer);
          codes.set(code, (codes.get(code) ?? 0) + 1);
          if (code === "AUTH_RATE_LIMITED") expect(answer.error?.retryAfterMs).toBe(attemptLimits.lockMs);
          await wire.closed;
        });
        await Promise.all(guesses);
      }
    },
    { lines: 1000 },
  );
  expect(Object.fromEntries(codes)).toEqual({
    AUTH_TOKEN_MISMATCH: failuresMax,
    AUTH_RATE_LIMITED: 1000 - failuresMax,
  });
  expect(detail((await house.greet({ auth })).answer)).toBe("AUTH_RATE_LIMITED");
  expect((await house.greet({ auth: { password: ownerPassword } })).answer.ok).toBe(true);
});

// A house for each of the fifteen combinations.
test("S-16 each kind of credential is charged for itself, whatever comes with it", async () => {
  const wrong = { token: "x", password: "x", deviceToken: "x", bootstrapToken: "x" };
  const names = Object.keys(wrong) as (keyof typeof wrong)[];
  const limited = "AUTH_RATE_LIMITED";
  for (let mask = 1; mask < 16; mask++) {
    await using house = await LedgerHouse.openTimed();
    const given = names.filter((_name, index) => mask & (1 << index));
    const signer = newDevice();
    const guess = { signer, auth: Object.fromEntries(given.map((name) => [name, wrong[name]])) };
    for (let count = 0; count < failuresMax; count++)
      expect(detail((await house.greet(guess)).answer)).not.toBe(limited);
    for (const name of names) {
      const { answer } = await house.greet({ signer, auth: { [name]: "y" } });
      expect([given, name, detail(answer) === limited]).toEqual([given, name, given.includes(name)]);
    }
  }
});

test("S-17 two spellings of one address, and one network of IPv6, are one guesser", async () => {
  const spellings = [
    ["203.0.113.9", "::ffff:203.0.113.9"],
    ["2001:db8::1", "2001:db8::ffff:2"],
  ];
  for (const addresses of spellings) {
    await using house = await LedgerHouse.openTimed(proxied);
    const codes: string[] = [];
    for (let count = 0; count < failuresMax + 1; count++) {
      const { answer } = await house.greet({ auth: { token: "x" } }, afar(addresses[count % 2]));
      codes.push(detail(answer));
    }
    expect(codes.filter((code) => code === "AUTH_TOKEN_MISMATCH")).toHaveLength(failuresMax);
    expect(detail((await house.greet({ auth: { token: "x" } }, afar("2001:db8:0:1::1"))).answer)).toBe(
      "AUTH_TOKEN_MISMATCH",
    );
  }
});

test("S-18 a hundred connects without a credential lock nobody out", async () => {
  await using house = await LedgerHouse.open();
  const signer = newDevice();
  await house.refuses(
    async () => {
      for (let count = 0; count < 100; count++) {
        const { answer } = await house.greet(count % 2 ? { signer } : {});
        expect(detail(answer)).toBe(count % 2 ? "AUTH_PASSWORD_MISSING" : "DEVICE_IDENTITY_REQUIRED");
      }
    },
    { lines: 100 },
  );
  expect((await house.greet({ signer, auth })).answer.ok).toBe(true);
});

// Two hundred thousand evictions.
test("S-19 two hundred thousand sources of guesses fit into a bounded table", () => {
  const attempts = new Attempts(realClock);
  for (let index = 0; index < 200_000; index++) {
    attempts.fail(`127.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, "token");
  }
  expect(attempts.sourcesCount).toBeLessThanOrEqual(attemptLimits.sourcesMax);
});

test("S-20 the shared token without a device gives no scopes for the asking", async () => {
  await using house = await LedgerHouse.open(proxied);
  for (const scopes of [["operator.admin"], ["operator.admin", "operator.read"], undefined]) {
    const { wire, answer } = await house.greet({ auth, ...(scopes && { scopes }) }, afar());
    expect(answer.payload?.["auth"]).toMatchObject({
      scopes: scopes ? scopes.filter((scope) => scope === "operator.read") : ["operator.read", "operator.write"],
    });
    const refused = await house.refuses(() => wire.call("config.get"));
    expect(refusalIn(refused)).toBe("FORBIDDEN MISSING_SCOPE missing scope: operator.admin");
  }
});

test("S-21 a fresh key with the shared token gets a request, not a session", async () => {
  await using house = await LedgerHouse.open(proxied);
  const { wire, answer } = await house.greet({ signer: newDevice(), auth, scopes: ["operator.admin"] }, afar());
  expect(refusalIn(answer)).toBe("NOT_PAIRED PAIRING_REQUIRED pairing required");
  expect(Object.keys(answer.error!.details!).toSorted()).toEqual([
    "approve",
    "code",
    "deviceId",
    "reason",
    "requestId",
  ]);
  expect((await wire.closed).code).toBe(1008);
  expect(answer.payload).toBeUndefined();
});

test("S-22 a node without a device is refused, local or not", async () => {
  await using house = await LedgerHouse.open(proxied);
  for (const from of [{}, afar()]) {
    const { wire, answer } = await house.refuses(() => house.greet({ auth, role: "node" }, from));
    expect(refusalIn(answer)).toBe("NOT_PAIRED DEVICE_IDENTITY_REQUIRED device identity required");
    expect((await wire.closed).code).toBe(1008);
  }
});

test("S-23 a device that comes back for more gets what it had", async () => {
  await using house = await LedgerHouse.open(proxied);
  const signer = newDevice();
  await house.greet({ signer, auth, scopes: ["operator.read"] });
  const asked = ["operator.read", "operator.admin", "operator.pairing"];
  for (const client of [{}, { id: "gateway-client", mode: "backend" }]) {
    const { wire, answer } = await house.greet({ signer, auth, scopes: asked, client }, afar());
    expect(answer.payload?.["auth"]).toMatchObject({ scopes: ["operator.read"] });
    expect(refusalIn(await house.refuses(() => wire.call("config.get")))).toStartWith("FORBIDDEN");
    expect(refusalIn(await house.refuses(() => wire.call("device.pair.list")))).toStartWith("FORBIDDEN");
  }
});

// Every name in every mode, with two sockets each: some seven hundred greetings.
test("S-24 what a client calls itself changes nothing of what it may do", async () => {
  await using house = await LedgerHouse.open(proxied);
  const [bob, stranger] = [newDevice(), newDevice()];
  await house.greet({ signer: bob, auth, scopes: ["operator.read", "operator.write"] });
  const names = [
    "health",
    "config.get",
    "device.pair.list",
    "sessions.list",
    "sessions.reset",
    "system-event",
    "agent.wait",
  ];
  const outcomes = new Map<string, number>();
  for (const id of clientIds) {
    for (const mode of modes) {
      const client = { id, mode };
      const unknown = await house.greet({ signer: stranger, auth, scopes: ["operator.admin"], client }, afar());
      const known = await house.greet({ signer: bob, auth, client }, afar());
      const calls = names.map(async (name) => refusalIn(await known.wire.call(name, { runId: "r", timeoutMs: 0 })));
      const verdict = [known.answer.payload?.["auth"], refusalIn(unknown.answer), ...(await Promise.all(calls))];
      const key = JSON.stringify(verdict);
      outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
      for (const { wire } of [unknown, known]) wire[Symbol.dispose]();
    }
  }
  expect([...outcomes.values()]).toEqual([clientIds.length * modes.length]);
});

test("S-24 without a device every name has the same scopes, but for pages, which get none", async () => {
  await using house = await LedgerHouse.open(proxied);
  for (const from of [{}, afar()]) {
    const outcomes = new Map<string, string[]>();
    for (const id of clientIds) {
      const { wire, answer } = await house.greet({ auth, client: { id, mode: "ui" } }, from);
      const key = JSON.stringify(answer.payload?.["auth"] ?? refusalIn(answer));
      outcomes.set(key, [...(outcomes.get(key) ?? []), id]);
      wire[Symbol.dispose]();
    }
    const pages = clientIds.filter((id) => id.endsWith("-control-ui"));
    const others = clientIds.filter((id) => !pages.includes(id));
    expect([...outcomes.values()].toSorted((left, right) => left.length - right.length)).toEqual([pages, others]);
  }
});
