import { afterAll, beforeAll, expect, test } from "bun:test";
import { explainSsh } from "../../src/cli/ssh-words.ts";
import { type SshServer, startSshServer } from "../doubles/ssh-server.ts";
import { Person, type RunningGateway, startGateway } from "./command-house.ts";

/** Bob reaches Alice's gateway through the real OpenSSH server of her machine. */

const alice = new Person();
const bob = new Person();
let gateway: RunningGateway;
let server: SshServer;

beforeAll(async () => {
  [gateway, server] = await Promise.all([startGateway(alice), startSshServer()]);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  for (const person of [alice, bob]) person[Symbol.dispose]();
});

const through = (host: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  bob.types([...args, "--ssh", host, "--url", gateway.url], { env: { PATH: server.path, ...more } });

test("every command goes through the tunnel that it opens and ends by itself", async () => {
  const env = { CLAWDIA_GATEWAY_TOKEN: gateway.token };
  const first = await through(server.hosts.known, ["health"], env);
  expect([first.code, first.stdout, first.stderr]).toEqual([0, expect.stringContaining("well"), ""]);
  // The device has a token of its own from then on, kept under the way that it was given by.
  const second = await through(server.hosts.known, ["call", "health"]);
  expect(second.code).toBe(0);
  expect(JSON.parse(bob.file("identity", "device-tokens.json"))).toEqual({
    [`ssh box ${gateway.url}`]: expect.any(String),
  });
  expect(await server.connections()).toBe(0);
});

test("a chat goes through it, too", async () => {
  const { code, stdout } = await bob.types(["chat", "--ssh", server.hosts.known, "--url", gateway.url], {
    env: { PATH: server.path, CLAWDIA_GATEWAY_TOKEN: gateway.token },
    stdin: "hello there\n",
  });
  expect([code, stdout]).toEqual([0, expect.stringContaining("hello there")]);
  expect(await server.connections()).toBe(0);
});

test("without the token the refusal says how ssh fetches it", async () => {
  using carol = new Person();
  const { code, stderr } = await carol.types(["health", "--ssh", server.hosts.known, "--url", gateway.url], {
    env: { PATH: server.path },
  });
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('next: CLAWDIA_GATEWAY_TOKEN="$(ssh box clawdia token)" clawdia --ssh box'),
  ]);
});

test("trouble of ssh comes in words, each with what to type next", async () => {
  const { hosts } = server;
  const expected: readonly (readonly [string, string, string])[] = [
    [hosts.unknown, "its host key is not known on this machine yet", "next: ssh stranger true"],
    [hosts.keyless, "it takes none of this machine's keys", "next: ssh-copy-id keyless"],
    [hosts.away, "its ssh server cannot be reached", "next: ssh away true"],
  ];
  for (const [host, why, next] of expected) {
    const { code, stdout, stderr } = await through(host, ["health"]);
    expect([code, stdout]).toEqual([69, ""]);
    expect(stderr).toContain(`no way to ${host} by ssh: ${why}`);
    expect(stderr).toContain(next);
  }
  const { stdout } = await through(hosts.unknown, ["health", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "SSH_FAILED" } });
});

test("a machine without a gateway is told from one without ssh", async () => {
  const { code, stderr } = await bob.types(["health", "--ssh", server.hosts.known, "--url", "ws://127.0.0.1:1"], {
    env: { PATH: server.path, CLAWDIA_GATEWAY_TOKEN: "x" },
  });
  expect([code, stderr]).toEqual([69, expect.stringContaining("127.0.0.1:1 through ssh box")]);
});

test("a server that forbids forwarding leads nowhere, and the command ends", async () => {
  await using strict = await startSshServer({ allowsForwarding: false });
  const { code } = await bob.types(["health", "--ssh", strict.hosts.known, "--url", gateway.url], {
    env: { PATH: strict.path, CLAWDIA_GATEWAY_TOKEN: gateway.token },
  });
  expect(code).toBe(69);
});

test("what looks like a flag of ssh is no host", async () => {
  const { code, stderr } = await bob.types(["health", "--ssh=-oProxyCommand=touch${IFS}x"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("write user@host")]);
});

test.each([
  [
    "@@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@@\nHost key verification failed.",
    "ssh-keygen -R '[box]:2222'",
  ],
  ["ssh: Could not resolve hostname nowhere: Name or service not known", "check the name after --ssh"],
  ["bind [127.0.0.1]:5: Address already in use", "the same command again"],
  ["something new\n", "ssh ssh://a@box:2222 true"],
])("%s is answered with a next step", (said, next) => {
  expect(explainSsh(said, "ssh://a@box:2222").next).toContain(next);
});
