import { expect, test } from "bun:test";
import { Lanes } from "../../src/lib/index.ts";

/** Work that says when it starts and ends when it is told to. */
function stage(runningMax: number) {
  const lanes = new Lanes({ runningMax });
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    lanes,
    started,
    enter: (key: string, name: string) =>
      lanes.enter(key, () => {
        started.push(name);
        const { promise, resolve } = Promise.withResolvers<void>();
        ends.set(name, resolve);
        return promise;
      }),
    end: async (name: string) => {
      ends.get(name)!();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test("one piece of work at a time runs in a lane, in the order of arrival", async () => {
  const { enter, started, end } = stage(4);
  for (const name of ["a1", "a2", "a3"]) enter("a", name);
  expect(started).toEqual(["a1"]);
  await end("a1");
  expect(started).toEqual(["a1", "a2"]);
  await end("a2");
  expect(started).toEqual(["a1", "a2", "a3"]);
});

test("lanes run side by side up to the limit", async () => {
  const { enter, started, lanes, end } = stage(2);
  for (const key of ["a", "b", "c"]) enter(key, `${key}1`);
  expect(started).toEqual(["a1", "b1"]);
  expect(lanes.runningCount).toBe(2);
  await end("b1");
  expect(started).toEqual(["a1", "b1", "c1"]);
});

test("a long lane does not keep others waiting", async () => {
  const { enter, started, end } = stage(1);
  for (const name of ["a1", "a2", "a3"]) enter("a", name);
  enter("b", "b1");
  await end("a1");
  await end("b1");
  await end("a2");
  expect(started).toEqual(["a1", "b1", "a2", "a3"]);
});

test("idle means that nothing runs and nothing waits", async () => {
  const { enter, lanes, end } = stage(1);
  await lanes.whenIdle();
  enter("a", "a1");
  enter("a", "a2");
  let isIdle = false;
  const idle = lanes.whenIdle().then(() => (isIdle = true));
  await end("a1");
  expect(isIdle).toBe(false);
  await end("a2");
  await idle;
  expect(lanes.runningCount).toBe(0);
});
