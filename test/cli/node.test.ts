import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NodeStatus } from "../../src/headless/index.ts";
import { Person, type RunningGateway, startGateway, Told } from "./command-house.ts";

/** A node as a process of its own, a real gateway, and the two people beside them. */

const alice = new Person();
const bob = new Person();
let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway(alice);
  bob.writesConfig({ node: { location: { latitude: 1, longitude: 2 }, canvas: { enabled: false } } });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
  bob[Symbol.dispose]();
});

const main = join(import.meta.dir, "../../src/main.ts");

/** The node's process, until it is stopped. */
function startNode(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = Bun.spawn([process.execPath, main, "node", "run", ...args], {
    cwd: bob.home,
    env: bob.environment(env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const errors = new Told(child.stderr);
  return {
    output: new Told(child.stdout),
    errors,
    exited: child.exited,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      expect(await child.exited).toBeOneOf([0, 1]);
    },
  };
}

const here = () => ["--host", "127.0.0.1", "--port", String(gateway.port)];
const withToken = () => ({ CLAWDIA_GATEWAY_TOKEN: gateway.token });
const devices = () => alice.asks<{ paired: { deviceId: string }[] }>("devices", "list");

test("a node connects with a key of its own, says what it offers and why not the rest, and ends politely", async () => {
  const nothing = await bob.types(["node"]);
  expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringContaining("no node runs on this machine")]);
  await using node = startNode([...here(), "--display-name", "the box"], withToken());
  await node.output.until("Connected to");
  expect(node.output.text).toContain("This machine offers: system, location");
  const status = await bob.asks<NodeStatus & Record<string, unknown>>("node", "status");
  expect(status).toMatchObject({
    displayName: "the box",
    link: { kind: "open" },
    commands: expect.arrayContaining(["system.run", "system.which", "location.get"]),
    absences: expect.arrayContaining([{ commands: "canvas.*", why: expect.stringContaining("switched off") }]),
  });
  expect((await devices()).paired.map(({ deviceId }) => deviceId)).toContain(status.nodeId);
  const { stdout } = await bob.types(["node", "status"]);
  for (const words of ["connected just now", "the box", "location.get", "Not offered", "canvas.*"]) {
    expect(stdout).toContain(words);
  }
  expect((await bob.types(["node", "pending"])).stdout).toBe("No command waits for you.\n");
  expect((await bob.types(["node", "allow"])).stderr).toContain("no command waits for you");
  for (const path of ["node", "node/identity/device.json", "node/logs", "node/control.sock"]) {
    expect([path, statSync(join(bob.stateDir, path)).mode & 0o077]).toEqual([path, 0]);
  }
  const second = await bob.types(["node", "run", ...here()], { env: withToken() });
  expect([second.code, second.stderr]).toEqual([75, expect.stringContaining("a node runs on")]);
});

test("the owner uses it from the gateway, and the person at the machine has the last word", async () => {
  await using node = startNode(here(), withToken());
  await node.output.until("Connected to");
  const place = await alice.asks<{ lat: number; lon: number }>("nodes", "location", "get");
  expect([place.lat, place.lon]).toEqual([1, 2]);
  expect((await alice.types(["nodes", "run", "--", "echo", "hi"])).code).toBe(1);
  expect((await alice.types(["nodes", "approve"])).code).toBe(0);
  const run = alice.types(["nodes", "run", "--", "echo", "hi"]);
  await node.output.until("The gateway wants to run:\n  echo hi");
  expect((await bob.types(["node", "pending"])).stdout).toContain("clawdia node allow ");
  expect((await bob.types(["node", "allow"])).stdout).toBe("echo hi\nmay run.\n");
  expect(await run).toMatchObject({ code: 0, stdout: "hi\n" });
});

test("a node that waits for its approval says what to type, and goes on by itself", async () => {
  await using first = startNode(here(), withToken());
  await first.output.until("Connected to");
  const { nodeId } = await bob.asks<NodeStatus & Record<string, unknown>>("node", "status");
  // What was taken away a person must give back.
  await alice.types(["devices", "revoke", nodeId, "--role", "node"]);
  await first.output.until("clawdia devices approve ");
  expect((await bob.asks<{ link: object }>("node", "status")).link).toMatchObject({ kind: "approval" });
  const requestId = /clawdia devices approve (\S+)/.exec(first.output.text)![1]!;
  const from = first.output.text.length;
  expect((await alice.types(["devices", "approve", requestId])).code).toBe(0);
  await first.output.until("Connected to", from);
});

test("a wrong token is a refusal with what to do, and no endless attempts", async () => {
  const { code, stderr } = await bob.types(["node", "run", ...here()], { env: { CLAWDIA_GATEWAY_TOKEN: "wrong" } });
  expect(code).toBe(1);
  expect(stderr).toContain("clawdia token");
});

test.each([
  [["--host", "ws://box"], "give a name or an address"],
  [["--tls"], "--tls needs --host"],
  [["--host", "box", "--port", "0"], "--port 0"],
  [["--host", "192.168.1.2"], "would send the token unencrypted"],
])("the flags %j are refused with the cure", async (args, words) => {
  const { code, stderr } = await bob.types(["node", "run", ...args]);
  expect([code === 1 || code === 2, stderr]).toEqual([true, expect.stringContaining(words)]);
});

test("it is handed to systemd with its flags, and the token apart from them", async () => {
  const bin = join(bob.home, "bin");
  mkdirSync(bin);
  const systemctl = join(bin, "systemctl");
  writeFileSync(systemctl, `#!/bin/sh\necho "$@" >>${bob.home}/systemctl.log\n`);
  chmodSync(systemctl, 0o700);
  const env = { PATH: `${bin}:${process.env["PATH"]}`, CLAWDIA_GATEWAY_TOKEN: "secret-token" };
  const flags = ["--host", "box.example", "--tls", "--display-name", "the 100% box"];
  const { code, stdout } = await bob.types(["node", "install", ...flags], { env });
  expect([code, stdout]).toEqual([0, expect.stringContaining("clawdia node status")]);
  const file = join(bob.home, ".config/systemd/user/clawdia-node.service");
  const unit = readFileSync(file, "utf8");
  expect(unit).toContain('node run --host=box.example "--display-name=the 100%% box" --tls\n');
  expect(unit).not.toContain("secret-token");
  expect(bob.file("node", "secrets", "gateway-access.json")).toContain("secret-token");
  expect(readFileSync(join(bob.home, "systemctl.log"), "utf8").split("\n").slice(0, 3)).toEqual([
    "--user daemon-reload",
    "--user enable clawdia-node.service",
    "--user restart clawdia-node.service",
  ]);
  expect((await bob.types(["node", "uninstall"], { env })).stdout).toContain("does not start any more");
  expect(existsSync(file)).toBe(false);
  const odd = await bob.types(["node", "install", "--print", "--display-name", "a\nExecStartPre=/bin/false"]);
  expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining("control character")]);
});
