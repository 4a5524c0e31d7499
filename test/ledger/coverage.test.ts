import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { notHere } from "./not-here.ts";

/** Every row of blocks 1A to 1G (S-03 to S-109) has a test that is named after it, or is listed with a reason. */

const [first, last] = [3, 109];

const tested = new Set(
  readdirSync(import.meta.dir)
    .filter((name) => name.endsWith(".test.ts") && name !== "coverage.test.ts")
    .flatMap((name) => [...readFileSync(join(import.meta.dir, name), "utf8").matchAll(/\btest\(\s*[`"]((?:S-\d+ )+)/g)])
    .flatMap(([, rows]) => [...rows!.matchAll(/\d+/g)].map(([row]) => Number(row))),
);

const rows = Array.from({ length: last - first + 1 }, (_, index) => first + index);

test("every row of the ledger is tested or listed", () => {
  expect(rows.filter((row) => !tested.has(row) && !Object.hasOwn(notHere, row))).toEqual([]);
});

test("no row is both tested and listed as not here, and each reason is a sentence", () => {
  expect(Object.keys(notHere).filter((row) => tested.has(Number(row)))).toEqual([]);
  expect(Object.values(notHere).filter((reason) => reason.split(" ").length < 4)).toEqual([]);
});
