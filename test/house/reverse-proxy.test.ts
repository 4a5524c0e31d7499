import { expect, test } from "bun:test";
import { openPinned } from "../../src/net/index.ts";
import { selfSigned } from "../doubles/certificate.ts";
import { startNginx } from "../doubles/nginx.ts";
import { Guest, newDevice, type OpenHouse, openHouse, ownerToken } from "../open-house.ts";
import { Client } from "../../src/client/index.ts";
import { realClock } from "../../src/lib/index.ts";

/** A house behind the real nginx, which ends TLS and hands pages and WebSockets on. */

const name = "box.example.org";
const certificate = selfSigned(name);
const proxyAddress = "127.0.0.2";
const headers = { Host: name, "X-Forwarded-For": "$proxy_add_x_forwarded_for", "X-Forwarded-Proto": "https" };
const trusting = { gateway: { trustedProxies: [proxyAddress], allowedHosts: [name] } };

function nginxFor(house: OpenHouse, set: Readonly<Record<string, string>> = headers) {
  return startNginx({ certificate, port: house.port, from: proxyAddress, headers: set });
}

async function connectThrough(port: number, signer = newDevice()): Promise<Guest> {
  const guest = new Guest();
  guest.client = await Client.connect({
    url: `wss://127.0.0.1:${port}`,
    clock: realClock,
    identity: { id: "test", mode: "test", version: "1", platform: "linux" },
    credentials: { token: ownerToken },
    signer,
    openSocket: (url) => openPinned(url, certificate.fingerprint),
    onEvent: (frame) => guest.hear(frame),
  });
  return guest;
}

test("a device comes in through a trusted nginx, is approved as one from outside, and talks", async () => {
  await using house = await openHouse(trusting);
  await using nginx = await nginxFor(house);
  using alice = await house.operator();
  const signer = newDevice();
  expect(connectThrough(nginx.port, signer)).rejects.toThrow("pairing required");
  await alice.until(({ event }) => event === "device.pair.requested");
  const { pending } = await alice.call("device.pair.list", {});
  // What nginx saw, and not nginx itself: nobody behind it counts as being on this machine.
  expect(pending).toMatchObject([{ remoteIp: "127.0.0.1" }]);
  await alice.call("device.pair.approve", { requestId: pending[0]!.requestId });
  using bob = await connectThrough(nginx.port, signer);
  await bob.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey: "one" });
  const last = await bob.until(
    ({ event, payload }) => event === "chat" && (payload as { state?: string }).state === "final",
  );
  expect(JSON.stringify(last.payload)).toContain("heard: hi");
});

test("pages come through it with our headers", async () => {
  await using house = await openHouse(trusting);
  await using nginx = await nginxFor(house);
  const page = await fetch(`https://127.0.0.1:${nginx.port}/`, { tls: { rejectUnauthorized: false } });
  expect([page.status, page.headers.get("x-frame-options")]).toEqual([200, "DENY"]);
  expect(await page.text()).toContain("<title>");
});

test("an nginx that nobody trusts, or that names no client, is turned away", async () => {
  await using house = await openHouse({ gateway: { allowedHosts: [name] } });
  await using nginx = await nginxFor(house);
  const untrusted = await fetch(`https://127.0.0.1:${nginx.port}/`, { tls: { rejectUnauthorized: false } });
  expect([untrusted.status, await untrusted.text()]).toEqual([403, expect.stringContaining("gateway.trustedProxies")]);
  await using other = await openHouse(trusting);
  await using mute = await nginxFor(other, { Host: name });
  const unnamed = await fetch(`https://127.0.0.1:${mute.port}/`, { tls: { rejectUnauthorized: false } });
  expect([unnamed.status, await unnamed.text()]).toEqual([403, expect.stringContaining("no X-Forwarded-For")]);
});
