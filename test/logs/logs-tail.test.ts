import { expect, test } from "bun:test";
import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { refusalOf } from "../house/refusal.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";

test("the newest lines come, then with the cursor what was added, and after a truncation all over again", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "clawdia.log");
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  expect(await alice.call("logs.tail", {})).toEqual({ file, cursor: 0, size: 0, lines: [] });
  writeFileSync(file, "one\ntwo\nthree\n");
  expect(await alice.call("logs.tail", { limit: 2 })).toEqual({
    file,
    cursor: 14,
    size: 14,
    lines: ["two", "three"],
    truncated: true,
  });
  appendFileSync(file, "four\n");
  expect(await alice.call("logs.tail", { cursor: 14 })).toEqual({ file, cursor: 19, size: 19, lines: ["four"] });
  expect(await alice.call("logs.tail", { cursor: 19 })).toEqual({ file, cursor: 19, size: 19, lines: [] });
  truncateSync(file, 4);
  expect(await alice.call("logs.tail", { cursor: 19 })).toEqual({
    file,
    cursor: 4,
    size: 4,
    lines: ["one"],
    reset: true,
  });
});

test("by default 500 lines and 250 000 bytes come at most", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "clawdia.log");
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  writeFileSync(file, "x\n".repeat(1000));
  expect((await alice.call("logs.tail", {})).lines).toHaveLength(500);
  writeFileSync(file, `${"y".repeat(999)}\n`.repeat(400));
  const { lines, truncated } = await alice.call("logs.tail", {});
  expect([lines.length, truncated]).toEqual([249, true]);
});

for (const params of [
  { cursor: -1 },
  { cursor: 1.5 },
  { limit: 0 },
  { limit: 5001 },
  { maxBytes: 0 },
  { maxBytes: 1_000_001 },
]) {
  test(`${JSON.stringify(params)} is refused`, async () => {
    await using house = await openHouse();
    using alice = await house.operator();
    expect(await refusalOf(alice.call("logs.tail", params))).toMatchObject({ code: "INVALID_REQUEST" });
  });
}
