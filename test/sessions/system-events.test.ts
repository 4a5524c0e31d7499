import { expect, test } from "bun:test";
import { join } from "node:path";
import type { SessionKey } from "../../src/sessions/index.ts";
import { SystemEvents, systemEventsMax } from "../../src/sessions/system-events.ts";
import { Database } from "../../src/storage/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { temporaryFolder } from "../open-house.ts";

const key = (name: string) => `agent:main:${name}` as SessionKey;

test("notices wait in their order and are taken once", () => {
  const events = opened();
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
  const events = opened();
  for (const text of ["a", "a", "b", "a"]) events.add(key("x"), text);
  expect(events.list(key("x"))).toEqual(["a", "b", "a"]);
});

test("of too many notices the oldest go", () => {
  const events = opened();
  for (let count = 0; count < systemEventsMax + 5; count++) events.add(key("x"), `n${count}`);
  expect(events.list(key("x"))).toHaveLength(systemEventsMax);
  expect(events.list(key("x"))[0]).toBe("n5");
});

test("notices outlive the process", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "clawdia.db");
  {
    using database = new Database(path, realClock);
    new SystemEvents(database, realClock).add(key("x"), "one");
  }
  using database = new Database(path, realClock);
  expect(new SystemEvents(database, realClock).take(key("x"))).toEqual(["one"]);
});

function opened(): SystemEvents {
  return new SystemEvents(new Database(":memory:", realClock), realClock);
}
