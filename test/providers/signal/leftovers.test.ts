import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sweepLeftovers } from "../../../src/providers/signal/leftovers.ts";
import { temporaryFolder } from "../../open-house.ts";

/** What the account's signal-cli leaves behind goes; what it needs stays. */

const nowMs = 1_800_000_000_000;
const daysAgo = (days: number) => new Date(nowMs - days * 86_400_000);

test("old attachments and the folders of other logins go, all else stays", () => {
  using folder = temporaryFolder();
  const current = "signal-cli-0123456789ab";
  const made = [
    [join(current, "attachments"), 30],
    ["signal-cli-aaaaaaaaaaaa", 2],
    ["signal-cli-bbbbbbbbbbbb", 0],
    ["signal-cli-of-somebody", 30],
  ] as const;
  for (const [name] of made) mkdirSync(join(folder.path, name), { recursive: true });
  const attachments = join(folder.path, current, "attachments");
  for (const [name, days] of [
    ["old.jpg", 8],
    ["new.jpg", 6],
  ] as const) {
    writeFileSync(join(attachments, name), "x");
    utimesSync(join(attachments, name), daysAgo(days), daysAgo(days));
  }
  for (const [name, days] of made) utimesSync(join(folder.path, name), daysAgo(days), daysAgo(days));
  utimesSync(join(folder.path, current), daysAgo(90), daysAgo(90));
  sweepLeftovers({ folder: folder.path, dataFolder: current, nowMs });
  expect(readdirSync(attachments)).toEqual(["new.jpg"]);
  expect(readdirSync(folder.path).toSorted()).toEqual([current, "signal-cli-bbbbbbbbbbbb", "signal-cli-of-somebody"]);
});

test("an account that has no files yet has nothing to be swept", () => {
  using folder = temporaryFolder();
  expect(() => sweepLeftovers({ folder: join(folder.path, "none"), dataFolder: "none", nowMs })).not.toThrow();
});
