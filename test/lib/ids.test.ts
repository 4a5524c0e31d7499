import { expect, test } from "bun:test";
import { makeIds, realRandom } from "../../src/lib/index.ts";

const clockAt = (...times: number[]) => {
  const left = [...times];
  return { nowMs: () => (left.length > 1 ? left.shift()! : left[0]!) };
};

test("ids that are made later sort later", () => {
  const times = [0, 1, 31, 32, 1_000, 1_800_000_000_000, 1_800_000_000_001, 9_999_999_999_999];
  const ids = makeIds(clockAt(...times), realRandom);
  const made = times.map(() => ids.sortable("run"));
  expect(made.toSorted()).toEqual(made);
});

test("ids of one moment are all different", () => {
  const ids = makeIds(clockAt(1_800_000_000_000), realRandom);
  const made = Array.from({ length: 20_000 }, () => ids.sortable("msg"));
  expect(new Set(made).size).toBe(made.length);
});

test("an id is its prefix, its time and its chance", () => {
  const chance = { bytes: (count: number) => new Uint8Array(count), unit: () => 0 };
  const ids = makeIds(clockAt(32), chance);
  expect(ids.sortable("run")).toBe("run_0000000100000000000000");
  expect(ids.uuid()).toBe("00000000-0000-4000-8000-000000000000");
  expect(ids.secret()).toBe("A".repeat(43));
});

test("a wall clock before the epoch makes an id all the same", () => {
  expect(makeIds(clockAt(-5), realRandom).sortable("x")).toStartWith("x_000000000");
});

test("uuids are of version 4 and secrets have 256 bits", () => {
  const ids = makeIds(clockAt(0), realRandom);
  for (let count = 0; count < 100; count++) {
    expect(ids.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Buffer.from(ids.secret(), "base64url")).toHaveLength(32);
  }
});
