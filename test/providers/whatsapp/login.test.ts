import { expect, test } from "bun:test";
import type { LoginStep, Records } from "../../../src/providers/index.ts";
import { whatsapp } from "../../../src/providers/whatsapp/index.ts";
import { whatsappAccount } from "../../contracts/whatsapp-stage.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { memoryRecords } from "../../doubles/memory-records.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import { WhatsAppDouble } from "../../doubles/whatsapp/whatsapp-double.ts";
import { linked } from "./linked.ts";

/** A person links the gateway to a phone. */

type OnStep = (step: LoginStep, double: WhatsAppDouble) => string | undefined | Promise<string | undefined>;

interface Setting {
  readonly double: WhatsAppDouble;
  readonly ports?: RecordingPorts;
  readonly records?: Records;
}

async function loginWith({ double, records, ports: given }: Setting, onStep: OnStep) {
  const ports = given ?? new RecordingPorts(new FakeClock(), {}, records);
  const account = whatsappAccount(double);
  const steps: LoginStep[] = [];
  const talk = whatsapp.login!(account, ports);
  const end = await (async () => {
    let turn = await talk.next({});
    while (!turn.done) {
      steps.push(turn.value);
      turn = await talk.next({ value: await onStep(turn.value, double) });
    }
    return turn.value;
  })().catch((error: unknown) => error);
  return { ports, account, steps, end };
}

const byScanning: OnStep = (step, double) => {
  if (step.kind === "qr") double.scan(step.text);
  return step.kind === "ask" ? "qr" : undefined;
};

test("a code is scanned, the device restarts with its keys on disk, and the link is up", async () => {
  await using double = await WhatsAppDouble.start();
  const { ports, account, steps, end } = await loginWith({ double }, byScanning);
  expect(end).toMatchObject({
    self: { id: "+15550001111", handle: "+15550001111" },
    message: expect.stringContaining("Linked to +15550001111."),
  });
  expect(steps.map(({ kind }) => kind)).toEqual(["ask", "qr"]);
  expect(steps[1]).toMatchObject({
    text: expect.stringContaining("#2@"),
    help: expect.stringContaining("Linked devices"),
  });
  expect(whatsapp.configured(account, ports.secrets)).toEqual({ isConfigured: true, source: "login" });
  // The device left keys for those who want to write to it, and its connection is closed: the link opens its own.
  expect(double.device!.preKeys.length).toBeGreaterThan(800);
  await double.until(() => double.device!.connection === undefined);
  await using link = await whatsapp.open(account, ports);
  await ports.told("connected");
  await link.probe(new AbortController().signal);
});

test("a code that nobody scans is followed by a fresh one", async () => {
  await using double = await WhatsAppDouble.start();
  let shown = 0;
  const { steps, end } = await loginWith({ double }, (step) => {
    if (step.kind === "qr" && ++shown === 1) {
      for (const connection of double.relay.connections) double.relay.phones.offer(connection);
      return undefined;
    }
    return byScanning(step, double);
  });
  expect(end).toMatchObject({ self: { id: "+15550001111" } });
  const codes = steps.flatMap((step) => (step.kind === "qr" ? [step.text] : []));
  expect([codes.length, new Set(codes).size]).toEqual([2, 2]);
});

test("a code is typed into the phone instead", async () => {
  await using double = await WhatsAppDouble.start();
  const { steps, end } = await loginWith({ double }, async (step) => {
    if (step.kind === "ask") return "+1 (555) 000-1111";
    const code = step.kind === "wait" ? /Type (\w{4}-\w{4}) into/.exec(step.message)?.[1] : undefined;
    await double.until(() => double.relay.phones.isAskedFor("15550001111"));
    await double.types(code!);
    return undefined;
  });
  expect(end).toMatchObject({ self: { id: "+15550001111" } });
  expect(steps.map(({ kind }) => kind)).toEqual(["ask", "wait"]);
});

test.each([
  ["a word that is neither", "hello", "type qr, or a phone number"],
  ["a number without its country", "0555 000 1111", "with its country code"],
])("%s is refused before anything is sent", async (_, answer, words) => {
  await using double = await WhatsAppDouble.start();
  const { ports, end } = await loginWith({ double }, () => answer);
  expect(end).toMatchObject({ name: "LoginError", message: expect.stringContaining(words) });
  expect(double.contacts).toBe(0);
  expect(ports.secrets.get("linkedDevice")).toBeUndefined();
});

test("a network that is down is said to be down, and nothing is kept", async () => {
  await using double = await WhatsAppDouble.start();
  double.goDown();
  const { ports, end } = await loginWith({ double }, byScanning);
  expect(end).toMatchObject({ name: "LoginError", message: expect.stringContaining("not available") });
  expect(ports.records.list("creds")).toEqual([]);
});

test("a device that the phone refuses at its first login is forgotten", async () => {
  await using double = await WhatsAppDouble.start();
  double.relay.loginFailures.set(double.number, 403);
  const { ports, end } = await loginWith({ double }, byScanning);
  expect(end).toMatchObject({ name: "LoginError", message: expect.stringContaining("refuses the account") });
  expect([ports.records.list("creds"), ports.secrets.get("linkedDevice")]).toEqual([[], undefined]);
});

test("a login that is called off ends, and leaves no connection", async () => {
  await using double = await WhatsAppDouble.start();
  const ports = new RecordingPorts(new FakeClock());
  const talk = whatsapp.login!(whatsappAccount(double), ports);
  await talk.next({});
  expect((await talk.next({ value: "qr" })).value).toMatchObject({ kind: "qr" });
  const end = talk.next({}).catch((error: unknown) => error);
  ports.close();
  expect(await end).toMatchObject({ message: "the account was closed" });
  await double.until(() => double.relay.connections.size === 0);
  expect(ports.records.list("creds")).toEqual([]);
});

test("a phone that was linked before is not asked again while its link holds", async () => {
  const { double, account, records, secrets, link, clock } = await linked();
  await using _ = double;
  await link[Symbol.asyncDispose]();
  const ports = new RecordingPorts(clock, secrets, records);
  const talk = whatsapp.login!(account, ports);
  expect((await talk.next({})).value).toMatchObject({ kind: "wait" });
  expect(await talk.next({})).toMatchObject({ done: true, value: { message: expect.stringContaining("still holds") } });
  double.removeDevice();
  const again = whatsapp.login!(account, ports);
  await again.next({});
  expect((await again.next({})).value).toMatchObject({ kind: "ask" });
  await again.return({ self: { id: "", name: "" }, message: "" });
});

test("a login does not open a second connection beside a link that is open", async () => {
  await using stage = await linked();
  const { account, records, secrets, clock, double } = stage;
  const ports = new RecordingPorts(clock, secrets, records);
  const talk = whatsapp.login!(account, ports);
  await talk.next({});
  const end = await talk.next({}).catch((error: unknown) => error);
  expect(end).toMatchObject({ name: "LoginError", message: expect.stringContaining("has it open") });
  expect(double.device!.connection).toBeDefined();
  await stage.link.probe(new AbortController().signal);
});

test("two logins of one account do not mix their keys", async () => {
  await using double = await WhatsAppDouble.start();
  const ports = new RecordingPorts(new FakeClock());
  const account = whatsappAccount(double);
  const first = whatsapp.login!(account, ports);
  await first.next({});
  const second = await whatsapp.login!(account, ports)
    .next({})
    .catch((error: unknown) => error);
  expect(second).toMatchObject({ name: "LoginError", message: expect.stringContaining("under way") });
  await first.return({ self: { id: "", name: "" }, message: "" });
  expect((await whatsapp.login!(account, ports).next({})).value).toMatchObject({ kind: "ask" });
});

/** A disk that takes its time, and shows what it has only then. */
function slowRecords(): Records {
  const inner = memoryRecords();
  return {
    get: (kind, id) => inner.get(kind, id),
    list: (kind) => inner.list(kind),
    write: async (changes) => {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      await inner.write(changes);
    },
  };
}

test("pairings survive the restart on a slow disk", async () => {
  await using double = await WhatsAppDouble.start();
  const lost: unknown[] = [];
  for (let round = 0; round < 5; round++) {
    const { end, ports, account } = await loginWith({ double, records: slowRecords() }, byScanning);
    const link = await whatsapp.open(account, ports);
    const state = await ports.until(() => ports.states.find(({ kind }) => kind !== "connecting"));
    if (state.kind !== "connected") lost.push(round, end, state);
    await link[Symbol.asyncDispose]();
  }
  expect(lost).toEqual([]);
}, 60_000);
