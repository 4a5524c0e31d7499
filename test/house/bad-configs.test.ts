import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { type Guest, temporaryFolder } from "../open-house.ts";
import { type Chance, chanceFrom } from "./chance-from.ts";
import { openTimedHouse } from "./timed-house.ts";

/** A running house is given 500 configs that cannot be used, over the wire and in the file, with clients connected. */

const seed = 20_261_125;
const rounds = 500;

const good = `{
  // the house
  agents: { list: [{ id: "main", name: "Clawdia" }, { id: "work" }], runsMax: 3 },
  messages: { queueMode: "steer", queueMax: 7 },
  providers: { telegram: { accounts: { main: { allowFrom: ["7"] } } } },
  bindings: [{ agent: "work", sender: "9" }],
}
`;

/** Texts of which none can be used, whatever the chance. */
const spoilers: readonly ((chance: Chance, port: number) => string)[] = [
  (chance) => good.slice(0, 1 + good.indexOf("{") + chance(good.lastIndexOf("}") - good.indexOf("{") - 1)),
  (chance) =>
    good.replace("runsMax: 3", `runsMax: ${["'3'", "0", "-1", "1e9", "null", "[3]", "NaN", "3.5"][chance(8)]}`),
  (chance) => good.replace("queueMode", `queueM${"x".repeat(1 + chance(9))}`),
  (chance) => good.replace('"steer"', `"${"steer".slice(chance(4) + 1)}?"`),
  (chance) => good.replace('{ id: "work" }', `{ id: "${["Main", "a b", "", "../x", "é"][chance(5)]}" }`),
  () => good.replace('{ id: "work" }', '{ id: "main" }'),
  (_chance, port) => good.replace("// the house", `gateway: { port: ${port} },`),
  (chance) => good.replace("// the house", `gateway: { bind: "${["mars", "1.2.3", "::x"][chance(3)]}" },`),
  (chance) => Array.from({ length: 1 + chance(64) }, () => String.fromCharCode(1 + chance(0x2f00))).join("") + "{",
  (chance) => "[".repeat(1 + chance(20_000)),
  (chance) => `[${"1,".repeat(chance(50))}1]`,
  (chance) => good.replace("accounts", `accounts: { main: ${["7", "[]", '"x"', "null"][chance(4)]} }, a`),
  (chance) => good.replace("// the house", `"${"k".repeat(1 + chance(300))}": 1,`),
  (chance) => good.replace("// the house", `__proto__${chance(10)}: {},`),
  (_chance, port) => good.replace("// the house", `canvasHost: { port: ${port} },`),
  (chance) => good.replace("// the house", `canvasHost: { root: "${["pages", "~", "/../"][chance(2)]}" },`),
  () => good.replace("// the house", "gateway: { tls: { enabled: true, certPath: '/no/such/file' } },"),
  () => good.replace("// the house", "hooks: { enabled: true },"),
  (chance) => good.replace("// the house", `cron: { misfireMinutes: ${-chance(9)} },`),
  (chance) => good.replace("// the house", `heartbeat: { every: "${["often", "-5m", "5 m"][chance(3)]}" },`),
  () => good.replace("// the house", 'gateway: { auth: { token: "${CLAWDIA_NO_SUCH_VARIABLE}" } },'),
  (chance) => good.replace('["7"]', `[${'"7",'.repeat(1025 + chance(9))}]`),
  () => `// ${"x".repeat(1024 * 1024)}\n${good}`,
];

test(`500 bad configs drop no socket, stop nothing and change nothing (seed ${seed})`, async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "clawdia.json");
  writeFileSync(path, good);
  const network = new FakeNetwork();
  await using house = await openTimedHouse({
    stateDir: folder.path,
    providers: [network.provider],
    watchesConfig: true,
  });
  using alice = await house.operator();
  const { hash } = await alice.call("config.get", {});
  await alice.call("config.set", { raw: `${good}\n`, baseHash: hash! });
  await alice.call("config.set", { raw: good, baseHash: (await alice.call("config.get", {})).hash! });
  using bob = await house.operator();
  using carol = await house.operator();
  const state = async () => {
    const { agents } = await alice.call("agents.list", {});
    const { channelAccounts } = await alice.call("channels.status", {});
    const account = channelAccounts["telegram"]![0]!;
    return JSON.stringify([agents, account.connected, account.dmPolicy, network.opened]);
  };
  const before = await state();
  const copies = await alice.call("config.history", {});
  const chance = chanceFrom(seed);
  let refusedOnWire = 0;
  let refusedInFile = 0;
  for (let round = 0; round < rounds; round++) {
    const bad = spoilers[round % spoilers.length]!(chance, house.port);
    if (round % 2 === 0) {
      if (round % 50 === 0) await house.clock.advance(61_000);
      const refusal: unknown = await alice
        .call("config.set", { raw: bad, baseHash: hash!, mayShrink: true })
        .catch((error: unknown) => error);
      expect([round, String(refusal)]).toEqual([
        round,
        expect.stringMatching(/invalid config|not JSON5|raw|nothing to keep/),
      ]);
      refusedOnWire++;
      expect(readFileSync(path, "utf8")).toBe(good);
    } else {
      writeFileSync(path, bad);
      await house.clock.advance(1_500);
      expect([
        round,
        (await alice.call("config.get", {})).valid && !/port|bind|twice|hooks|tls/.test(await advice(alice)),
      ]).toEqual([round, false]);
      refusedInFile++;
      writeFileSync(path, good);
      await house.clock.advance(1_500);
      expect([round, await advice(alice)]).toEqual([round, expect.not.stringContaining("invalid config")]);
    }
  }
  expect([refusedOnWire, refusedInFile]).toEqual([250, 250]);
  expect(await state()).toBe(before);
  expect(await alice.call("config.history", {})).toEqual(copies);
  for (const guest of [alice, bob, carol]) {
    expect(guest.gaps).toEqual([]);
    expect(await guest.call("health", {})).toMatchObject({ ok: true });
  }
  expect(house.log.records.filter(({ event }) => event === "connection.closed")).toEqual([]);
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
}, 240_000);

async function advice(guest: { readonly call: Guest["call"] }): Promise<string> {
  return (await guest.call("status", {})).gateway.advice.join("\n");
}
