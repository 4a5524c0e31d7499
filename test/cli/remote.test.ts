import { afterAll, beforeAll, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { type Certificate, selfSigned } from "../doubles/certificate.ts";
import { openTlsProxy, type TlsProxy } from "../doubles/tls-proxy.ts";
import { Person, type RunningGateway, startGateway } from "./command-house.ts";

/** Bob's machine talks to Alice's gateway: pins, pairing, and the tokens of devices. */

const alice = new Person();
let gateway: RunningGateway;
const [right, other] = [selfSigned(), selfSigned()];

beforeAll(async () => {
  gateway = await startGateway(alice);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
});

const proxy = (certificateFor: (connection: number) => Certificate) =>
  openTlsProxy({ certificateFor, port: gateway.port });

function healthThrough({ url }: TlsProxy, ...flags: readonly string[]) {
  return alice.types(["health", "--url", url, ...flags], { env: { CLAWDIA_GATEWAY_TOKEN: gateway.token } });
}

test("the right fingerprint opens a gateway whose certificate nobody signed", async () => {
  await using tls = await proxy(() => right);
  const colons = right.fingerprint.toUpperCase().match(/../g)!.join(":");
  const { code, stdout } = await healthThrough(tls, "--tls-fingerprint", colons);
  expect([code, stdout]).toEqual([0, expect.stringContaining("well")]);
});

test("another certificate than the pinned one is refused before anything is sent", async () => {
  await using tls = await proxy(() => other);
  const { code, stdout, stderr } = await healthThrough(tls, "--tls-fingerprint", right.fingerprint);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(`it shows ${other.fingerprint}; nothing was sent to it`);
  expect(tls.received()).toBe("");
});

test("a certificate that changes between the look and the connection is refused before anything is sent", async () => {
  await using tls = await proxy((connection) => (connection === 0 ? right : other));
  const { code, stdout } = await healthThrough(tls, "--tls-fingerprint", right.fingerprint, "--json");
  expect([code, JSON.parse(stdout)]).toEqual([1, { error: expect.objectContaining({ code: "TLS_PIN_MISMATCH" }) }]);
  expect([tls.connections(), tls.received()]).toEqual([2, ""]);
});

test("without a pin a certificate that nobody signed is refused before anything is sent", async () => {
  await using tls = await proxy(() => right);
  const { code, stderr } = await healthThrough(tls);
  expect([code, tls.received()]).toEqual([69, ""]);
  expect(stderr).toContain("self signed certificate");
  expect(stderr).toContain("--tls-fingerprint HEX");
});

test("a chat with another certificate ends instead of trying on", async () => {
  await using tls = await proxy((connection) => (connection === 0 ? right : other));
  const { code, stderr } = await alice.types(["chat", "--url", tls.url, "--tls-fingerprint", right.fingerprint], {
    env: { CLAWDIA_GATEWAY_TOKEN: gateway.token },
    stdin: "hi\n",
  });
  expect([code, stderr, tls.received()]).toEqual([1, expect.stringContaining("its certificate has changed"), ""]);
});

test("the token of one gateway is never offered to another address", async () => {
  await using tls = await proxy(() => right);
  const { code, stderr } = await alice.types(["health", "--url", tls.url, "--tls-fingerprint", right.fingerprint]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("gateway token missing")]);
  expect(stderr).toContain("CLAWDIA_GATEWAY_TOKEN=");
});

test("a device is approved by the command that its refusal names, and then needs no shared token", async () => {
  using bob = new Person();
  const bobs = (...args: readonly string[]) => bob.types([...args, "--url", gateway.url]);
  const env = { CLAWDIA_GATEWAY_TOKEN: gateway.token };
  expect((await bob.types(["health", "--url", gateway.url], { env })).code).toBe(0);
  const tokens = join(bob.stateDir, "identity", "device-tokens.json");
  expect(statSync(tokens).mode & 0o777).toBe(0o600);
  expect(JSON.parse(bob.file("identity", "device-tokens.json"))).toEqual({ [gateway.url]: expect.any(String) });
  expect((await bobs("health")).code).toBe(0);

  const { deviceId } = JSON.parse(bob.file("identity", "device.json")) as { deviceId: string };
  expect((await alice.types(["devices", "revoke", deviceId])).stdout).toContain("no operator any more");
  const ended = await bobs("health");
  expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining("device token mismatch")]);
  expect(JSON.parse(bob.file("identity", "device-tokens.json"))).toEqual({});

  const asking = await bob.types(["health", "--url", gateway.url], { env });
  expect([asking.code, asking.stderr]).toEqual([1, expect.stringContaining("pairing required")]);
  const [, requestId] = /next: on the gateway's machine: clawdia devices approve (\S+)/.exec(asking.stderr)!;
  const listed = await alice.types(["devices", "list"]);
  expect(listed.stdout).toContain("Waiting for approval");
  expect(listed.stdout).toContain(`clawdia devices approve ${requestId!.slice(0, 12)}`);
  expect((await alice.types(["status"])).stdout).toContain("a device waits for approval");
  expect((await alice.types(["devices", "approve", "zzz"])).stderr).toContain("no request starts with zzz");
  expect((await alice.types(["devices", "approve"])).stdout).toContain("may connect now: admin");
  expect((await alice.types(["devices", "approve", "--latest"])).stderr).toContain("no device waits for approval");
  expect((await bob.types(["health", "--url", gateway.url], { env })).code).toBe(0);
  expect((await bobs("health")).code).toBe(0);
});

test("a device is named, its token replaced, and it is forgotten", async () => {
  using bob = new Person();
  const env = { CLAWDIA_GATEWAY_TOKEN: gateway.token };
  const health = () => bob.types(["health", "--url", gateway.url], { env });
  await health();
  const { deviceId } = JSON.parse(bob.file("identity", "device.json")) as { deviceId: string };
  const short = deviceId.slice(0, 12);
  expect((await alice.types(["devices", "rename", short, "Bob's box"])).stdout).toContain('called "Bob\'s box" now');
  expect((await alice.types(["devices"])).stdout).toMatch(
    new RegExp(`^${short} +Bob's box +\\w+ +operator +admin`, "m"),
  );
  const rotated = await alice.asks("devices", "rotate", "Bob's box");
  expect(rotated).toMatchObject({ deviceId, role: "operator", rotatedAtMs: expect.any(Number) });
  expect(rotated).not.toHaveProperty("token");
  expect((await bob.types(["health", "--url", gateway.url])).code).toBe(1);
  const unasked = await alice.types(["devices", "remove", short]);
  expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining("--yes")]);
  expect((await alice.types(["devices", "remove", short, "--yes"])).stdout).toContain("is forgotten");
  expect((await alice.types(["devices", "remove", short, "--yes"])).stderr).toContain("no device fits");
});

test("a waiting device is rejected by the start of its request's id", async () => {
  using bob = new Person();
  const env = { CLAWDIA_GATEWAY_TOKEN: gateway.token };
  await bob.types(["health", "--url", gateway.url], { env });
  const { deviceId } = JSON.parse(bob.file("identity", "device.json")) as { deviceId: string };
  await alice.types(["devices", "revoke", deviceId]);
  const asking = await bob.types(["health", "--url", gateway.url, "--json"], { env });
  const { error } = JSON.parse(asking.stdout) as { error: { code: string; details: { requestId: string } } };
  expect(error.code).toBe("NOT_PAIRED");
  const rejected = await alice.types(["devices", "reject", error.details.requestId.slice(0, 8)]);
  expect([rejected.code, rejected.stdout]).toEqual([0, expect.stringContaining("is rejected")]);
});
