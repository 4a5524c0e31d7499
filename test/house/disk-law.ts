import { expect } from "bun:test";
import type { Person } from "../doubles/telegram/person.ts";
import type { Guest } from "../open-house.ts";
import type { DiskGateway } from "./disk-gateway.ts";
import { refusalOf } from "./refusal.ts";

/** What must hold whenever the disk refuses, however it does. */

const stopWithinMs = 1_000;
/** From the moment at which the disk would take writes again. */
const recoverWithinMs = 5_000;
/** Words of a run that is under way when the disk breaks; it takes about two seconds. */
const longWords = 100;

export interface Breakable {
  readonly gateway: DiskGateway;
  readonly reason: RegExp;
  /** Resolves once the disk refuses, and the gateway had to do with it where it cannot see it from outside. */
  readonly strike: (alice: Guest) => Promise<void> | void;
  /** Resolves once the disk would take writes again. */
  readonly mend: () => Promise<void> | void;
}

/** From a gateway that is well over one whose disk refuses to one that is well again, on one process. */
export async function refusesAndRecovers({ gateway, reason, strike, mend }: Breakable): Promise<void> {
  const { telegram } = gateway;
  const [bob, carol] = [telegram.person({ name: "Bob" }), telegram.person({ name: "Carol" })];
  using alice = await gateway.operator();
  await bob.says("m0.");
  await bob.reads(/m0\./);
  expect((await gateway.command("health")).said).toContain("well");
  await alice.call("chat.send", { sessionKey: "long", message: "word ".repeat(longWords), idempotencyKey: "long" });

  await strike(alice);
  expect(await gateway.untilReadiness(new RegExp(`^503 not ready: ${reason.source}$`))).toBeLessThan(stopWithinMs);
  const [first, second] = [await bob.says("m1."), await carol.says("m2.")];
  await refusesRequests(alice, reason);
  await saysWhy(gateway, alice, reason);
  expect(telegram.confirmed).toBeLessThan(first.updateId!);

  await mend();
  expect(await gateway.untilReadiness(/^200 ready$/)).toBeLessThan(recoverWithinMs);
  await Promise.all([bob.reads(/m1\./), carol.reads(/m2\./)]);
  expect(await alice.call("agent.wait", { runId: "long" })).toMatchObject({ runId: "long", status: "ok" });
  await bob.says("m3.");
  await bob.reads(/m3\./);
  expect(telegram.confirmed).toBeGreaterThanOrEqual(second.updateId!);
  await answersOnce(alice, gateway, [
    [bob, "m0."],
    [bob, "m1."],
    [bob, "m3."],
    [carol, "m2."],
  ]);
}

/** Each of the ways in; the same request is taken later, so a client may just try again. */
async function refusesRequests(alice: Guest, reason: RegExp): Promise<void> {
  const calls = [
    alice.call("chat.send", { sessionKey: "main", message: "now?", idempotencyKey: "k1" }),
    alice.call("agent", { message: "now?", idempotencyKey: "k2" }),
    alice.call("send", { to: "5001", message: "now?", channel: "telegram", idempotencyKey: "k3" }),
  ];
  for (const call of calls) {
    const refusal = await refusalOf(call);
    expect(refusal).toMatchObject({ code: "UNAVAILABLE", retryable: true, retryAfterMs: expect.any(Number) });
    expect(refusal.message).toMatch(reason);
  }
}

async function saysWhy(gateway: DiskGateway, alice: Guest, reason: RegExp): Promise<void> {
  const { store } = await alice.call("health", { probe: true });
  expect(store?.reason).toMatch(reason);
  expect((await alice.call("status", {})).gateway.advice[0]).toMatch(reason);
  const health = await gateway.command("health");
  expect([health.code, health.said]).toEqual([1, expect.stringMatching(reason)]);
  expect(health.said).toContain(store!.cure);
  expect((await gateway.command("status")).said).toMatch(reason);
}

async function answersOnce(alice: Guest, { telegram }: DiskGateway, said: readonly [Person, string][]): Promise<void> {
  for (const [person, word] of said) {
    const answers = telegram.messages(person.id).filter(({ isFromBot, text }) => isFromBot && text.includes(word));
    expect([word, answers.length]).toEqual([word, 1]);
  }
  const { messages } = await alice.call("chat.history", { sessionKey: "long" });
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
  expect((await alice.call("deliveries.list", { troubled: true })).deliveries).toEqual([]);
  expect(await alice.call("chat.send", { sessionKey: "main", message: "now?", idempotencyKey: "k1" })).toEqual({
    runId: "k1",
    status: "started",
  });
  expect(await alice.call("agent.wait", { runId: "k1" })).toMatchObject({ status: "ok" });
}
