import { expect, test } from "bun:test";
import { awayMaxMs, idleMaxMs, stepWaitMs } from "../../src/wizard/wizard.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { LinkedNetwork } from "../doubles/linked-network.ts";
import { rejectionOf } from "../doubles/rejection.ts";
import { SetupGuest } from "../doubles/setup-guest.ts";
import { type Guest, newDevice, openHouse, temporaryFolder } from "../open-house.ts";

/** One setup at a time: whose it is, when it ends, and that nobody is kept out by somebody who went. */

const refusal = async (call: Promise<unknown>) => {
  const { message, shape } = (await rejectionOf(call)) as Error & { shape: { code: string; details?: unknown } };
  return { message, code: shape.code, ...(shape.details !== undefined && { details: shape.details }) };
};
const notFound = { code: "INVALID_REQUEST", message: "wizard not found" };

async function closed(guest: Guest, witness: Guest): Promise<void> {
  guest.client.close();
  // The gateway has heard of it once nobody but the witness is connected.
  for (;;) {
    const { gateway } = await witness.call("status", {});
    if (gateway.connections === 1) return;
  }
}

test("a second setup is refused while the first one's client is there, and says by whom", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  using bob = await house.operator();
  const setup = await SetupGuest.start(alice);
  expect(await refusal(bob.call("wizard.start", {}))).toMatchObject({
    code: "UNAVAILABLE",
    message: "wizard already running",
    details: { by: expect.any(String) },
  });
  expect(await refusal(alice.call("wizard.start", {}))).toMatchObject({ message: "wizard already running" });
  const { sessionId } = setup;
  expect(await refusal(bob.call("wizard.next", { sessionId }))).toEqual(notFound);
  expect(await refusal(bob.call("wizard.cancel", { sessionId }))).toEqual(notFound);
  expect(await alice.call("wizard.status", { sessionId })).toEqual({ status: "running" });
  expect(await alice.call("wizard.overview", {})).toMatchObject({ isRunning: true, isFinished: false });
});

test("a setup that is over is forgotten once its end was read", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const { sessionId } = await SetupGuest.start(alice);
  expect(await alice.call("wizard.cancel", { sessionId })).toEqual({ status: "cancelled" });
  for (const call of [
    alice.call("wizard.status", { sessionId }),
    alice.call("wizard.cancel", { sessionId }),
    alice.call("wizard.next", { sessionId, answer: { stepId: "1" } }),
  ]) {
    expect(await refusal(call)).toEqual(notFound);
  }
  expect((await SetupGuest.start(alice)).step?.type).toBe("note");
});

test("a fault of ours ends the setup with words, takes no answers any more, and lets others begin", async () => {
  using folder = temporaryFolder();
  const linked = new LinkedNetwork();
  linked.isBroken = true;
  await using house = await openHouse({ stateDir: folder.path, providers: [linked.provider] });
  using alice = await house.operator();
  const setup = await SetupGuest.start(alice, { flow: "channels", channel: "telegram" });
  const { sessionId, step } = setup;
  const answer = { stepId: step!.id, value: "qr" };
  // Two answers at once: one of them finds the session over.
  const results = await Promise.allSettled([
    alice.call("wizard.next", { sessionId, answer }),
    alice.call("wizard.next", { sessionId, answer: { ...answer, stepId: "77" } }),
  ]);
  expect(results[0]).toMatchObject({
    status: "fulfilled",
    value: { done: true, status: "error", error: expect.stringContaining("clawdia setup") },
  });
  expect(house.log.text).toContain("wizard.failed");
  expect((await SetupGuest.start(alice)).status).toBe("running");
});

test("an answer to a session that failed while nobody asked is refused as not running", async () => {
  using folder = temporaryFolder();
  const linked = new LinkedNetwork();
  await using house = await openHouse({ stateDir: folder.path, providers: [linked.provider] });
  using alice = await house.operator();
  const setup = await SetupGuest.start(alice, { flow: "channels", channel: "telegram" });
  await setup.answersOnce("qr");
  const { sessionId, step } = setup;
  linked.renewed.reject(new TypeError("the wire melted"));
  while ((await alice.call("wizard.overview", {})).isRunning) expect(house.log.text).not.toContain("wizard.ended");
  const late = alice.call("wizard.next", { sessionId, answer: { stepId: step!.id, value: "@back" } });
  expect(await refusal(late)).toEqual({ code: "INVALID_REQUEST", message: "wizard not running" });
  expect(await alice.call("wizard.status", { sessionId })).toMatchObject({ status: "error" });
  expect(await refusal(alice.call("wizard.status", { sessionId }))).toEqual(notFound);
});

test("whose connection broke goes on at the same step; whoever else begins meanwhile takes the place", async () => {
  await using house = await openHouse();
  using witness = await house.operator();
  const signer = newDevice();
  using alice = await house.operator({ signer });
  const first = await SetupGuest.start(alice);
  await first.answers();
  await closed(alice, witness);
  using again = await house.operator({ signer });
  const second = await SetupGuest.start(again);
  expect([second.sessionId, second.title]).toEqual([first.sessionId, "A model (1 of 4)"]);
  await closed(again, witness);
  const other = await SetupGuest.start(witness);
  expect(other.sessionId).not.toBe(first.sessionId);
  using late = await house.operator({ signer });
  const answer = { stepId: second.step!.id, value: "@skip" };
  expect(await refusal(late.call("wizard.next", { sessionId: first.sessionId, answer }))).toEqual(notFound);
});

test("a setup frees itself after its client went or nobody answered for long; its login ends with it", async () => {
  using folder = temporaryFolder();
  const clock = new FakeClock();
  const linked = new LinkedNetwork();
  await using house = await openHouse({ stateDir: folder.path, providers: [linked.provider], clock });
  using witness = await house.operator();
  using alice = await house.operator();
  await SetupGuest.start(alice, { flow: "channels", channel: "telegram" });
  await closed(alice, witness);
  await clock.advance(awayMaxMs + 60_000);
  expect(await witness.call("wizard.overview", {})).toMatchObject({ isRunning: false });
  await linked.canceled.promise;
  const idle = await SetupGuest.start(witness);
  await clock.advance(idleMaxMs / 2);
  expect(await witness.call("wizard.overview", {})).toMatchObject({ isRunning: true });
  await clock.advance(idleMaxMs);
  expect(await refusal(witness.call("wizard.status", { sessionId: idle.sessionId }))).toEqual(notFound);
});

test("a step that shows what is under way is given again after a while, and what follows it at once", async () => {
  using folder = temporaryFolder();
  const clock = new FakeClock();
  const linked = new LinkedNetwork();
  await using house = await openHouse({ stateDir: folder.path, providers: [linked.provider], clock });
  using alice = await house.operator();
  const { sessionId, step } = await SetupGuest.start(alice, { flow: "channels", channel: "telegram" });
  const asked = alice.call("wizard.next", { sessionId, answer: { stepId: step!.id, value: "qr" } });
  await clock.advance(1_000);
  const { step: code } = await asked;
  expect(code).toMatchObject({ type: "progress", placeholder: "qr", initialValue: "link:1", message: "Scan it" });
  const again = alice.call("wizard.next", { sessionId, answer: { stepId: code!.id } });
  await alice.call("health", {});
  await clock.advance(stepWaitMs);
  expect((await again).step).toEqual(code);
  const next = alice.call("wizard.next", { sessionId });
  await alice.call("health", {});
  linked.renewed.resolve();
  await clock.advance(1_000);
  expect((await next).step).toMatchObject({ type: "progress", initialValue: "link:2" });
  // What was shown before is over: an answer to it leads to what is shown now.
  const late = await alice.call("wizard.next", { sessionId, answer: { stepId: code!.id, value: "@back" } });
  expect(late.step).toMatchObject({ initialValue: "link:2" });
});

test("only who may do everything may set up", async () => {
  await using house = await openHouse();
  using reader = await house.operator({ scopes: ["operator.read", "operator.write"] });
  for (const call of [reader.call("wizard.start", {}), reader.call("wizard.overview", {})]) {
    expect((await refusal(call)).message).toContain("operator.admin");
  }
});
