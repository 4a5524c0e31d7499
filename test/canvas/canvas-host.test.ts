import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rejectionOf } from "../doubles/rejection.ts";
import { afar, LedgerHouse } from "../ledger/ledger-house.ts";
import { newDevice, type OpenHouse, openHouse, ownerToken, temporaryFolder } from "../open-house.ts";

/** The canvas over HTTP, by the real server. */

interface Canvas extends AsyncDisposable {
  readonly house: OpenHouse;
  readonly folder: string;
  get(path: string, init?: RequestInit): Promise<Response>;
}

async function openCanvas(options: Parameters<typeof openHouse>[0] = {}): Promise<Canvas> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(temporaryFolder());
  const house = stack.use(await openHouse({ stateDir: path, ...options }));
  const all = stack.move();
  return {
    house,
    folder: join(path, "canvas"),
    get: (inside, init) => fetch(`${house.httpUrl}/__openclaw__/canvas/${inside}`, { redirect: "manual", ...init }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const types: readonly (readonly [name: string, type: string])[] = [
  ["a.html", "text/html; charset=utf-8"],
  ["a.CSS", "text/css; charset=utf-8"],
  ["a.js", "text/javascript; charset=utf-8"],
  ["a.mjs", "text/javascript; charset=utf-8"],
  ["a.json", "application/json; charset=utf-8"],
  ["a.svg", "image/svg+xml"],
  ["a.wasm", "application/wasm"],
  ["a.woff2", "font/woff2"],
  ["a.mp4", "video/mp4"],
  ["a.exe", "application/octet-stream"],
  ["a", "application/octet-stream"],
];

test("a file has the type of its name, in an origin that is nobody's", async () => {
  await using canvas = await openCanvas();
  for (const [name, type] of types) {
    writeFileSync(join(canvas.folder, name), "x");
    const answer = await canvas.get(name);
    expect([name, answer.status, answer.headers.get("content-type")]).toEqual([name, 200, type]);
    const { headers } = answer;
    expect(headers.get("content-security-policy")).toStartWith("sandbox allow-scripts ");
    expect(headers.get("content-security-policy")).not.toContain("allow-same-origin");
    expect([headers.get("x-content-type-options"), headers.get("referrer-policy")]).toEqual(["nosniff", "no-referrer"]);
  }
});

const ranges: readonly (readonly [range: string, status: number, body: string, part: string | null])[] = [
  ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
  ["bytes=7-", 206, "789", "bytes 7-9/10"],
  ["bytes=-2", 206, "89", "bytes 8-9/10"],
  ["bytes=5-99", 206, "56789", "bytes 5-9/10"],
  ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
  ["bytes=10-", 416, "", "bytes */10"],
  ["bytes=-0", 416, "", "bytes */10"],
  ["bytes=3-1", 200, "0123456789", null],
  ["bytes=0-1,4-5", 200, "0123456789", null],
  ["lines=0-1", 200, "0123456789", null],
];

for (const [range, status, body, part] of ranges) {
  test(`the range ${range} is answered with ${status}`, async () => {
    await using canvas = await openCanvas();
    writeFileSync(join(canvas.folder, "a.bin"), "0123456789");
    const answer = await canvas.get("a.bin", { headers: { range } });
    expect([answer.status, answer.headers.get("content-range")]).toEqual([status, part]);
    if (status !== 416) expect(await answer.text()).toBe(body);
  });
}

test("a file that did not change is not sent again, and a changed one is", async () => {
  await using canvas = await openCanvas();
  writeFileSync(join(canvas.folder, "a.css"), "a {}");
  const etag = (await canvas.get("a.css")).headers.get("etag")!;
  const again = await canvas.get("a.css", { headers: { "if-none-match": etag } });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  writeFileSync(join(canvas.folder, "a.css"), "b { }");
  const changed = await canvas.get("a.css", {
    headers: { "if-none-match": etag, "if-range": etag, range: "bytes=0-0" },
  });
  expect([changed.status, await changed.text()]).toEqual([200, "b { }"]);
});

test("HEAD says the length and nothing else, and other methods are refused", async () => {
  await using canvas = await openCanvas();
  writeFileSync(join(canvas.folder, "a.txt"), "four");
  const head = await canvas.get("a.txt", { method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "4", ""]);
  expect((await canvas.get("a.txt", { method: "POST", body: "x" })).status).toBe(405);
});

test("a large file comes whole, piece by piece", async () => {
  await using canvas = await openCanvas();
  const bytes = new Uint8Array(1_000_003).map((_, index) => index % 251);
  writeFileSync(join(canvas.folder, "big.bin"), bytes);
  expect(Buffer.from(await (await canvas.get("big.bin")).arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
});

test("a folder is its index, and pages carry the script that follows their files", async () => {
  await using canvas = await openCanvas();
  mkdirSync(join(canvas.folder, "dash"));
  writeFileSync(join(canvas.folder, "dash", "index.html"), "<!doctype html><head><title>x</title></head>");
  expect(await (await canvas.get("dash/")).text()).toBe(
    '<!doctype html><head><script src="/__openclaw__/a2ui/frame.js"></script><title>x</title></head>',
  );
  expect((await canvas.get("dash/nothing.html")).status).toBe(404);
  const bare = await fetch(`${canvas.house.httpUrl}/__openclaw__/canvas`, { redirect: "manual" });
  expect([bare.status, bare.headers.get("location")]).toEqual([302, "/__openclaw__/canvas/"]);
});

test("this machine's browser is led to an address under which an opaque page may read its own files", async () => {
  await using canvas = await openCanvas();
  const headers = { "sec-fetch-site": "none", "sec-fetch-mode": "navigate" };
  const moved = await canvas.get("index.html", { headers });
  expect(moved.status).toBe(302);
  const there = await fetch(canvas.house.httpUrl + moved.headers.get("location")!);
  expect([there.status, there.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
});

test("the canvas has a port and so an origin of its own, with the same files", async () => {
  await using canvas = await openCanvas();
  const { sidePort } = canvas.house.house.gateway;
  const answer = await fetch(`http://127.0.0.1:${sidePort}/`);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("This is the canvas")]);
  expect((await fetch(`http://127.0.0.1:${sidePort}/healthz`)).status).toBe(404);
});

const ways: readonly (readonly [name: string, headers: Readonly<Record<string, string>>, base: string])[] = [
  [
    "behind Tailscale Serve",
    { Host: "box.tail1234.ts.net", "X-Forwarded-Proto": "https" },
    "https://box.tail1234.ts.net/__openclaw__/cap/",
  ],
  [
    "behind a proxy that names the host aside",
    { "X-Forwarded-Host": "box.example.org:8443", "X-Forwarded-Proto": "https" },
    "https://box.example.org:8443/__openclaw__/cap/",
  ],
];

for (const [name, headers, base] of ways) {
  test(`a node that comes ${name} is told the canvas's address as it can reach it`, async () => {
    const gateway = { allowedHosts: ["box.tail1234.ts.net"], trustedProxies: ["127.0.0.2"] };
    await using house = await LedgerHouse.open({ gateway });
    using alice = await house.open.operator();
    const signer = newDevice();
    const knock = () =>
      house.greet({ signer, auth: { token: ownerToken }, role: "node" }, afar("203.0.113.5", headers));
    const { answer } = await knock();
    const { requestId } = answer.error!.details as { readonly requestId: string };
    await alice.call("device.pair.approve", { requestId });
    const again = await knock();
    expect(again.answer.payload!["canvasHostUrl"]).toStartWith(base);
  });
}

test("version 4 finds the canvas among its surfaces, and may ask for a new address", async () => {
  await using canvas = await openCanvas();
  const identity = { id: "node-host", mode: "node", version: "1", platform: "web" };
  const credentials = { token: ownerToken };
  using node = await canvas.house.connect({ role: "node", signer: newDevice(), identity, credentials });
  const { pluginSurfaceUrls, canvasHostUrl } = node.client.hello;
  expect(pluginSurfaceUrls).toEqual({ canvas: canvasHostUrl! });
  const fresh = await node.call("node.pluginSurface.refresh", { surface: "canvas" });
  const url = fresh.pluginSurfaceUrls["canvas"]!;
  expect(url).not.toBe(canvasHostUrl!);
  expect((await fetch(`${url}/__openclaw__/canvas/`)).status).toBe(200);
  expect(String(await rejectionOf(node.call("node.pluginSurface.refresh", { surface: "shell" })))).toContain(
    "no surface shell",
  );
});

test("a view link shows until it expires, also after a restart, and one that was made up shows nothing", async () => {
  using folder = temporaryFolder();
  await using first = await openHouse({ stateDir: folder.path });
  using alice = await first.operator();
  const { path, expiresAtMs } = await alice.call("canvas.link", { kind: "view", durationMs: 60_000 });
  expect(expiresAtMs).toBeGreaterThan(first.clock.nowMs());
  expect((await fetch(first.httpUrl + path)).status).toBe(200);
  const later = path.replace(/v1\.[0-9a-z]+/, "v1.zzzzzzzzz");
  expect((await fetch(first.httpUrl + later)).status).toBe(401);
  await first.house.stop("test", 0);
  await using second = await openHouse({ stateDir: folder.path });
  expect((await fetch(second.httpUrl + path)).status).toBe(200);
});
