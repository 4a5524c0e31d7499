import { expect, test } from "bun:test";
import { Client, type ConnectError } from "../../src/client/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { bindAddresses } from "../../src/app/bind.ts";
import { waitingRoomLimits } from "../../src/gateway/waiting-room.ts";
import { realClock } from "../../src/lib/index.ts";
import { wireLimits } from "../../src/protocol/index.ts";
import { connectParams } from "../gateway/greeting.ts";
import { encodeFrame, opcodes, type WireClient } from "../gateway/wire-client.ts";
import { newDevice, ownerToken, temporaryFolder } from "../open-house.ts";
import { afar, LedgerHouse, proxied, refusalIn, turns } from "./ledger-house.ts";

/** Block 1B of the ledger, second half: proxies, keys on the way, frames from strangers, floods. */

const auth = { token: ownerToken };
const forwarding = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Forwarded-Host", "CF-Connecting-IP"];

test("S-25 a proxy that nobody trusts is refused before any credential is looked at", async () => {
  await using house = await LedgerHouse.open();
  for (const name of forwarding) {
    const headers = { [name]: "8.8.8.8" };
    const wire = await house.refuses(() => house.socket({ headers }));
    expect([name, wire.status, wire.body.split(":")[0]]).toEqual([name, 403, "proxy_attribution_required"]);
    const page = await house.refuses(() => house.fetch("/", { headers }));
    expect([name, page.status]).toEqual([name, 403]);
  }
});

test("S-26 a trusted proxy's list is read from the right, and a proxy that says nothing is refused", async () => {
  await using house = await LedgerHouse.open(proxied);
  const { answer } = await house.greet({ signer: newDevice(), auth }, afar("127.0.0.1, 9.9.9.9"));
  expect(refusalIn(answer)).toStartWith("NOT_PAIRED PAIRING_REQUIRED");
  const alice = await house.operator();
  const list = await alice.call("device.pair.list");
  expect(list.payload?.["pending"]).toMatchObject([{ remoteIp: "9.9.9.9" }]);
  const mute = await house.refuses(() => house.socket({ localAddress: "127.0.0.2" }));
  expect(mute.status).toBe(403);
});

test("S-27 a name in a header opens nothing", async () => {
  await using house = await LedgerHouse.open(proxied);
  for (const name of ["Remote-User", "X-Forwarded-User", "X-Auth-Request-Email", "Tailscale-User-Login"]) {
    for (const from of [{ headers: { [name]: "owner" } }, afar("203.0.113.7", { [name]: "owner" })]) {
      const { answer } = await house.refuses(() => house.greet({ signer: newDevice() }, from));
      expect([name, refusalIn(answer)]).toEqual([
        name,
        expect.stringContaining("unauthorized: gateway password missing"),
      ]);
    }
  }
});

test("S-28 a tailnet's name and identity headers open nothing and are not local", async () => {
  await using house = await LedgerHouse.open({ gateway: { allowedHosts: ["x.ts.net"] } });
  const headers = { Host: "x.ts.net", "Tailscale-User-Login": "owner" };
  const { answer } = await house.refuses(() => house.greet({ signer: newDevice() }, { headers }));
  expect(refusalIn(answer)).toContain("unauthorized");
  const withToken = await house.greet({ signer: newDevice(), auth }, { headers });
  expect(refusalIn(withToken.answer)).toStartWith("NOT_PAIRED PAIRING_REQUIRED");
  await using plain = await LedgerHouse.open();
  expect((await plain.refuses(() => plain.socket({ headers }))).status).toBe(421);
});

test("S-29 no header makes a client from afar local, nor a page's name", async () => {
  await using house = await LedgerHouse.open(proxied);
  for (const name of [...forwarding.slice(1), "X-Client-IP", "Host"]) {
    const value = name === "Host" ? "localhost" : "127.0.0.1";
    const client = { id: "clawdia-control-ui", mode: "webchat" };
    const { answer } = await house.greet({ signer: newDevice(), auth, client }, afar("203.0.113.7", { [name]: value }));
    expect([name, refusalIn(answer)]).toEqual([name, "NOT_PAIRED PAIRING_REQUIRED pairing required"]);
  }
  expect(JSON.stringify(house.state())).not.toContain('"devices":[{');
});

test("S-30 a secret that a script made of nothing is refused at start, and no bind goes without one", () => {
  using folder = temporaryFolder();
  const environment = { HOME: folder.path };
  for (const word of ["undefined", "null", "NaN", "[object Object]", "", "  "]) {
    expect(() => loadConfig({ ...environment, CLAWDIA_GATEWAY_TOKEN: word })).toThrow("which no one meant");
    expect(() => loadConfig(environment, { password: word })).toThrow("which no one meant");
  }
  expect(() => bindAddresses("everywhere")).toThrow("bind");
});

test("S-31 a rotated device token ends at once: its sockets are closed and it opens nothing", async () => {
  await using house = await LedgerHouse.open(proxied);
  const signer = newDevice();
  const first = await house.greet({ signer, auth, scopes: ["operator.read"] });
  const { deviceToken } = first.answer.payload!["auth"] as { deviceToken: string };
  house.secrets.push(deviceToken);
  const live = await house.greet({ signer, auth: { deviceToken } }, afar());
  const alice = await house.operator();
  const { deviceId } = signer;
  expect((await alice.call("device.token.rotate", { deviceId, role: "operator" })).ok).toBe(true);
  expect([await first.wire.closed, await live.wire.closed]).toEqual([
    { code: 1008, reason: "device access was revoked" },
    { code: 1008, reason: "device access was revoked" },
  ]);
  const spellings: readonly Record<string, string>[] = [{ deviceToken }, { token: deviceToken }];
  for (const given of spellings) {
    const { answer } = await house.refuses(() => house.greet({ signer, auth: given }, afar()));
    expect(refusalIn(answer)).toContain("MISMATCH unauthorized");
  }
});

test("S-33 a captured greeting is of no use on another socket", async () => {
  await using house = await LedgerHouse.open(proxied);
  const signer = newDevice();
  for (const from of [{}, afar()]) {
    const victim = await house.socket(from);
    const params = await connectParams({ signer, auth }, await victim.challenge());
    const thief = await house.socket(from);
    const captured = await house.refuses(async () => {
      thief.request("1", "connect", params);
      return thief.response("1");
    });
    expect(refusalIn(captured)).toContain("DEVICE_AUTH_NONCE_MISMATCH");
  }
  const { answer } = await house.refuses(() => house.greet({ signer: newDevice(), auth, text: 1 }, afar()));
  expect(refusalIn(answer)).toContain("DEVICE_AUTH_NONCE_REQUIRED");
});

test("S-34 a node that comes back as another platform is looked at again", async () => {
  await using house = await LedgerHouse.open(proxied);
  const signer = newDevice();
  const as = (platform: string) => ({ signer, auth, role: "node", client: { platform } });
  expect((await house.greet(as("iOS 18.1"))).answer.ok).toBe(true);
  expect((await house.greet(as("ios 18.2"), afar())).answer.ok).toBe(true);
  const { answer } = await house.greet(as("linux"), afar());
  expect(answer.error?.details).toMatchObject({ code: "PAIRING_REQUIRED", reason: "metadata-upgrade" });
});

test("S-35 a stranger's frame above 64 KiB is not read", async () => {
  await using house = await LedgerHouse.open();
  const wire = await house.socket();
  await wire.challenge();
  const closing = await house.refuses(async () => {
    wire.sendText(`{"type":"req","id":"${"x".repeat(wireLimits.greetingBytesMax)}"`);
    return wire.closed;
  });
  expect(closing.code).toBe(1009);
});

// Three hundred sockets, and the time that silent ones are given.
test("S-36 while hundreds of sockets stay silent a good client is in within 250 ms", async () => {
  await using house = await LedgerHouse.open();
  const { pendingMax, pendingPerAddressMax } = waitingRoomLimits;
  const silent: Promise<WireClient>[] = [];
  for (let index = 0; index < 320; index++) {
    silent.push(house.socket({ localAddress: `127.0.0.${10 + (index % 40)}` }));
    if (index % 40 === 39) await turns();
  }
  const arrived = (await Promise.all(silent.slice(0, pendingMax))).filter(({ isUp }) => isUp);
  expect(arrived.length).toBeGreaterThan(pendingPerAddressMax);
  const times: number[] = [];
  for (const localAddress of ["127.0.0.1", "127.0.0.10", "127.0.0.5"]) {
    const startedAtMs = realClock.elapsedMs();
    const { answer, wire } = await house.greet({ auth }, { localAddress });
    expect(answer.ok).toBe(true);
    times.push(realClock.elapsedMs() - startedAtMs);
    wire[Symbol.dispose]();
  }
  expect(Math.min(...times)).toBeLessThan(250);
});

test("S-36 a silent socket is closed after ten seconds", async () => {
  await using house = await LedgerHouse.openTimed();
  const wires = await Promise.all(
    Array.from({ length: 32 }, (_, index) => house.socket({ localAddress: `127.0.0.${10 + (index % 8)}` })),
  );
  await house.clock.advance(wireLimits.handshakeMs);
  const closings = await Promise.all(wires.map(({ closed }) => closed));
  expect(closings.filter(({ code }) => code === 1000)).toHaveLength(32);
});

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const manyKeys = (count: number) => `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join(",")}}`;
const request = (params: string, more = "") => `{"type":"req","id":"h","method":"health","params":${params}${more}}`;

const hostile: readonly (readonly [name: string, text: string, problem: RegExp])[] = [
  ["arrays ten thousand deep", request(`{"a":${deep(10_000)}}`), /nested deeper than 64 levels/],
  ["a million keys", request(manyKeys(1_000_000)), /more than 100000 keys/],
  ["a key that stands twice", request('{"probe":true,"probe":false}'), /the same key stands twice/],
  ["an id that stands twice", request("{}", ',"id":"z"'), /the same key stands twice/],
  ["a lone surrogate in a value", request('{"a":"\\ud800"}'), /lone surrogate/],
  ["a lone surrogate in a key", request('{"\\udfff":1}'), /lone surrogate/],
  ["a lone surrogate as id", '{"type":"req","id":"\\ud800","method":"health"}', /lone surrogate/],
];
for (const [name, text, problem] of hostile) {
  test(`S-37 ${name}: refused, and the connection goes on`, async () => {
    await using house = await LedgerHouse.open();
    const alice = await house.operator();
    alice.sendText(text);
    const { error } = await alice.next((frame) => frame.type === "res" && frame.id !== "hello");
    expect([error?.code, problem.test(error?.message ?? "")]).toEqual(["INVALID_REQUEST", true]);
    expect((await alice.call("health")).ok).toBe(true);
  });
}

test("S-37 a frame above the limit closes with 1009", async () => {
  await using house = await LedgerHouse.open();
  const alice = await house.operator();
  const body = Buffer.alloc(wireLimits.frameBytesMax + 1, " ");
  alice.write(encodeFrame(opcodes.text, body));
  expect((await alice.closed).code).toBe(1009);
});

test("S-38 a client that goes on with what it may not is closed with 1008, and the others are served", async () => {
  await using house = await LedgerHouse.open();
  const mallory = await house.operator(["operator.read"]);
  const alice = await house.operator();
  const frame = encodeFrame(opcodes.text, JSON.stringify({ type: "req", id: "x", method: "config.get" }));
  const closing = await house.refuses(
    async () => {
      mallory.write(Buffer.concat(Array.from({ length: 10_000 }, () => frame)));
      return mallory.closed;
    },
    { lines: wireLimits.refusalsMax + 2 },
  );
  expect(closing).toEqual({ code: 1008, reason: "too many refused requests" });
  expect(mallory.frames.filter(({ id }) => id === "x")).toHaveLength(wireLimits.refusalsMax);
  expect((await alice.call("health")).ok).toBe(true);
});

test("S-39 our client gives no credential to an address that is not encrypted", async () => {
  const urls = [
    "ws://10.0.0.1:18789",
    "ws://127.evil.com",
    "ws://127.0.0.1.evil.example",
    "ws://example.org",
    "http://127.0.0.1",
  ];
  for (const url of urls) {
    let opened = 0;
    const attempt = Client.connect({
      url,
      clock: realClock,
      identity: { id: "test", mode: "test", version: "1", platform: "linux" },
      credentials: auth,
      openSocket: () => {
        opened++;
        throw new Error("a socket was opened");
      },
    });
    const error = await attempt.catch((caught: unknown) => caught as ConnectError);
    expect([url, opened, error instanceof Error && error.message.includes(ownerToken)]).toEqual([url, 0, false]);
  }
});
