import { expect, test } from "bun:test";
import { whatsapp } from "../../../src/providers/whatsapp/index.ts";
import { closingOf } from "../../../src/providers/whatsapp/failures.ts";
import { Keyring } from "../../../src/providers/whatsapp/keyring.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import { linked, never, outbound, said } from "./linked.ts";

/** How a connection ends, and what becomes of the account then. */

const finals = [402, 403, 405, 406, 409, 411, 440] as const;
const passing = [408, 428, 500, 503, 599] as const;

test.each(finals)("the end with code %d is for a person to mend, and nothing is tried after it", async (code) => {
  await using stage = await linked();
  const { double, ports, clock } = stage;
  double.streamError(code);
  const { reason, cure } = await ports.told("logged-out");
  expect([reason.length > 20, cure]).toEqual([true, "clawdia providers add whatsapp"]);
  const { contacts } = double;
  await clock.advance(10 * 60_000);
  expect(double.contacts).toBe(contacts);
  expect(ports.kinds).toEqual(["connecting", "connected", "logged-out"]);
  // The keys may be good for longer than the trouble lasts.
  expect(Keyring.kept(ports.records)).toBeDefined();
});

test.each(passing)("the end with code %d passes, and another link connects with the same keys", async (code) => {
  await using stage = await linked();
  const { double, ports } = stage;
  double.streamError(code);
  expect((await ports.told("lost")).reason).not.toBe("");
  await stage.link[Symbol.asyncDispose]();
  await using again = await stage.reopen();
  await again.ports.told("connected");
});

test("a device that the phone removed loses its keys", async () => {
  await using stage = await linked();
  const { double, ports, account } = stage;
  double.removeDevice();
  expect(await ports.told("logged-out")).toMatchObject({ cure: "clawdia providers add whatsapp" });
  expect(Keyring.kept(ports.records)).toBeUndefined();
  expect(ports.records.list("key:session")).toEqual([]);
  expect(whatsapp.configured(account, ports.secrets)).toEqual({ isConfigured: false });
});

test.each([
  [401, "logged-out"],
  [403, "logged-out"],
  [405, "logged-out"],
  [503, "lost"],
])("a login that is refused with %d leaves the account %s", async (code, kind) => {
  await using stage = await linked();
  await stage.link[Symbol.asyncDispose]();
  stage.double.relay.loginFailures.set(stage.double.number, code);
  await using again = await stage.reopen();
  await again.ports.until(() => again.ports.kinds.length > 1);
  expect<readonly string[]>(again.ports.kinds).toEqual(["connecting", kind]);
});

test("a restart that the server asks for happens at once, once, and with one connection at a time", async () => {
  await using stage = await linked();
  const { double, ports, link } = stage;
  const first = double.device!.connection;
  double.streamError(515);
  await double.until(() => double.device!.connection !== undefined && double.device!.connection !== first);
  await link.probe(never);
  expect(ports.kinds).toEqual(["connecting", "connected"]);
  expect([...double.relay.connections].filter(({ device }) => device === double.device).length).toBe(1);
  await ports.heard(await stage.bob.says("after the restart"));
  double.streamError(515);
  await ports.told("lost");
});

test("no sequence of ends makes a link try by itself more than once", async () => {
  await using stage = await linked();
  const { double, clock } = stage;
  await stage.link[Symbol.asyncDispose]();
  let tries = 0;
  for (const code of [515, 503, 515, 515, 428, 515, 500, 515, 408, 515]) {
    const before = double.contacts;
    await using opened = await stage.reopen();
    const state = await opened.ports.until(() => opened.ports.states.find(({ kind }) => kind !== "connecting"));
    expect(state.kind).toBe("connected");
    double.streamError(code);
    if (code === 515) {
      await double.until(() => double.device!.connection !== undefined);
      double.streamError(515);
    }
    await opened.ports.told("lost");
    const settled = double.contacts;
    await clock.advance(5 * 60_000);
    expect(double.contacts).toBe(settled);
    tries += settled > before ? 1 : 0;
  }
  expect(tries).toBe(10);
});

test("another gateway that uses the session is told from the phone's removal, and nobody fights", async () => {
  await using stage = await linked();
  const { double, ports } = stage;
  // A copy of the state folder on another machine, whose lock this one cannot see.
  double.device!.connection!.streamError(undefined, "replaced");
  const { reason } = await ports.told("logged-out");
  expect(reason).toContain("another program uses this linked device");
});

test("a second gateway of this machine keeps out of the session, and takes over when the first ends", async () => {
  await using stage = await linked();
  await using second = await stage.reopen();
  const { reason, retryAfterMs } = await second.ports.told("lost");
  expect([reason, retryAfterMs]).toEqual([
    `another gateway on this machine uses this WhatsApp session (process ${process.pid}): stop it`,
    30_000,
  ]);
  expect([...stage.double.relay.connections].filter(({ device }) => device === stage.double.device).length).toBe(1);
  await stage.link[Symbol.asyncDispose]();
  await using third = await stage.reopen();
  await third.ports.told("connected");
});

test("a connection that is deaf is found by asking, and closing it does not wait for it", async () => {
  await using stage = await linked();
  const { double, link } = stage;
  double.device!.connection!.freeze();
  const asked = link.probe(AbortSignal.timeout(50)).catch((error: unknown) => error);
  expect(await asked).toMatchObject({ name: "TimeoutError" });
  await link[Symbol.asyncDispose]();
});

test("keys that cannot be written end the link; what came is not acknowledged, and comes again", async () => {
  await using stage = await linked();
  await stage.link[Symbol.asyncDispose]();
  const { records, secrets, clock, account, double, bob } = stage;
  let isFull = false;
  const ports = new RecordingPorts(clock, secrets, {
    get: (kind, id) => records.get(kind, id),
    list: (kind) => records.list(kind),
    write: (changes) => (isFull ? Promise.reject(new Error("the disk is full")) : records.write(changes)),
  });
  await using link = await whatsapp.open(account, ports);
  await ports.told("connected");
  isFull = true;
  const unsent = link.send(outbound("+15557654321", { text: said("no") }), never).catch((error: unknown) => error);
  expect(await unsent).toMatchObject({ name: "DeliveryError", isCertain: true, isPermanent: false });
  const id = await bob.says("into the void");
  expect((await ports.told("lost")).reason).toContain("disk");
  expect(double.receipts(undefined, "inactive")).not.toContain(id);
  isFull = false;
  await link[Symbol.asyncDispose]();
  await using again = await stage.reopen();
  expect((await again.ports.heard(id)).text).toBe("into the void");
  await double.until(() => double.receipts(undefined, "inactive").includes(id));
});

test("an end without a code passes", () => {
  expect(closingOf(undefined)).toMatchObject({ kind: "ended", state: { kind: "lost" } });
});
