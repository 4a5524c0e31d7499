import { expect, test } from "bun:test";
import type { SessionKey } from "../../src/sessions/index.ts";
import { SystemEvents, systemEventsMax } from "../../src/sessions/system-events.ts";

const key = (name: string) => `agent:main:${name}` as SessionKey;

test("notices wait in their order and are taken once", () => {
  const events = new SystemEvents();
  events.add(key("a"), "one");
  events.add(key("a"), "two");
  events.add(key("b"), "other");
  expect(events.list(key("a"))).toEqual(["one", "two"]);
  expect([events.take(key("a")), events.take(key("a")), events.take(key("b"))]).toEqual([
    ["one", "two"],
    [],
    ["other"],
  ]);
});

test("the same notice twice in a row is one", () => {
  const events = new SystemEvents();
  for (const text of ["a", "a", "b", "a"]) events.add(key("x"), text);
  expect(events.list(key("x"))).toEqual(["a", "b", "a"]);
});

test("of too many notices the oldest go", () => {
  const events = new SystemEvents();
  for (let count = 0; count < systemEventsMax + 5; count++) events.add(key("x"), `n${count}`);
  expect(events.list(key("x"))).toHaveLength(systemEventsMax);
  expect(events.list(key("x"))[0]).toBe("n5");
});

test("sessions with notices are bounded, the oldest go", () => {
  const events = new SystemEvents();
  for (let count = 0; count < 300; count++) events.add(key(`s${count}`), "n");
  expect([events.list(key("s0")), events.list(key("s299"))]).toEqual([[], ["n"]]);
});
