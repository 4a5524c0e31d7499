import { expect, test } from "bun:test";
import { deadline, nextTurn, unlessAborted } from "../../src/lib/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

test("a deadline aborts when its time is up, and says so", async () => {
  const clock = new FakeClock();
  using limit = deadline(clock, 100, new AbortController().signal);
  await clock.advance(99);
  expect([limit.signal.aborted, limit.isOver]).toEqual([false, false]);
  await clock.advance(1);
  expect([limit.signal.aborted, limit.isOver]).toEqual([true, true]);
  expect(limit.signal.reason).toMatchObject({ name: "TimeoutError" });
});

test("a deadline follows another signal, before and after it began", async () => {
  const clock = new FakeClock();
  const other = new AbortController();
  using limit = deadline(clock, 100, other.signal);
  other.abort("rpc");
  await clock.advance(200);
  expect([limit.signal.reason, limit.isOver]).toEqual(["rpc", false]);
  using late = deadline(clock, 100, other.signal);
  expect([late.signal.reason, late.isOver]).toEqual(["rpc", false]);
});

test("a deadline that is disposed of does not abort any more", async () => {
  const clock = new FakeClock();
  const other = new AbortController();
  const limit = deadline(clock, 100, other.signal);
  limit[Symbol.dispose]();
  await clock.advance(200);
  other.abort("rpc");
  expect(limit.signal.aborted).toBe(false);
});

test("work that is over first keeps its outcome; an abort that is first rejects with its reason", async () => {
  const stop = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), stop.signal)).toBe(1);
  const broken = unlessAborted(Promise.reject(new Error("broken")), stop.signal);
  expect(await broken.catch((error: unknown) => error)).toEqual(new Error("broken"));
  const waiting = unlessAborted(new Promise(() => undefined), stop.signal).catch((error: unknown) => error);
  stop.abort("rpc");
  expect(await waiting).toBe("rpc");
  expect(await unlessAborted(Promise.resolve(1), stop.signal).catch((error: unknown) => error)).toBe("rpc");
});

test("work that fails when nobody waits for it any more is nobody's rejection", async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => void unheard.push(reason);
  process.on("unhandledRejection", hear);
  try {
    const stopped = AbortSignal.abort("rpc");
    const failing = Promise.withResolvers<never>();
    const outcome = unlessAborted(failing.promise, stopped).catch((error: unknown) => error);
    expect(await outcome).toBe("rpc");
    failing.reject(new Error("too late"));
    await nextTurn();
    await nextTurn();
  } finally {
    process.off("unhandledRejection", hear);
  }
  expect(unheard).toEqual([]);
});
