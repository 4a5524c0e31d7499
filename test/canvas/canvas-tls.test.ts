import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { Client } from "../../src/client/index.ts";
import { HeadlessNode } from "../../src/headless/index.ts";
import { makeIds, realClock, realRandom } from "../../src/lib/index.ts";
import { openPinned, pinnedKey } from "../../src/net/index.ts";
import { openBrowser } from "../doubles/browser.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { selfSigned } from "../doubles/certificate.ts";
import { startNginx } from "../doubles/nginx.ts";
import { rejectionOf } from "../doubles/rejection.ts";
import { machineIn } from "../headless/node-stage.ts";
import { newDevice, openHouse, ownerToken, temporaryFolder } from "../open-house.ts";
import { defaultConfig } from "../../src/config/index.ts";

/** The canvas of a gateway that speaks TLS, seen by real clients. */

const certificate = selfSigned();
const { cert, key, fingerprint } = certificate;
const trusting = { tls: { ca: cert } };

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

async function openTls(canvasHost: { readonly tls?: "auto" | "off" } = {}, gateway: object = {}) {
  await using stack = new AsyncDisposableStack();
  const { path: stateDir } = stack.use(temporaryFolder());
  const house = stack.use(await openHouse({ stateDir, tls: { cert, key }, canvasHost, gateway }));
  const all = stack.move();
  return {
    house,
    sidePort: house.house.gateway.sidePort!,
    connect: (wishes: object = {}, url = house.url, pin = fingerprint) =>
      Client.connect({
        url,
        clock: realClock,
        identity: { id: "test", mode: "ui", version: "1", platform: "linux" },
        credentials: { token: ownerToken },
        signer: newDevice(),
        openSocket: (address) => openPinned(address, pin),
        ...wishes,
      }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** As a web view that knows no pin: what is on the page, or why there is none. */
async function viewed(url: string): Promise<string> {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    return await page.title();
  } catch (error) {
    return /net::\w+/.exec(String(error))?.[0] ?? String(error);
  } finally {
    await page.close();
  }
}

test("the canvas's own port speaks the gateway's TLS, and nothing else", async () => {
  await using opened = await openTls();
  const answer = await fetch(`https://127.0.0.1:${opened.sidePort}/`, trusting);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("This is the canvas")]);
  expect(await rejectionOf(fetch(`http://127.0.0.1:${opened.sidePort}/`))).toBeInstanceOf(Error);
  expect(await viewed(`https://127.0.0.1:${opened.sidePort}/`)).toBe("net::ERR_CERT_AUTHORITY_INVALID");
});

test("apps and links are told addresses that begin with https", async () => {
  await using opened = await openTls();
  const client = await opened.connect();
  const base = `https://127.0.0.1:${opened.house.port}`;
  expect(client.hello.canvasHostUrl).toStartWith(`${base}/__openclaw__/cap/`);
  const page = await fetch(`${client.hello.canvasHostUrl}/__openclaw__/a2ui/`, trusting);
  expect(page.status).toBe(200);
  for (const kind of ["view", "tab"] as const) {
    const { url } = await client.call("canvas.link", { kind });
    expect(url).toStartWith(`${base}/`);
    expect((await fetch(url, trusting)).status).toBe(200);
  }
  client.close();
});

test("without TLS on the canvas's port, web views that know no pin are led there and see it", async () => {
  await using opened = await openTls({ tls: "off" });
  const client = await opened.connect();
  const beside = `http://127.0.0.1:${opened.sidePort}`;
  const { canvasHostUrl } = client.hello;
  expect(canvasHostUrl).toStartWith(`${beside}/__openclaw__/cap/`);
  expect(await viewed(`${canvasHostUrl}/__openclaw__/a2ui/?platform=android`)).toBe("Canvas");
  const { url } = await client.call("canvas.link", { kind: "view" });
  expect(url).toStartWith(`${beside}/`);
  expect(await viewed(url)).toBe("Canvas");
  // A tab talks to the gateway, which still has TLS.
  const tab = await client.call("canvas.link", { kind: "tab" });
  expect(tab.url).toStartWith(`https://127.0.0.1:${opened.house.port}/tab/`);
  expect((await fetch(`http://127.0.0.1:${opened.sidePort}/__openclaw__/a2ui/`)).status).toBe(200);
  client.close();
});

test("through a proxy with a certificate of its own the canvas is behind that proxy", async () => {
  const name = "box.example.org";
  const proxyAddress = "127.0.0.2";
  const headers = { Host: name, "X-Forwarded-For": "203.0.113.5", "X-Forwarded-Proto": "https" };
  const outer = selfSigned(name);
  const gateway = { trustedProxies: [proxyAddress], allowedHosts: [name] };
  for (const tls of ["auto", "off"] as const) {
    await using opened = await openTls({ tls }, gateway);
    await using nginx = await startNginx({
      certificate: outer,
      port: opened.house.port,
      from: proxyAddress,
      headers,
      isGatewayTls: true,
    });
    const alice = await opened.connect();
    const signer = newDevice();
    const knock = () => opened.connect({ signer }, `wss://127.0.0.1:${nginx.port}`, outer.fingerprint);
    await rejectionOf(knock());
    const { pending } = await alice.call("device.pair.list", {});
    await alice.call("device.pair.approve", { requestId: pending[0]!.requestId });
    const bob = await knock();
    expect(bob.hello.canvasHostUrl).toStartWith(`https://${name}/__openclaw__/cap/`);
    for (const client of [alice, bob]) client.close();
  }
});

test("a node that pins the gateway's certificate shows its canvas, and no other server with a bad one", async () => {
  await using opened = await openTls();
  using folder = temporaryFolder();
  const stop = new AbortController();
  const signer = newDevice();
  const ready = Promise.withResolvers<void>();
  await using node = new HeadlessNode({
    machine: machineIn(folder.path, new CapturedLog(realClock)),
    settings: defaultConfig().node,
    version: "1",
    homeDir: undefined,
    ids: makeIds(realClock, realRandom),
    random: realRandom,
    link: {
      url: opened.house.url,
      identity: { id: "node-host", mode: "node", version: "1", platform: "linux" },
      signer,
      openSocket: (address) => openPinned(address, fingerprint),
      credentials: () => ({ token: ownerToken }),
      tokens: { read: () => undefined, write: () => undefined, forget: () => undefined },
    },
    gatewayKey: () => pinnedKey(opened.house.url, fingerprint),
    say: (words) => void (words.startsWith("Connected") && ready.resolve()),
    pid: process.pid,
  });
  const running = node.run(stop.signal);
  await ready.promise;
  const alice = await opened.connect();
  const nodeId = signer.deviceId;
  const { pending } = await alice.call("node.pair.list", {});
  for (const { requestId } of pending) await alice.call("node.pair.approve", { requestId });
  const ask = (command: string, params: object) =>
    alice.call("node.invoke", { nodeId, command, params, timeoutMs: 20_000, idempotencyKey: crypto.randomUUID() });
  const text = { id: "root", component: { Text: { text: { literalString: "seen" } } } };
  const messages = [
    { surfaceUpdate: { surfaceId: "main", components: [text] } },
    { beginRendering: { surfaceId: "main", root: "root" } },
  ];
  expect((await ask("canvas.a2ui.push", { messages })).payload).toMatchObject({ ok: true });
  const stranger = selfSigned("other");
  using server = Bun.serve({ port: 0, hostname: "127.0.0.1", tls: stranger, fetch: () => new Response("hi") });
  const refused = await rejectionOf(ask("canvas.navigate", { url: `https://127.0.0.1:${server.port}/` }));
  expect(String(refused)).toContain("ERR_CERT_AUTHORITY_INVALID");
  alice.close();
  stop.abort();
  await running;
});

test("whether the canvas's own port speaks TLS may change on a running gateway, and what is told follows", async () => {
  await using opened = await openTls();
  const client = await opened.connect();
  const set = async (tls: string) => {
    const { hash } = await client.call("config.get", {});
    const raw = JSON.stringify({ canvasHost: { tls } });
    const base = hash !== undefined && { baseHash: hash };
    return client.call("config.patch", { raw, ...base, restartDelayMs: 0 });
  };
  const sidePort = () => opened.house.house.gateway.sidePort!;
  const address = async () => (await opened.connect()).hello.canvasHostUrl!;
  expect(await set("off")).toMatchObject({ needsRestart: [] });
  expect((await fetch(`http://127.0.0.1:${sidePort()}/`)).status).toBe(200);
  expect(await address()).toStartWith(`http://127.0.0.1:${sidePort()}/`);
  expect(await set("auto")).toMatchObject({ needsRestart: [] });
  expect((await fetch(`https://127.0.0.1:${sidePort()}/`, trusting)).status).toBe(200);
  expect(await address()).toStartWith(`https://127.0.0.1:${opened.house.port}/`);
});
