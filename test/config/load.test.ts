import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Environment, findPaths, type Flags, loadConfig, readConfigFile } from "../../src/config/index.ts";
import { temporaryFolder } from "../open-house.ts";

/** Loads with the file's text (none without it) in a folder of its own. */
function load(source: string | undefined, environment: Environment = {}, flags: Flags = {}) {
  using folder = temporaryFolder();
  if (source !== undefined) writeFileSync(join(folder.path, "clawdia.json"), source);
  return loadConfig({ CLAWDIA_STATE_DIR: folder.path, HOME: "/nowhere", ...environment }, flags);
}

const file = '{ gateway: { port: 1001, bind: "lan", auth: { token: "file-token", password: "file-word" } } }';
const environment = {
  CLAWDIA_GATEWAY_PORT: "1002",
  CLAWDIA_GATEWAY_BIND: "tailnet",
  CLAWDIA_GATEWAY_TOKEN: "environment-token",
  CLAWDIA_GATEWAY_PASSWORD: "environment-word",
};
const flags = { port: 1003, bind: "127.0.0.2", token: "flag-token", password: "flag-word" };

const gatewayOf = (...given: Parameters<typeof load>) => {
  const { port, bind, auth } = load(...given).config.gateway;
  return { port, bind, auth };
};

test("flags beat the environment, the environment beats the file, the file beats the defaults", () => {
  expect(gatewayOf(undefined)).toEqual({ port: 18_789, bind: "loopback", auth: {} });
  expect(gatewayOf(file)).toEqual({ port: 1001, bind: "lan", auth: { token: "file-token", password: "file-word" } });
  expect(gatewayOf(file, environment)).toEqual({
    port: 1002,
    bind: "tailnet",
    auth: { token: "environment-token", password: "environment-word" },
  });
  expect(gatewayOf(file, environment, flags)).toEqual({
    port: 1003,
    bind: "127.0.0.2",
    auth: { token: "flag-token", password: "flag-word" },
  });
});

test("a setting that is empty in the environment is not set", () => {
  const empty = { CLAWDIA_GATEWAY_PORT: "", CLAWDIA_GATEWAY_BIND: "", CLAWDIA_PROFILE: "" };
  expect(gatewayOf(file, empty)).toEqual(gatewayOf(file));
});

test("port 0 is a port", () => {
  expect(gatewayOf(file, { CLAWDIA_GATEWAY_PORT: "0" }).port).toBe(0);
  expect(gatewayOf(file, environment, { port: 0 }).port).toBe(0);
});

for (const port of ["abc", "-1", "65536", "80.5", "80 81", "0x50", "1e3", " "]) {
  test(`the port ${JSON.stringify(port)} in the environment is refused with the cure`, () => {
    expect(() => load(file, { CLAWDIA_GATEWAY_PORT: port })).toThrow(
      `CLAWDIA_GATEWAY_PORT is "${port}": set a port number from 0 to 65535`,
    );
  });
}

for (const secret of ["undefined", "null", "NaN", "[object Object]", "", "  ", " undefined "]) {
  test(`the secret ${JSON.stringify(secret)} is refused wherever it comes from`, () => {
    const message = `${JSON.stringify(secret)}, which no one meant: set a real one or none at all`;
    expect(() => load("{}", { CLAWDIA_GATEWAY_TOKEN: secret })).toThrow(`gateway token is ${message}`);
    expect(() => load("{}", { CLAWDIA_GATEWAY_PASSWORD: secret })).toThrow(`gateway password is ${message}`);
    expect(() => load("{}", {}, { token: secret })).toThrow(`gateway token is ${message}`);
    if (secret === "") return;
    const source = JSON.stringify({ gateway: { auth: { password: secret } } });
    expect(() => load(source)).toThrow(`gateway password is ${message}`);
  });
}

test("without a profile the state is in ~/.clawdia, with one beside it", () => {
  const home = { HOME: "/home/alice" };
  expect(findPaths(home, undefined).stateDir).toBe("/home/alice/.clawdia");
  expect(findPaths(home, "work").stateDir).toBe("/home/alice/.clawdia-work");
  expect(findPaths({ ...home, CLAWDIA_STATE_DIR: "/data" }, "work").stateDir).toBe("/data");
  expect(findPaths({ ...home, CLAWDIA_CONFIG_PATH: "/etc/clawdia.json" }, undefined).configFile).toBe(
    "/etc/clawdia.json",
  );
});

for (const profile of ["../x", "A", "a/b", "-a", "", "a".repeat(33), "a b"]) {
  test(`the profile ${JSON.stringify(profile)} is refused`, () => {
    expect(() => findPaths({}, profile)).toThrow(`profile "${profile}" cannot be a folder name`);
  });
}

test("a profile has a steady port of its own, which the file and the environment may change", () => {
  const port = gatewayOf(undefined, {}, { profile: "work" }).port;
  expect(port).toBe(gatewayOf("{}", { CLAWDIA_PROFILE: "work" }).port);
  expect(port).not.toBe(18_789);
  expect(port).not.toBe(gatewayOf(undefined, {}, { profile: "play" }).port);
  expect(port).toBeLessThan(65_536);
  expect(gatewayOf(file, {}, { profile: "work" }).port).toBe(1001);
  expect(gatewayOf(undefined, environment, { profile: "work" }).port).toBe(1002);
});

test("a file that cannot be used is refused with its path, the place and the cure", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "clawdia.json");
  const start = () => loadConfig({ CLAWDIA_STATE_DIR: folder.path });
  writeFileSync(path, "{ gateway: { port: 70000 } }");
  expect(start).toThrow(`config ${path} cannot be used, at gateway.port: at /gateway/port: must be <= 65535`);
  writeFileSync(path, "{ gateway: ");
  expect(start).toThrow(`config ${path} cannot be used: not JSON5: `);
});

test("a file that cannot be read is refused with its path", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "clawdia.json");
  mkdirSync(path);
  expect(() => loadConfig({ CLAWDIA_STATE_DIR: folder.path })).toThrow(`config ${path} cannot be read: EISDIR`);
});

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

test("a file has its text and its hash, and no file the hash of nothing", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "clawdia.json");
  expect(readConfigFile(path)).toMatchObject({ path, source: undefined, hash: hashOf(""), issues: [] });
  writeFileSync(path, "{ } // ä");
  expect(readConfigFile(path)).toMatchObject({ path, source: "{ } // ä", hash: hashOf("{ } // ä"), written: {} });
});

const tailnet = (...given: Parameters<typeof load>) => {
  const { tailscale, auth } = load(...given).config.gateway;
  return { ...tailscale, ...auth };
};

test("what Tailscale does stands in the file, and flags beat it", () => {
  const serving = '{ gateway: { tailscale: { mode: "serve" }, auth: { allowTailscale: false } } }';
  expect(tailnet(undefined)).toEqual({ mode: "off", resetOnExit: false });
  expect(tailnet(serving)).toEqual({ mode: "serve", resetOnExit: false, allowTailscale: false });
  expect(tailnet(serving, {}, { tailscale: "off", tailscaleResetOnExit: true })).toEqual({
    mode: "off",
    resetOnExit: true,
    allowTailscale: false,
  });
  expect(() => load(serving, {}, { tailscale: "everywhere" })).toThrow(
    "--tailscale everywhere: use off, serve, funnel",
  );
});
