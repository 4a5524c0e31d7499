import { expect, test } from "bun:test";
import { Dispatches } from "../../../src/providers/discord/dispatches.ts";
import type { Dispatched } from "../../../src/providers/discord/gateway.ts";
import { CapturedLog } from "../../doubles/captured-log.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";

/** What the gateway told, on its way into the store. */

interface Stage {
  readonly dispatches: Dispatches;
  readonly clock: FakeClock;
  readonly stored: number[];
  /** Numbers up to which everything was taken, as they were kept. */
  readonly kept: number[];
  fails: (sequence: number) => boolean;
  readonly over: AbortController;
  overflows: number;
}

function stage(): Stage {
  const clock = new FakeClock();
  const over = new AbortController();
  const made: Stage = {
    clock,
    over,
    stored: [],
    kept: [],
    fails: () => false,
    overflows: 0,
    dispatches: new Dispatches({
      clock,
      log: new CapturedLog(clock).log,
      accountId: "main",
      signal: over.signal,
      read: ({ payload: { s } }) => {
        const store = async () => {
          await Promise.resolve();
          if (made.fails(s)) throw new Error("the disk is full");
          made.stored.push(s);
        };
        // Every tenth is none of ours.
        return Promise.resolve(s % 10 === 0 ? undefined : store);
      },
      stored: async () => {
        made.kept.push(made.dispatches.taken);
        await Promise.resolve();
      },
      onOverflow: () => made.overflows++,
    }),
  };
  made.dispatches.began("one", 1);
  return made;
}

const told = (s: number, sessionId = "one") =>
  ({ sessionId, payload: { op: 0, s, t: "X", d: {} } }) as never as Dispatched;

test("everything is stored in order, whenever it comes, also just as the work before it ends", async () => {
  // All the moments between two turns of the event loop.
  for (let moments = 0; moments < 40; moments++) {
    const { dispatches, stored } = stage();
    dispatches.push(told(1));
    for (let moment = 0; moment < moments; moment++) await Promise.resolve();
    dispatches.push(told(2));
    await new Promise((resolve) => setImmediate(resolve));
    expect([moments, stored, dispatches.taken]).toEqual([moments, [1, 2], 2]);
  }
});

test("what could not be stored is tried again, and nothing behind it counts as taken before that", async () => {
  const made = stage();
  const { dispatches, stored, kept, clock } = made;
  made.fails = (s) => s === 2;
  for (const s of [1, 2, 3]) dispatches.push(told(s));
  await clock.advance(2000);
  expect([stored, dispatches.taken, kept]).toEqual([[1, 3], 1, [1]]);
  made.fails = () => false;
  await clock.advance(2000);
  await dispatches.settled();
  expect([stored, dispatches.taken, kept]).toEqual([[1, 3, 2], 3, [1, 3]]);
});

test("what a session tells again is taken once, and another session counts from its own beginning", async () => {
  const { dispatches, stored } = stage();
  for (const s of [1, 2, 1, 2, 3]) dispatches.push(told(s));
  dispatches.began("two", 1);
  dispatches.push(told(1, "two"));
  await dispatches.settled();
  expect([stored, dispatches.taken]).toEqual([[1, 2, 3, 1], 1]);
});

test("nothing is taken after the end, and what waits is bounded", async () => {
  const made = stage();
  const { dispatches, stored, over } = made;
  made.fails = () => true;
  for (let s = 1; s <= 10_001; s++) dispatches.push(told(s));
  expect(made.overflows).toBe(1);
  over.abort();
  await dispatches.settled();
  dispatches.push(told(10_002));
  await dispatches.settled();
  expect(stored).toEqual([]);
});
