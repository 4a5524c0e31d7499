import { expect, test } from "bun:test";
import { Idempotency, idempotencyLifeMs, type RequestIdentity } from "../../src/idempotency/index.ts";
import { GatewayError } from "../../src/protocol/index.ts";
import { Database } from "../../src/storage/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

const asked: RequestIdentity = { principal: "alice", method: "agent", key: "k1", body: { message: "hi", timeout: 3 } };

function stage() {
  const clock = new FakeClock();
  const database = new Database(":memory:", clock);
  const count = () => database.query<{ n: number }>("SELECT count(*) AS n FROM idempotency").get()!.n;
  return { clock, database, count, idempotency: new Idempotency(database, clock) };
}

const rows: readonly (readonly [name: string, request: Partial<RequestIdentity>, expected: string | undefined])[] = [
  ["the same request", {}, "run-1"],
  ["the same body with its keys in another order", { body: { timeout: 3, message: "hi" } }, "run-1"],
  ["the same body with keys that are not set", { body: { message: "hi", timeout: 3, label: undefined } }, "run-1"],
  ["another key", { key: "k2" }, undefined],
  ["another method", { method: "chat.send" }, undefined],
  ["another principal", { principal: "mallory" }, undefined],
  ["another body", { body: { message: "ho", timeout: 3 } }, "CONFLICT"],
  ["a body with more in it", { body: { message: "hi", timeout: 3, label: "x" } }, "CONFLICT"],
  ["a body with a number as text", { body: { message: "hi", timeout: "3" } }, "CONFLICT"],
  ["a body with a list in another order", { body: { message: "hi", timeout: [1, 3] } }, "CONFLICT"],
];

for (const [name, request, expected] of rows) {
  test(`${name} is ${expected === undefined ? "new" : expected}`, () => {
    const { idempotency } = stage();
    idempotency.remember(asked, "run-1");
    const find = () => idempotency.find({ ...asked, ...request });
    if (expected !== "CONFLICT") return expect(find()).toBe(expected);
    expect(find).toThrow(
      new GatewayError("CONFLICT", "idempotencyKey was used for another agent request; choose a new key"),
    );
  });
}

test("a key is remembered for a day, and no longer", async () => {
  const { clock, idempotency } = stage();
  idempotency.remember(asked, "run-1");
  await clock.advance(idempotencyLifeMs - 1);
  expect(idempotency.find(asked)).toBe("run-1");
  await clock.advance(1);
  expect(idempotency.find(asked)).toBe(undefined);
  idempotency.remember({ ...asked, body: "other" }, "run-2");
  expect(idempotency.find({ ...asked, body: "other" })).toBe("run-2");
});

test("a day is at least 24 hours", () => {
  expect(idempotencyLifeMs).toBeGreaterThanOrEqual(24 * 3_600_000);
});

test("what was accepted in a transaction that failed is not remembered", () => {
  const { database, idempotency } = stage();
  expect(() =>
    database.transaction(() => {
      idempotency.remember(asked, "run-1");
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(idempotency.find(asked)).toBe(undefined);
});

test("expired keys are swept while new ones come in", async () => {
  const { clock, count, idempotency } = stage();
  for (let index = 0; index < 100; index++) idempotency.remember({ ...asked, key: `old${index}` }, "x");
  await clock.advance(idempotencyLifeMs);
  for (let index = 0; index < 4; index++) idempotency.remember({ ...asked, key: `new${index}` }, "x");
  expect(count()).toBe(4);
});
