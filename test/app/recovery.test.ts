import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chooseConfig } from "../../src/app/choose-config.ts";
import { ConfigHistory } from "../../src/config/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { temporaryFolder } from "../open-house.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { rejectionOf } from "../doubles/rejection.ts";

/** A config that cannot be used does not stop a start. */

class State implements Disposable {
  readonly #folder = temporaryFolder();
  readonly dir = this.#folder.path;
  readonly file = join(this.dir, "clawdia.json");
  readonly environment = { CLAWDIA_STATE_DIR: this.dir, HOME: this.dir };
  readonly history = new ConfigHistory(join(this.dir, "config-history"), new FakeClock());

  choose(source: string | undefined, environment: Readonly<Record<string, string>> = {}) {
    if (source !== undefined) writeFileSync(this.file, source);
    return chooseConfig({ ...this.environment, ...environment }, {});
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

const owned = '{ gateway: { port: 7001, bind: "lan" }, agents: { list: [{ id: "max" }] } }';

test("a file that can be used is used, and one that is not there means the defaults", async () => {
  using state = new State();
  expect(await state.choose(undefined)).toMatchObject({
    config: { gateway: { port: 18_789 } },
    place: { isWatched: true },
  });
  const { config, place } = await state.choose(owned);
  expect([config.gateway.port, place.trouble]).toEqual([7001, undefined]);
});

const broken: readonly [law: string, source: string, reason: string][] = [
  ["no JSON5", "{ gateway: ", "not JSON5"],
  ["a wrong type", "{ gateway: { port: 'x' } }", "at gateway.port"],
  ["an unknown setting", "{ gatwey: {} }", "gatwey"],
  ["a bind that is nowhere", '{ gateway: { bind: "mars" } }', 'bind "mars"'],
  ["a workspace over the state", '{ agents: { list: [{ id: "a", workspace: "/" }] } }', "the gateway's own files"],
  [
    "a secret that is not there",
    '{ gateway: { auth: { token: "${CLAWDIA_NOT_THERE}" } } }',
    "CLAWDIA_NOT_THERE is not there",
  ],
];

for (const [law, source, reason] of broken) {
  test(`with ${law} the last good config is used, and the reason is told with the command that mends it`, async () => {
    using state = new State();
    state.history.keep(owned);
    const { config, place } = await state.choose(source);
    expect(config.agents.list).toMatchObject([{ id: "max" }]);
    expect(place.trouble?.reason).toContain(reason);
    expect(place.trouble).toMatchObject({ cure: "clawdia config validate" });
    expect(place.trouble).not.toHaveProperty("isBare");
  });

  test(`with ${law} and no good one before, the owner alone is served, without networks and tools`, async () => {
    using state = new State();
    const { config, place } = await state.choose(source);
    expect(place.trouble).toMatchObject({ isBare: true });
    expect(config.gateway.bind).toBe("loopback");
    expect(Object.values(config.providers).filter(({ enabled }) => enabled)).toEqual([]);
    expect(config.tools.allow).toEqual(["none-in-recovery-mode"]);
    expect(readFileSync(state.file, "utf8")).toBe(source);
  });
}

test("copies that a disk spoiled, or that cannot be used any more, are passed over", async () => {
  using state = new State();
  state.history.keep(owned);
  state.history.keep('{ gateway: { auth: { token: "${CLAWDIA_GONE}" } } }');
  state.history.keep("{ ui: {} }");
  const [newest] = state.history.list();
  const folder = join(state.dir, "config-history");
  writeFileSync(
    join(
      folder,
      readdirSync(folder).find((name) => name.startsWith(newest!.id))!,
    ),
    "{ ui",
  );
  const { config } = await state.choose("{ broken");
  expect(config.agents.list).toMatchObject([{ id: "max" }]);
});

test("a file that a crash left empty, or that is a folder, is not taken for a wish", async () => {
  using state = new State();
  state.history.keep(owned);
  expect((await state.choose("")).place.trouble?.reason).toContain("the file is empty; write {}");
  using other = new State();
  mkdirSync(other.file);
  expect((await other.choose(undefined)).place.trouble?.reason).toContain("cannot be read");
});

test("an environment that cannot be used is refused: no config would help", async () => {
  using state = new State();
  expect(String(await rejectionOf(state.choose("{}", { CLAWDIA_GATEWAY_PORT: "many" })))).toContain(
    "CLAWDIA_GATEWAY_PORT",
  );
});

test("a gateway with a broken config starts, says so everywhere, and is well once the file is", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "clawdia.json");
  writeFileSync(file, "{ agents: ");
  await using gateway = await GatewayProcess.start(folder.path);
  using alice = await gateway.operator();
  const { advice } = (await alice.call("status", {})).gateway;
  expect(advice[0]).toMatch(
    /^recovery mode: config .* cannot be used.*; all networks are off: clawdia config validate$/,
  );
  const ready = () => fetch(`${gateway.url.replace("ws", "http")}/readyz`);
  expect((await ready()).status).toBe(503);
  expect(existsSync(join(folder.path, "config-history"))).toBe(false);
  const mended = gateway.said('"config.changed"');
  writeFileSync(file, "{ agents: { list: [{ id: 'max' }] } }");
  await mended;
  expect((await alice.call("agents.list", {})).agents).toMatchObject([{ id: "max" }]);
  expect((await ready()).status).toBe(200);
});

test("an environment that cannot be used ends with the code that no service manager starts again", async () => {
  using folder = temporaryFolder();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "../../src/main.ts"), "gateway"], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: folder.path,
      CLAWDIA_STATE_DIR: folder.path,
      CLAWDIA_GATEWAY_PORT: "x",
    },
    stdout: "ignore",
    stderr: "ignore",
  });
  expect(await child.exited).toBe(78);
});
