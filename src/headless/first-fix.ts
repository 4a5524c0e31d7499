import { type Clock, slept } from "../lib/index.ts";
import { failed, NodeFailure } from "./failure.ts";
import type { Fix } from "./fixes.ts";
import type { GeoClueOrder } from "./geoclue.ts";

/** Somebody who may know the place; undefined: it does not know it now. */
export type Ask = (order: GeoClueOrder) => Promise<Fix | undefined>;

/** How long the one before is waited for before the next is asked, too. A receiver with a fix answers at once. */
export const patienceMs = 1_500;

/**
 * The first place that one of them tells, in their order: the next is asked when the one before does not know it, or
 * says nothing for a while, so that a receiver without a view of the sky does not use up the time. Throws a
 * NodeFailure when nobody knows.
 */
export async function firstFix(asks: readonly Ask[], order: GeoClueOrder, clock: Clock): Promise<Fix> {
  const over = new AbortController();
  const signal = AbortSignal.any([order.signal, over.signal]);
  let turn: Promise<unknown> = Promise.resolve();
  const tries = asks.map((ask) => {
    const before = turn;
    const told = before.then(async () => {
      signal.throwIfAborted();
      const fix = await ask({ ...order, signal });
      if (!fix) throw new Error("no fix");
      return fix;
    });
    const isLate = before.then(() => slept(clock, patienceMs, signal));
    turn = Promise.race([told.catch(() => undefined), isLate]);
    return told;
  });
  try {
    return await Promise.any(tries);
  } catch (error) {
    order.signal.throwIfAborted();
    throw nobodyKnows(error instanceof AggregateError ? error.errors : [error]);
  } finally {
    over.abort();
  }
}

function nobodyKnows(problems: readonly unknown[]): unknown {
  const [only] = problems;
  if (problems.length === 1 && only instanceof NodeFailure) return only;
  const words = problems.map((problem) => (problem instanceof Error ? problem.message : String(problem)));
  return failed("LOCATION_UNAVAILABLE", `nobody knows the place: ${words.join("; ")}`);
}
