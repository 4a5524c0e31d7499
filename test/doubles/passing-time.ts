import type { FakeClock } from "./fake-clock.ts";

const stepMs = 100;

/** Lets time pass until the work is done: for what waits on the house's own clock, closing above all. */
export async function whileTimePasses<T>(clock: FakeClock, work: PromiseLike<T>): Promise<T> {
  const done = Promise.resolve(work).then(() => true);
  const step = () => clock.advance(stepMs).then(() => false);
  while (!(await Promise.race([done, step()])));
  return work;
}
