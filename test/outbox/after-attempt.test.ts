import { expect, test } from "bun:test";
import { afterFailure, afterUnknown, type Rules, isTime, sendAttemptsMax } from "../../src/outbox/after-attempt.ts";
import { DeliveryError, type DeliveryFault } from "../../src/providers/index.ts";

const noJitter = { unit: () => 0 };
const row = { attempts: 0, kind: "message" as const, peer: { kind: "direct" as const, id: "7" } };
const rules = (identity: Rules["identity"], ambiguous: Rules["ambiguous"] = "hold"): Rules => ({ identity, ambiguous });
const fault = (changes: Partial<DeliveryFault> = {}) =>
  new DeliveryError("no", { isCertain: true, isPermanent: false, ...changes });

const failures: readonly (readonly [name: string, error: unknown, rules: Rules, kind: string, delayMs?: number])[] = [
  ["nothing left", fault(), rules("none"), "retry", 1_000],
  ["told to wait", fault({ retryAfterMs: 30_000 }), rules("none"), "retry", 30_000],
  ["told to wait less than we would", fault({ retryAfterMs: 5 }), rules("none"), "retry", 1_000],
  ["refused for good", fault({ isPermanent: true }), rules("idempotent"), "fail"],
  ["no answer, no identity", fault({ isCertain: false }), rules("none"), "hold"],
  ["no answer, one may look", fault({ isCertain: false }), rules("reconcilable"), "reconcile"],
  ["no answer, same id", fault({ isCertain: false }), rules("idempotent"), "retry", 1_000],
  ["no answer, told to resend", fault({ isCertain: false }), rules("none", "resend"), "retry", 1_000],
  ["no answer, resend in direct chats", fault({ isCertain: false }), rules("none", "resend-dm"), "retry", 1_000],
  ["a bug counts as unknown", new TypeError("x"), rules("none"), "hold"],
];

for (const [name, error, rule, kind, delayMs] of failures) {
  test(`after a failed send (${name}): ${kind}`, () => {
    const next = afterFailure(row, error, rule, noJitter);
    expect(next.kind).toBe(kind as typeof next.kind);
    if (delayMs !== undefined) expect(next).toMatchObject({ delayMs });
  });
}

test("a send that is tried too often is given up, or held where it may have arrived", () => {
  const tired = { ...row, attempts: sendAttemptsMax - 1 };
  expect(afterFailure(tired, fault(), rules("none"), noJitter).kind).toBe("fail");
  expect(afterFailure(tired, fault({ isCertain: false }), rules("idempotent"), noJitter).kind).toBe("hold");
});

test("an edit is repeated whatever the network, because it changes nothing twice", () => {
  const edit = { ...row, kind: "edit" as const };
  expect(afterUnknown(edit, "cut", 0, rules("none")).kind).toBe("retry");
  expect(afterFailure(edit, fault({ isCertain: false }), rules("none"), noJitter).kind).toBe("retry");
});

test("resending in direct chats does not resend in groups", () => {
  const group = { ...row, peer: { kind: "group" as const, id: "-1" } };
  expect(afterUnknown(group, "cut", 0, rules("none", "resend-dm")).kind).toBe("hold");
});

const dueTimes: readonly (readonly [name: string, times: Parameters<typeof isTime>[0], due: boolean])[] = [
  ["a new row", { createdAtMs: 1_000, nextAttemptAtMs: 1_000, attemptAtMs: undefined }, true],
  ["a row that backs off", { createdAtMs: 500, nextAttemptAtMs: 1_500, attemptAtMs: 900 }, false],
  ["a row that backed off", { createdAtMs: 500, nextAttemptAtMs: 900, attemptAtMs: 600 }, true],
  ["a new row, and the clock went back", { createdAtMs: 5_000, nextAttemptAtMs: 5_000, attemptAtMs: undefined }, true],
  ["a row that backs off, and the clock went back", { createdAtMs: 500, nextAttemptAtMs: 9e9, attemptAtMs: 8e9 }, true],
];

for (const [name, times, due] of dueTimes) {
  test(`${name}: ${due ? "due" : "not due"}`, () => expect(isTime(times, 1_000)).toBe(due));
}
