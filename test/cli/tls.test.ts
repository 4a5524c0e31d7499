import { afterAll, beforeAll, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { Client } from "../../src/client/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { openPinned, PinMismatch } from "../../src/net/index.ts";
import { newDevice } from "../open-house.ts";
import { Person, type RunningGateway, startGateway } from "./command-house.ts";

/** Alice's gateway speaks TLS on its port with the certificate that it made. */

const alice = new Person();
let gateway: RunningGateway;

beforeAll(async () => {
  alice.writesConfig({ gateway: { tls: { enabled: true } } });
  gateway = await startGateway(alice);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
});

const fingerprint = async () => (await alice.types(["gateway", "fingerprint"])).stdout.trim();

function connectPinned(pin: string): Promise<Client> {
  return Client.connect({
    url: gateway.url,
    clock: realClock,
    identity: { id: "test", mode: "test", version: "1", platform: "linux" },
    credentials: { token: gateway.token },
    signer: newDevice(),
    openSocket: (url) => openPinned(url, pin),
  });
}

test("the commands of its own machine find the certificate by themselves", async () => {
  expect(gateway.url).toStartWith("wss://127.0.0.1:");
  const { code, stdout } = await alice.types(["status"]);
  expect([code, stdout]).toEqual([0, expect.stringContaining(await fingerprint())]);
  const { tlsFingerprint } = await alice.asks("status");
  expect(await alice.asks("gateway", "fingerprint")).toEqual({ tlsFingerprint });
});

test("key and certificate are the owner's alone", () => {
  for (const name of ["tls-key.pem", "tls-certificate.pem"])
    expect(statSync(join(alice.stateDir, "secrets", name)).mode & 0o777).toBe(0o600);
});

test("another machine needs the fingerprint, and with it the token opens the gateway", async () => {
  using bob = new Person();
  const env = { CLAWDIA_GATEWAY_TOKEN: gateway.token };
  const without = await bob.types(["health", "--url", gateway.url], { env });
  expect([without.code, without.stderr]).toEqual([69, expect.stringContaining("--tls-fingerprint HEX")]);
  const wrong = await bob.types(["health", "--url", gateway.url, "--tls-fingerprint", "0".repeat(64)], { env });
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("clawdia gateway fingerprint")]);
  const right = await bob.types(["health", "--url", gateway.url, "--tls-fingerprint", await fingerprint()], { env });
  expect([right.code, right.stdout]).toEqual([0, expect.stringContaining("well")]);
});

test("the client library pins by its openSocket, and sends nothing to another certificate", async () => {
  using client = await connectPinned(await fingerprint());
  expect(await client.call("health", {})).toMatchObject({ ok: true });
  expect(connectPinned("0".repeat(64))).rejects.toBeInstanceOf(PinMismatch);
});

test("pages come over https with the same headers, and plain text gets no answer", async () => {
  const page = gateway.url.replace(/^wss/, "https");
  const { status, headers } = await fetch(page, { tls: { rejectUnauthorized: false } });
  expect([status, headers.get("x-frame-options")]).toEqual([200, "DENY"]);
  expect((await alice.types(["token", "--link"])).stdout).toStartWith(`${page}/#token=`);
  expect(fetch(page.replace("https", "http"))).rejects.toThrow();
});

test("the certificate stays over a restart, so pins stay right", async () => {
  const before = await fingerprint();
  await gateway.stop();
  expect(await fingerprint()).toBe(before);
  gateway = await startGateway(alice);
  expect(await fingerprint()).toBe(before);
});

test("without TLS there is no fingerprint, and the command says how to have one", async () => {
  using carol = new Person();
  const { code, stderr } = await carol.types(["gateway", "fingerprint"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("next: set gateway.tls.enabled in")]);
  const typo = await carol.types(["gateway", "fingerprints"]);
  expect([typo.code, typo.stderr]).toEqual([2, expect.stringContaining('"fingerprints" is one word too many')]);
});

test("a screen's link has the address that the certificate is for", async () => {
  const { url } = await alice.asks<{ url: string }>("canvas", "link", "--view");
  expect(url).toStartWith(`${gateway.url.replace("wss:", "https:")}/`);
  const { url: own } = await alice.asks<{ url: string }>("call", "canvas.link", "--params", '{"kind":"tab"}');
  expect(own).toBe(`${gateway.url.replace("wss:", "https:")}/tab/`);
});
