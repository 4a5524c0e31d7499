import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setJson5 } from "../../src/lib/index.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { type Guest, openHouse, type OpenHouseOptions, temporaryFolder } from "../open-house.ts";
import { openTimedHouse } from "./timed-house.ts";
import { rejectionOf } from "../doubles/rejection.ts";

/** The config of a house that goes on while it changes. */

const source = `{
  // who is at home
  agents: { list: [{ id: "main", name: "Clawdia" }] },
  providers: { telegram: { accounts: { main: { allowFrom: ["7"] } } } },
}
`;

async function configured(options: OpenHouseOptions = {}) {
  const folder = temporaryFolder();
  const path = join(folder.path, "clawdia.json");
  writeFileSync(path, source);
  const network = new FakeNetwork();
  const engine = new ScriptedEngine();
  const house = await openHouse({ stateDir: folder.path, providers: [network.provider], engine, ...options });
  const alice = await house.operator();
  const read = () => readFileSync(path, "utf8");
  const close = async () => {
    alice[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  };
  return { folder, path, network, engine, house, alice, read, [Symbol.asyncDispose]: close };
}

/** Sets one place of the file, as the command line does. */
async function set(guest: Guest, path: string, value: unknown) {
  const { raw, hash } = await guest.call("config.get", {});
  return guest.call("config.set", {
    raw: setJson5(raw ?? "", path.split("."), value),
    ...(hash && { baseHash: hash }),
  });
}

test("accounts open, close and open again as the config says, and a new policy keeps the connection", async () => {
  await using opened = await configured();
  const { alice, network, engine, read } = opened;
  await set(alice, "ui.seamColor", "112233");
  expect(network.opened).toBe(1);
  await network.says("hello");
  await network.until((shown) => shown.length > 0);
  await set(alice, "providers.telegram.accounts.main.owners", ["7"]);
  expect(network.opened).toBe(1);
  await network.says("now I own it");
  await network.until((shown) => shown.length > 1);
  expect(engine.turns.map(({ isOwner }) => isOwner)).toEqual([false, true]);
  const states = async () => {
    const { channelAccounts } = await alice.call("channels.status", {});
    return channelAccounts["telegram"]!.map(({ accountId, connected }) => [accountId, connected]);
  };
  await set(alice, "providers.telegram.accounts.main.apiRoot", "https://bots.example.org");
  expect(network.opened).toBe(2);
  await set(alice, "providers.telegram.accounts.second", { dmPolicy: "disabled" });
  expect([network.opened, await states()]).toEqual([
    3,
    [
      ["main", true],
      ["second", true],
    ],
  ]);
  await set(alice, "providers.telegram.accounts.second.enabled", false);
  expect(await states()).toEqual([
    ["main", true],
    ["second", false],
  ]);
  expect(read()).toContain("// who is at home");
});

test("agents, queue and limits of the moment count for the next message", async () => {
  await using opened = await configured();
  const { alice, network, engine } = opened;
  await set(alice, "agents.list.1", { id: "work", name: "Worker" });
  expect((await alice.call("agents.list", {})).agents.map(({ id }) => id)).toEqual(["main", "work"]);
  await set(alice, "bindings", [{ agent: "work", sender: "7" }]);
  await network.says("for work");
  await network.until((shown) => shown.length > 0);
  expect(engine.turns.at(-1)).toMatchObject({ agentId: "work" });
});

test("what needs a restart is written, named and shown, and holds not yet", async () => {
  await using opened = await configured();
  const { alice } = opened;
  const { raw, hash } = await alice.call("config.get", {});
  const applied = await alice.call("config.apply", {
    raw: setJson5(raw!, ["session", "mainKey"], "home"),
    baseHash: hash!,
  });
  expect(applied).toMatchObject({
    ok: true,
    needsRestart: ["session.mainKey"],
    restart: { ok: false, reason: "needs a restart: session.mainKey" },
    sentinel: { path: null, payload: { kind: "config-apply", status: "ok" } },
  });
  expect((await alice.call("agents.list", {})).mainKey).toBe("main");
  expect((await alice.call("status", {})).gateway.advice.join("\n")).toContain("needs a restart: session.mainKey");
  expect((await alice.call("config.get", {})).warnings).toEqual([
    { path: "session.mainKey", message: "holds from the next start on" },
  ]);
});

test("a config that would not start is refused with the reason", async () => {
  await using opened = await configured();
  const { folder, house, alice, read } = opened;
  const refusals: [string, unknown, string][] = [
    ["gateway.port", house.port, `gateway.port ${house.port} cannot be listened on (EADDRINUSE)`],
    ["gateway.bind", "somewhere", 'bind "somewhere"'],
    ["agents.list.1", { id: "main" }, 'agents.list has "main" twice'],
    ["agents.list.0.workspace", folder.path, "holds the gateway's own files"],
  ];
  for (const [path, value, reason] of refusals)
    expect(String(await rejectionOf(set(alice, path, value)))).toContain(reason);
  expect(read()).toBe(source);
});

test("a file that somebody edits is followed once it is still, and a broken one is told with its cure", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "clawdia.json");
  writeFileSync(path, "{}");
  await using house = await openTimedHouse({ stateDir: folder.path, watchesConfig: true });
  using alice = await house.operator();
  const agents = async () => (await alice.call("agents.list", {})).agents.map(({ id }) => id);
  writeFileSync(path, '{ agents: { list: [{ id: "ma');
  await house.clock.advance(500);
  writeFileSync(path, '{ agents: { list: [{ id: "max" }] } }');
  await house.clock.advance(500);
  expect([await agents(), house.log.records.filter(({ event }) => event === "config.refused")]).toEqual([["main"], []]);
  await house.clock.advance(500);
  expect(await agents()).toEqual(["max"]);
  writeFileSync(path, "{ agents: 7 }");
  await house.clock.advance(1_500);
  expect(await agents()).toEqual(["max"]);
  const { advice } = (await alice.call("status", {})).gateway;
  expect(advice[0]).toMatch(/^invalid config, at agents: .*: clawdia config validate$/);
  const ready = await fetch(`${house.httpUrl}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([
    200,
    "ready, but the config cannot be used: clawdia config validate\n",
  ]);
  writeFileSync(path, "{}");
  await house.clock.advance(1_500);
  expect([await agents(), await (await fetch(`${house.httpUrl}/readyz`)).text()]).toEqual([["main"], "ready\n"]);
});

test("the history lists what was in use, and rollback goes back to it", async () => {
  await using opened = await configured();
  const { house, alice, read } = opened;
  house.house.keepConfig();
  await set(alice, "ui.seamColor", "112233");
  expect((await alice.call("config.history", {})).copies.map(({ kind, isUsable }) => [kind, isUsable])).toEqual([
    ["good", true],
    ["good", true],
  ]);
  expect(await alice.call("config.rollback", {})).toMatchObject({ ok: true, changed: ["ui.seamColor"] });
  expect(read()).toBe(source);
});
