import { expect, test } from "bun:test";
import { request } from "node:https";
import { Client, ConnectError, type Credentials, type DeviceSigner } from "../../src/client/index.ts";
import { defaultConfig } from "../../src/config/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { openPinned } from "../../src/net/index.ts";
import type { Mind } from "../doubles/tailscale/mind.ts";
import { openServeProxy, type ServeProxy } from "../doubles/tailscale/serve-proxy.ts";
import { FakeTailscale } from "../doubles/tailscale/tailscale.ts";
import { Guest, newDevice, type OpenHouse, openHouse, type OpenHouseOptions, ownerToken } from "../open-house.ts";

/** A house behind Tailscale: the `tailscale` command is a program of its own, and its proxy speaks TLS. */

type Mode = "serve" | "funnel";
const name = "box.tail1234.ts.net";
const bob = { address: "100.64.0.9", machine: "laptop", login: "Bob@example.com" };
const server = { address: "100.64.0.20", machine: "ci", login: "", tags: ["tag:ci"] };
const alicesPhone = { address: "100.64.0.7", machine: "phone", login: "Alice@example.com" };

class TailnetHouse implements AsyncDisposable {
  readonly house: OpenHouse;
  readonly fake: FakeTailscale;
  readonly proxy: ServeProxy;
  /** The owner, on the gateway's own machine. */
  readonly owner: Guest;

  private constructor(parts: Pick<TailnetHouse, "house" | "fake" | "proxy" | "owner">) {
    this.house = parts.house;
    this.fake = parts.fake;
    this.proxy = parts.proxy;
    this.owner = parts.owner;
  }

  static async open(mode: Mode, options: OpenHouseOptions = {}, mind: Partial<Mind> = {}): Promise<TailnetHouse> {
    const fake = new FakeTailscale({ peers: [alicesPhone, bob, server], ...mind });
    const gateway = { tailscale: { mode, resetOnExit: true }, ...options.gateway };
    const house = await openHouse({ environment: fake.environment, ...options, gateway });
    const owner = await house.operator();
    const tailnet = new TailnetHouse({ house, fake, proxy: await openServeProxy(fake), owner });
    return tailnet;
  }

  get tailscale() {
    return this.owner.call("status", {}).then(({ gateway }) => gateway.tailscale);
  }

  /** Once Tailscale leads here, or it is known why it does not. */
  async settled() {
    for (;;) {
      const found = await this.tailscale;
      if (found?.url !== undefined || found?.reason !== undefined) return found;
    }
  }

  async connect(credentials: Credentials = {}, signer: DeviceSigner = newDevice(), role?: "node"): Promise<Guest> {
    const guest = new Guest();
    guest.client = await Client.connect({
      url: this.proxy.url,
      clock: realClock,
      identity: { id: "test", mode: "ui", version: "1", platform: "linux" },
      credentials,
      signer,
      ...(role && { role }),
      openSocket: (url) => openPinned(url, this.proxy.certificate.fingerprint),
      onEvent: (frame) => guest.hear(frame),
    });
    return guest;
  }

  /** The code of the refusal, or the scopes. */
  async try(credentials: Credentials = {}, signer: DeviceSigner = newDevice()): Promise<unknown> {
    try {
      using guest = await this.connect(credentials, signer);
      return guest.client.hello.auth?.scopes;
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      return error.detailCode ?? error.message;
    }
  }

  /** Plain HTTP through the proxy. */
  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port: this.proxy.port, path, headers, rejectUnauthorized: false });
      asked.on("error", reject);
      asked.on("response", (answer) => {
        let body = "";
        answer.on("data", (piece: Buffer) => (body += piece.toString()));
        answer.on("end", () => resolve({ status: answer.statusCode!, body }));
      });
      asked.end();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.owner[Symbol.dispose]();
    await this.house[Symbol.asyncDispose]();
    await this.proxy[Symbol.asyncDispose]();
    this.fake[Symbol.dispose]();
  }
}

test("a device of the tailnet comes in over TLS without a token, once it is approved, and talks", async () => {
  await using tailnet = await TailnetHouse.open("serve");
  expect(await tailnet.settled()).toEqual({ mode: "serve", url: `https://${name}` });
  const signer = newDevice();
  expect(await tailnet.try({}, signer)).toBe("PAIRING_REQUIRED");
  const { pending } = await tailnet.owner.call("device.pair.list", {});
  expect(pending).toMatchObject([{ remoteIp: "100.64.0.7" }]);
  await tailnet.owner.call("device.pair.approve", { requestId: pending[0]!.requestId });
  using phone = await tailnet.connect({}, signer);
  // Serve listens on 443, so the port of the gateway has no place in it.
  expect(phone.client.hello.canvasHostUrl).toStartWith(`https://${name}/__`);
  await phone.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "one" });
  const last = await phone.until(
    ({ event, payload }) => event === "chat" && (payload as { state?: string }).state === "final",
  );
  expect(JSON.stringify(last.payload)).toContain("heard: hi");
});

test("S-28 Tailscale's identity opens no HTTP route, and the token does", async () => {
  const { http } = defaultConfig().gateway;
  await using tailnet = await TailnetHouse.open("serve", {
    gateway: { http: { ...http, chatCompletions: { enabled: true } } },
  });
  await tailnet.settled();
  for (const path of ["/v1/models", "/metrics"]) {
    expect([path, (await tailnet.get(path)).status]).toEqual([path, 401]);
    const { status } = await tailnet.get(path, { authorization: `Bearer ${ownerToken}` });
    expect([path, status]).toEqual([path, 200]);
  }
  expect((await tailnet.get("/")).body).toContain("<title>");
});

test("S-28 headers that a client makes up are nothing, from the tailnet and from this machine", async () => {
  await using tailnet = await TailnetHouse.open("serve");
  await tailnet.settled();
  const { port } = tailnet.house;
  const marks = {
    Host: name,
    "X-Forwarded-Host": name,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "100.64.0.7",
    "Tailscale-User-Login": "alice@example.com",
  };
  const forge = async (headers: Readonly<Record<string, string>>, signer = newDevice()): Promise<unknown> => {
    try {
      using guest = await tailnet.house.connect({ headers, signer });
      return guest.client.hello.auth?.scopes;
    } catch (error) {
      return error instanceof ConnectError ? (error.detailCode ?? "no socket") : error;
    }
  };
  // A program of this machine may say all of it, and is then somebody from outside whom nobody approved.
  expect(await forge(marks)).toBe("PAIRING_REQUIRED");
  expect(await forge({ ...marks, "Tailscale-User-Login": "bob@example.com" })).toBe("AUTH_TAILSCALE_IDENTITY_MISMATCH");
  expect(await forge({ ...marks, "X-Forwarded-For": "100.64.0.99" })).toBe("no socket");
  expect(await forge({ ...marks, "X-Forwarded-For": "100.64.0.20" })).toBe("AUTH_TOKEN_MISSING");
  const tagged = { "X-Forwarded-For": "100.64.0.20", "Tailscale-User-Login": "tagged-devices" };
  expect(await forge({ ...marks, ...tagged })).toBe("AUTH_TOKEN_MISSING");
  const bare = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { ...marks, "X-Forwarded-For": "8.8.8.8" },
  });
  expect(bare.status).toBe(403);
  // The real proxy takes a client's own marks off before it sets its own.
  tailnet.proxy.visitor = { address: server.address };
  expect((await tailnet.get("/metrics", marks)).status).toBe(401);
  expect(tailnet.fake.typed.filter((line) => line.startsWith("whois"))).toEqual([
    "whois --json 100.64.0.7",
    "whois --json 100.64.0.99",
    "whois --json 100.64.0.20",
  ]);
});

test("another user and a machine with tags knock, and only what is verified stands in for the token", async () => {
  await using tailnet = await TailnetHouse.open("serve");
  await tailnet.settled();
  tailnet.proxy.visitor = { address: bob.address };
  expect(await tailnet.try()).toBe("PAIRING_REQUIRED");
  tailnet.proxy.visitor = { address: server.address };
  expect(await tailnet.try()).toBe("AUTH_TOKEN_MISSING");
  expect(await tailnet.try({ token: ownerToken })).toBe("PAIRING_REQUIRED");
  const { pending } = await tailnet.owner.call("device.pair.list", {});
  expect(pending.map(({ remoteIp }) => remoteIp)).toEqual([server.address, bob.address]);
});

test("a daemon that cannot be asked keeps the door shut for a moment, and opens nothing", async () => {
  await using tailnet = await TailnetHouse.open("serve");
  await tailnet.settled();
  tailnet.fake.becomes({ isUp: false });
  const { status, body } = await tailnet.get("/");
  expect([status, body]).toEqual([503, expect.stringContaining("Tailscale cannot be asked who this is")]);
  expect(await tailnet.try({ token: ownerToken })).toBe("the gateway cannot be reached");
});

test("where it is switched off, or a password is set, Tailscale's word is not taken", async () => {
  const auths = [
    [{ gateway: { auth: { allowTailscale: false } } }, "AUTH_TOKEN_MISSING"],
    [{ password: "a-password" }, "AUTH_PASSWORD_MISSING"],
    [{ password: "a-password", gateway: { auth: { allowTailscale: true } } }, "PAIRING_REQUIRED"],
  ] as const;
  for (const [options, outcome] of auths) {
    await using tailnet = await TailnetHouse.open("serve", options);
    await tailnet.settled();
    expect(await tailnet.try()).toBe(outcome);
  }
});

test("through a funnel everybody needs the password, also the tailnet's own users", async () => {
  const password = "a-long-password";
  await using tailnet = await TailnetHouse.open("funnel", { password, gateway: { auth: { allowTailscale: true } } });
  expect(await tailnet.settled()).toEqual({ mode: "funnel", url: `https://${name}` });
  for (const visitor of [{ address: "203.0.113.9", isFunneled: true }, { address: "100.64.0.7" }]) {
    tailnet.proxy.visitor = visitor;
    expect(await tailnet.try()).toBe("AUTH_PASSWORD_MISSING");
    expect(await tailnet.try({ password })).toBe("PAIRING_REQUIRED");
  }
  const { pending } = await tailnet.owner.call("device.pair.list", {});
  expect(pending.map(({ remoteIp }) => remoteIp)).toEqual(["100.64.0.7", "203.0.113.9"]);
});

test("codes and links that are handed out carry the tailnet's address", async () => {
  await using tailnet = await TailnetHouse.open("serve");
  await tailnet.settled();
  const code = await tailnet.owner.call("device.pair.setupCode", { joinUrl: true });
  expect(code).toMatchObject({ gatewayUrl: `wss://${name}`, urlSource: "gateway.tailscale" });
  expect(code.joinUrl).toStartWith(`https://${name}/#setup=`);
  const { url } = await tailnet.owner.call("canvas.link", { kind: "view" });
  expect(url).toStartWith(`https://${name}/`);
  const bootstrapToken = new URL(code.joinUrl!).hash.replace("#setup=", "");
  tailnet.proxy.visitor = { address: server.address };
  expect(await tailnet.try({ bootstrapToken })).toEqual(["operator.admin"]);
});

const words: readonly (readonly [what: string, mind: Partial<Mind>, reason: string, cure: string])[] = [
  ["no daemon", { isUp: false }, "daemon does not run", "sudo systemctl start tailscaled"],
  ["no login", { backend: "NeedsLogin" }, "not logged in", "https://login.tailscale.com/a/0123456789"],
  ["no certificates", { hasCertificates: false }, "no HTTPS certificates", "https://login.tailscale.com/admin/dns"],
  ["no right", { isOperator: false }, "does not let this user", "sudo tailscale set --operator=alice"],
];
for (const [what, mind, reason, cure] of words) {
  test(`with ${what} the gateway goes on without Tailscale, and says what to do`, async () => {
    await using tailnet = await TailnetHouse.open("serve", {}, mind);
    const found = await tailnet.settled();
    expect(found).toEqual({
      mode: "serve",
      reason: expect.stringContaining(reason),
      cure: expect.stringContaining(cure),
    });
    const { gateway } = await tailnet.owner.call("status", {});
    expect(gateway.advice[0]).toBe(`${found.reason} (serve): ${found.cure}`);
    const code = await tailnet.owner.call("device.pair.setupCode", { joinUrl: true });
    expect(code.gatewayUrl).toBe(tailnet.house.url);
  });
}

test("a funnel that the tailnet's policy forbids is told as that", async () => {
  await using tailnet = await TailnetHouse.open("funnel", { password: "a-long-password" }, { funnel: "forbidden" });
  expect(await tailnet.settled()).toMatchObject({
    reason: "the tailnet's policy does not allow this machine a Funnel",
  });
  expect(tailnet.fake.mind.config).toEqual({});
});

test("at a stop the place is given back, as the config asks", async () => {
  const tailnet = await TailnetHouse.open("serve");
  await tailnet.settled();
  expect(tailnet.fake.mind.config.Web).toBeDefined();
  tailnet.owner[Symbol.dispose]();
  await tailnet.house.house.stop("test", 1_000);
  expect(tailnet.fake.mind.config).toEqual({});
  await tailnet.proxy[Symbol.asyncDispose]();
  tailnet.fake[Symbol.dispose]();
});
