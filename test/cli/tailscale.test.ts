import { expect, test } from "bun:test";
import { Client, ConnectError } from "../../src/client/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { openPinned } from "../../src/net/index.ts";
import { openServeProxy } from "../doubles/tailscale/serve-proxy.ts";
import { FakeTailscale } from "../doubles/tailscale/tailscale.ts";
import { newDevice } from "../open-house.ts";
import { commandOf, Person, type RunningGateway, startGateway } from "./command-house.ts";

/** Tailscale from the command line: real processes, with a `tailscale` in their PATH. Each starts a gateway. */

const name = "box.tail1234.ts.net";
const url = `https://${name}`;

interface Status {
  readonly gateway: { readonly tailscale?: { readonly mode: string; readonly url?: string; readonly cure?: string } };
}

class Machine implements AsyncDisposable {
  readonly alice = new Person();
  readonly fake = new FakeTailscale();
  gateway!: RunningGateway;

  /** With this section of the config. */
  static async start(gateway: object): Promise<Machine> {
    const machine = new Machine();
    machine.alice.writesConfig({ gateway });
    machine.gateway = await startGateway(machine.alice, 0, machine.env);
    return machine;
  }

  get env(): Record<string, string> {
    return { PATH: this.fake.path, USER: "alice" };
  }

  types(...args: readonly string[]) {
    return this.alice.types(args, { env: this.env });
  }

  /** What `clawdia status` says of it, once it fits. */
  async until(fits: (found: Status["gateway"]["tailscale"]) => boolean) {
    for (;;) {
      const { tailscale } = (await this.alice.asks<Status & Record<string, unknown>>("status")).gateway;
      if (fits(tailscale)) return tailscale;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    this.alice[Symbol.dispose]();
    this.fake[Symbol.dispose]();
  }
}

test("a machine of the tailnet reaches the gateway by name over TLS, and the owner approves it", async () => {
  await using machine = await Machine.start({ tailscale: { mode: "serve" } });
  await machine.until((found) => found?.url === url);
  const { stdout } = await machine.types("status");
  expect(stdout).toContain(`${url}, for the tailnet`);
  await using proxy = await openServeProxy(machine.fake);
  const signer = newDevice();
  const come = () =>
    Client.connect({
      url: proxy.url,
      identity: { id: "test", mode: "test", version: "1", platform: "linux" },
      clock: realClock,
      signer,
      openSocket: (address) => openPinned(address, proxy.certificate.fingerprint),
    });
  const refused = await come().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ConnectError);
  expect((refused as ConnectError).detailCode).toBe("PAIRING_REQUIRED");
  expect((await machine.types("devices", "approve", "--latest")).code).toBe(0);
  using client = await come();
  expect(client.hello.auth?.scopes).toEqual(["operator.admin"]);
  const remote = await machine.types("remote");
  expect(remote.stdout).toContain(`${url}/#setup=`);
  expect(remote.stdout).toContain("This address is for the machines of your tailnet");
}, 20_000);

test("with TLS on the gateway's own port Tailscale is told to come that way", async () => {
  await using machine = await Machine.start({ tailscale: { mode: "serve" }, tls: { enabled: true } });
  await machine.until((found) => found?.url === url);
  const { Web: web } = machine.fake.mind.config;
  const target = `https+insecure://127.0.0.1:${machine.gateway.port}`;
  expect(web).toEqual({ [`${name}:443`]: { Handlers: { "/": { Proxy: target } } } });
  await using proxy = await openServeProxy(machine.fake);
  const page = await fetch(`https://127.0.0.1:${proxy.port}/healthz`, { tls: { rejectUnauthorized: false } });
  expect(page.status).toBe(200);
}, 20_000);

test("a changed mode holds at once in a gateway that runs, and one that opens too much is refused", async () => {
  await using machine = await Machine.start({});
  const set = (setting: string, value: string) => machine.types("config", "set", setting, value);
  expect((await machine.types("remote")).stdout).toContain(
    `clawdia config set gateway.tailscale.mode serve makes it ${url}`,
  );
  expect((await machine.types("doctor")).stdout).toContain("clawdia config set gateway.tailscale.mode serve");
  expect((await set("gateway.tailscale.mode", "serve")).code).toBe(0);
  await machine.until((found) => found?.url === url);
  const funnel = await set("gateway.tailscale.mode", "funnel");
  expect([funnel.code, funnel.stderr]).toEqual([
    1,
    expect.stringContaining("clawdia config set gateway.auth.password -"),
  ]);
  const wide = await set("gateway.bind", "lan");
  expect([wide.code, wide.stderr]).toEqual([
    1,
    expect.stringContaining("gateway.tailscale.mode serve needs bind loopback"),
  ]);
  expect((await set("gateway.tailscale.mode", "off")).code).toBe(0);
  await machine.until((found) => found === undefined);
  expect(machine.fake.mind.config).toEqual({});
}, 30_000);

test("what is wrong with Tailscale is said by status, doctor and remote, each with the next command", async () => {
  const cure = "sudo tailscale set --operator=alice";
  await using machine = await Machine.start({});
  machine.fake.becomes({ isOperator: false });
  await machine.types("config", "set", "gateway.tailscale.mode", "serve");
  await machine.until((found) => found?.cure === cure);
  for (const command of ["status", "doctor", "remote"]) {
    const { stdout } = await machine.types(command);
    expect([command, stdout]).toEqual([command, expect.stringContaining(cure)]);
  }
  await machine.gateway.stop();
  const { stdout } = await machine.types("doctor", "--json");
  // Nobody served anything yet, and the doctor only looks.
  expect(stdout).toContain('"tailscale.ready"');
  machine.fake.becomes({ isUp: false });
  expect((await machine.types("doctor", "--json")).stdout).toContain("sudo systemctl start tailscaled");
}, 30_000);

test("what an earlier gateway left in Tailscale is named by the doctor", async () => {
  await using machine = await Machine.start({});
  const at = `${name}:443`;
  const handlers = { "/": { Proxy: `http://127.0.0.1:${machine.gateway.port}` } };
  machine.fake.becomes({ config: { TCP: { "443": { HTTPS: true } }, Web: { [at]: { Handlers: handlers } } } });
  const { stdout } = await machine.types("doctor");
  expect(stdout).toContain("leads to the gateway, which does not want it");
  await using proxy = await openServeProxy(machine.fake);
  const page = await fetch(`https://127.0.0.1:${proxy.port}/`, { tls: { rejectUnauthorized: false } });
  expect(page.status).toBe(403);
}, 20_000);

test("the doctor takes the running gateway's word for what it wants, not the file's", async () => {
  await using machine = await Machine.start({ tailscale: { mode: "serve" } });
  await machine.until((found) => found?.url === url);
  machine.alice.writesConfig({ gateway: { tailscale: { mode: "funnel" } } });
  const { stdout } = await machine.types("doctor", "--json");
  expect(stdout).toContain('"tailscale.ready"');
  expect(stdout).not.toContain('"tailscale.leftover"');
}, 20_000);

const refusals: readonly (readonly [words: string, flags: readonly string[], reason: string])[] = [
  ["a funnel without a password", ["--tailscale", "funnel"], "needs a password"],
  ["a wider bind", ["--tailscale", "serve", "--bind", "lan"], "needs bind loopback"],
];
for (const [words, flags, reason] of refusals) {
  test(`on the command line ${words} ends the start with the next command`, async () => {
    using alice = new Person();
    const { code, stderr } = await alice.types(["gateway", "--port", "0", ...flags]);
    expect([code, stderr]).toEqual([78, expect.stringContaining(reason)]);
    expect(stderr).toContain("clawdia config set");
  });
}

test("in the file, what opens too much leads to a recovery without Tailscale", async () => {
  await using machine = await Machine.start({ tailscale: { mode: "funnel" } });
  const { stdout } = await machine.types("status");
  // Long words are wrapped.
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("gateway.tailscale.mode funnel puts the gateway on the internet");
  expect(machine.fake.typed).toEqual([]);
}, 20_000);

test("flags beat the file, and the place is given back at the end when they say so", async () => {
  using alice = new Person();
  using fake = new FakeTailscale();
  const child = Bun.spawn(commandOf(["gateway", "--port", "0", "--tailscale", "serve", "--tailscale-reset-on-exit"]), {
    env: alice.environment({ PATH: fake.path }),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const decoder = new TextDecoder();
  let said = "";
  let isReady = false;
  for await (const piece of child.stdout) {
    said += decoder.decode(piece, { stream: true });
    if (isReady || !said.includes("tailscale.open") || !said.includes("WebChat:")) continue;
    isReady = true;
    child.kill("SIGTERM");
  }
  expect(await child.exited).toBe(0);
  expect(fake.typed.slice(-2)).toEqual(["serve status --json", "serve --yes --https=443 --set-path=/ off"]);
  expect(fake.mind.config).toEqual({});
}, 20_000);
