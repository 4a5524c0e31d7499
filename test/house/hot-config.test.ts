import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { realClock, setJson5 } from "../../src/lib/index.ts";
import { rejectionOf } from "../doubles/rejection.ts";
import { type Guest, newDevice, type OpenHouse, openHouse, ownerToken, temporaryFolder } from "../open-house.ts";
import { note, open as openTimed, states, turn } from "./cron-house.ts";
import { freePort } from "./free-port.ts";
import { openTimedHouse } from "./timed-house.ts";

/** Settings that a person would expect a restart for, on a gateway that goes on. */

/** Nothing is announced in the network. */
const quiet = '{ discovery: { mdns: { mode: "off" } } }';

async function set(guest: Guest, path: string, value: unknown, more: { restartDelayMs?: number } = {}) {
  const { raw, hash } = await guest.call("config.get", {});
  const source = setJson5(raw ?? quiet, path.split("."), value);
  return guest.call("config.apply", { raw: source, ...(raw !== null && { baseHash: hash! }), ...more });
}

/** Resolves with the code and the reason when the guest is let go. */
function gone(guest: Guest): Promise<{ code: number; reason: string }> {
  return guest.client.closed.then(({ code, reason }) => ({ code, reason }));
}

const withToken = (house: OpenHouse, token: string) => house.connect({ credentials: { token }, signer: newDevice() });

test("S-31 a token that was changed opens nothing more, and ends what it had opened; others stay", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await set(alice, "gateway.auth.token", "the-first-token-of-three-123456");
  using bob = await withToken(house, "the-first-token-of-three-123456");
  const bobIsGone = gone(bob);
  const asked = () =>
    fetch(`${house.httpUrl}/metrics`, { headers: { authorization: "Bearer the-first-token-of-three-123456" } });
  expect((await asked()).status).toBe(200);
  const changed = await set(alice, "gateway.auth.token", "the-second-token-of-three-12345");
  expect(changed).toMatchObject({
    felt: ["1 client of a credential that was changed come back with the new one"],
    restart: { ok: true },
    needsRestart: [],
  });
  expect(await bobIsGone).toEqual({ code: 1008, reason: "the credential that opened this connection was changed" });
  expect((await asked()).status).toBe(401);
  expect(String(await rejectionOf(withToken(house, "the-first-token-of-three-123456")))).toContain("mismatch");
  using carol = await withToken(house, "the-second-token-of-three-12345");
  expect(await carol.call("health", {})).toMatchObject({ ok: true });
  expect(await alice.call("health", {})).toMatchObject({ ok: true });
});

test("who changes the token that let it in still gets the answer", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await set(alice, "gateway.auth.token", "the-first-token-of-three-123456");
  using bob = await withToken(house, "the-first-token-of-three-123456");
  const bobIsGone = gone(bob);
  expect(await set(bob, "gateway.auth", {})).toMatchObject({ ok: true, restart: { ok: true } });
  expect((await bobIsGone).code).toBe(1008);
});

test("a password opens from the moment on in which it is set, and hooks may not have a gateway's secret", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await set(alice, "gateway.auth.password", "correct horse battery");
  const approach = { credentials: { password: "correct horse battery" }, signer: newDevice() };
  using bob = await house.connect(approach);
  expect(await bob.call("health", {})).toMatchObject({ ok: true });
  const hooks = (token?: string) => set(alice, "hooks", { enabled: true, ...(token !== undefined && { token }) });
  expect(String(await rejectionOf(hooks()))).toContain("hooks are enabled without a token");
  for (const token of ["correct horse battery", ownerToken])
    expect(String(await rejectionOf(hooks(token)))).toContain("hooks.token is the gateway's own token");
});

test("the gateway moves to another port: the new one answers first, and clients of the old one are told", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  const port = freePort();
  const aliceIsGone = gone(alice);
  const applied = await set(alice, "gateway.port", port, { restartDelayMs: 150 });
  expect(applied).toMatchObject({
    needsRestart: [],
    felt: [`the gateway moved to ws://127.0.0.1:${port}: 1 client of its old address come back there`],
    restart: { ok: true, delayMs: 150, reason: expect.stringContaining("moved to") },
  });
  expect(house.house.gateway.port).toBe(port);
  await alice.until(({ event }) => event === "shutdown");
  expect(alice.payloads("shutdown")).toEqual([
    { reason: `the gateway moved to ws://127.0.0.1:${port}`, restartExpectedMs: 1_500 },
  ]);
  // Until it is over, the old connection works.
  expect(await alice.call("health", {})).toMatchObject({ ok: true });
  expect(await aliceIsGone).toEqual({ code: 1012, reason: `the gateway moved to ws://127.0.0.1:${port}` });
  using again = await house.connect({
    credentials: { token: ownerToken },
    signer: newDevice(),
    url: `ws://127.0.0.1:${port}`,
  });
  expect(await again.call("health", {})).toMatchObject({ ok: true });
  expect(await refuses(house.port)).toBe(true);
});

test("a port that somebody has is refused by name, and all stays as it was", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  using taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  for (const path of ["gateway.port", "canvasHost.port"])
    expect(String(await rejectionOf(set(alice, path, taken.port)))).toContain(`${path} ${taken.port} cannot be`);
  expect(house.house.gateway.port).toBe(house.port);
  using bob = await house.operator();
  expect(await bob.call("health", {})).toMatchObject({ ok: true });
});

test("more addresses on the same port disturb nobody, and fewer only those who came by the others", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await set(alice, "gateway.port", freePort(), { restartDelayMs: 0 });
  await gone(alice);
  const { port } = house.house.gateway;
  const url = `ws://127.0.0.1:${port}`;
  using bob = await house.connect({ credentials: { token: ownerToken }, signer: newDevice(), url });
  expect(await set(bob, "gateway.bind", "lan", { restartDelayMs: 0 })).toMatchObject({
    felt: [],
    restart: { ok: false },
  });
  expect(house.house.gateway.listening.addresses).toEqual(["0.0.0.0"]);
  expect(await bob.call("health", {})).toMatchObject({ ok: true });
  using carol = await house.connect({ credentials: { token: ownerToken }, signer: newDevice(), url });
  const carolIsGone = gone(carol);
  const narrow = await set(bob, "gateway.bind", "loopback", { restartDelayMs: 0 });
  expect(narrow).toMatchObject({ felt: [expect.stringContaining("1 client of its old address")] });
  expect((await carolIsGone).code).toBe(1012);
  expect(await bob.call("health", {})).toMatchObject({ ok: true });
});

test("TLS is switched on where the gateway is: who speaks plainly is told, and comes back encrypted", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await set(alice, "gateway.port", freePort(), { restartDelayMs: 0 });
  await gone(alice);
  const { port } = house.house.gateway;
  const url = `ws://127.0.0.1:${port}`;
  using bob = await house.connect({ credentials: { token: ownerToken }, signer: newDevice(), url });
  const bobIsGone = gone(bob);
  const bad = await rejectionOf(set(bob, "gateway.tls", { enabled: true, certPath: "/no/such", keyPath: "/no/such" }));
  expect(String(bad)).toContain("/no/such cannot be read (ENOENT)");
  await set(bob, "gateway.tls", { enabled: true }, { restartDelayMs: 0 });
  expect(await bobIsGone).toEqual({ code: 1012, reason: `the gateway moved to wss://127.0.0.1:${port}` });
  const secure = await fetch(`https://127.0.0.1:${port}/healthz`, { tls: { rejectUnauthorized: false } });
  expect([secure.status, house.house.gateway.port]).toEqual([200, port]);
});

test("jobs stop, begin again and change their zone as the config says, and what passed is made up for", async () => {
  using folder = temporaryFolder();
  await using house = await openTimed({ stateDir: folder.path, cron: { timeZone: "Europe/Berlin" } });
  using alice = await house.operator();
  const nine = { name: "nine", schedule: { kind: "cron" as const, expr: "0 9 * * *" } };
  const job = await alice.call("cron.add", note(60_000, nine));
  const { state: planned } = (await alice.call("cron.list", {})).jobs[0]!;
  await set(alice, "cron.timeZone", "Asia/Tokyo");
  const { state: moved } = (await alice.call("cron.list", {})).jobs[0]!;
  expect(Math.abs(planned.nextRunAtMs! - moved.nextRunAtMs!) % 3_600_000).toBe(0);
  expect(hourIn("Asia/Tokyo", moved.nextRunAtMs!)).toBe(9);
  expect(hourIn("Europe/Berlin", planned.nextRunAtMs!)).toBe(9);
  await alice.call("cron.remove", { id: job.id });
  const every = await alice.call("cron.add", turn(60_000));
  await set(alice, "cron.enabled", false);
  await house.pass(180_000, alice);
  expect([await states(alice, every.id), (await alice.call("cron.status", {})).enabled]).toEqual([[], false]);
  await set(alice, "cron.enabled", true);
  await house.pass(1_000, alice);
  expect((await states(alice, every.id)).length).toBeGreaterThan(0);
});

test("heartbeats come as often as the config says from now on, and to whom it says", async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "workspace"), { recursive: true });
  await using house = await openTimedHouse({ stateDir: folder.path, heartbeat: { every: "0m" } });
  using alice = await house.operator();
  const count = () => alice.payloads("heartbeat").length;
  /** The next one comes after so long, and not sooner. */
  const comesAfter = async (ms: number) => {
    const before = count();
    await house.pass(ms - 100, alice);
    expect(count()).toBe(before);
    await house.pass(100, alice);
    await alice.until(() => count() > before);
  };
  await house.pass(30_000, alice);
  expect(count()).toBe(0);
  await set(alice, "heartbeat.every", "10s");
  await comesAfter(10_000);
  await comesAfter(10_000);
  await set(alice, "heartbeat.every", "5s");
  await comesAfter(5_000);
  await set(alice, "heartbeat.every", "0m");
  await house.pass(60_000, alice);
  expect(count()).toBe(3);
});

test("the canvas goes to another folder and port, off and on again; open pages are told", async () => {
  using folder = temporaryFolder();
  using pages = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  const { gateway } = house.house;
  expect(await page(gateway.sidePort)).not.toContain("another folder");
  writeFileSync(join(pages.path, "index.html"), "<p>another folder</p>");
  const told: { type: string; from?: number; to?: number }[] = [];
  const before = gateway.sidePort!;
  const socket = new WebSocket(`ws://127.0.0.1:${before}/__openclaw__/ws`);
  const ended = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
  });
  const shown = Promise.withResolvers<void>();
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data)) as (typeof told)[number];
    told.push(message);
    if (message.type === "show") shown.resolve();
  });
  await shown.promise;
  await set(alice, "canvasHost.root", pages.path);
  expect(await page(before)).toContain("another folder");
  const port = freePort();
  const state = { restartDelayMs: 0 };
  expect(await set(alice, "canvasHost.port", port, state)).toMatchObject({ felt: [], needsRestart: [] });
  expect([gateway.sidePort, await page(port)]).toEqual([port, expect.stringContaining("another folder")]);
  await ended;
  expect(told.filter(({ type }) => type === "changed" || type === "moved")).toEqual([
    { type: "changed", paths: [] } as never,
    { type: "moved", from: before, to: port },
  ]);
  await set(alice, "canvasHost.enabled", false, state);
  expect([gateway.sidePort, await eventually(() => refuses(port))]).toEqual([undefined, true]);
  await set(alice, "canvasHost.enabled", true, state);
  expect(await page(port)).toContain("another folder");
  const refusal = await rejectionOf(set(alice, "canvasHost.root", folder.path));
  expect(String(refusal)).toContain("holds the gateway's own files");
  expect(readFileSync(join(folder.path, "clawdia.json"), "utf8")).toContain(pages.path);
});

test("where a service manager starts the gateway again, what holds from then on restarts it, once", async () => {
  using folder = temporaryFolder();
  const asked: [string, number][] = [];
  const restart = (reason: string, delayMs: number) => (asked.push([reason, delayMs]), 30_000);
  await using house = await openHouse({ stateDir: folder.path, restart });
  using alice = await house.operator();
  const words = { sessionKey: "main", note: "a new name for the main session" };
  const { raw, hash } = await alice.call("config.get", {});
  const source = setJson5(raw ?? quiet, ["session", "mainKey"], "home");
  const applied = await alice.call("config.apply", { raw: source, ...(raw !== null && { baseHash: hash! }), ...words });
  expect(applied.restart).toMatchObject({ ok: true, delayMs: 30_000, reason: "needs a restart: session.mainKey" });
  expect(asked).toEqual([["needs a restart: session.mainKey", 2_000]]);
  expect((await alice.call("status", {})).queuedSystemEvents).toEqual([
    expect.stringContaining("The config was changed (session.mainKey): a new name for the main session"),
  ]);
});

test("jobs and doors go by the agents and switches of the moment", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await set(alice, "agents.list", [{ id: "work", name: "Worker" }]);
  await set(alice, "gateway.http.metrics.enabled", false);
  expect((await fetch(`${house.httpUrl}/metrics`)).status).toBe(404);
  const added = await alice.call("cron.add", turn(60_000));
  await alice.call("cron.run", { id: added.id, mode: "force" });
  expect(house.engine.turns.map(({ agentId }) => agentId)).toEqual(["work"]);
});

function page(port: number | undefined): Promise<string> {
  return fetch(`http://127.0.0.1:${port}/__openclaw__/canvas/`).then((response) => response.text());
}

async function refuses(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => false,
    () => true,
  );
}

/** What is ended after its last answers is not yet gone when the reply is here. */
async function eventually(look: () => Promise<boolean>): Promise<boolean> {
  for (let time = 0; time < 100; time++) {
    if (await look()) return true;
    await realClock.sleep(20);
  }
  return false;
}

function hourIn(timeZone: string, atMs: number): number {
  return Number(new Intl.DateTimeFormat("en-GB", { timeZone, hour: "numeric", hour12: false }).format(atMs));
}
