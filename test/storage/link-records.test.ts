import { expect, test } from "bun:test";
import { join } from "node:path";
import { realClock } from "../../src/lib/index.ts";
import { Database, LinkRecords } from "../../src/storage/index.ts";
import { temporaryFolder } from "../open-house.ts";

const owner = { provider: "whatsapp", accountId: "main" };

test("what a link wrote is there after the database is opened again", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "state.db");
  {
    using database = new Database(path, realClock);
    await new LinkRecords(database, owner).write([
      { kind: "key", id: "2", value: "b" },
      { kind: "key", id: "1", value: "a" },
      { kind: "cursor", id: "1", value: "77" },
    ]);
  }
  using database = new Database(path, realClock);
  const records = new LinkRecords(database, owner);
  expect(records.list("key")).toEqual([
    { id: "1", value: "a" },
    { id: "2", value: "b" },
  ]);
  expect(records.get("cursor", "1")).toBe("77");
});

test("one write replaces, adds and deletes together", async () => {
  using database = new Database(":memory:", realClock);
  const records = new LinkRecords(database, owner);
  await records.write([{ kind: "key", id: "old", value: "1" }]);
  await records.write([
    { kind: "key", id: "old", value: undefined },
    { kind: "key", id: "new", value: "2" },
  ]);
  expect(records.list("key")).toEqual([{ id: "new", value: "2" }]);
  expect(records.get("key", "old")).toBeUndefined();
});

test("an account sees and clears its own records only", async () => {
  using database = new Database(":memory:", realClock);
  const main = new LinkRecords(database, owner);
  const work = new LinkRecords(database, { ...owner, accountId: "work" });
  await Promise.all([main, work].map((records, index) => records.write([{ kind: "k", id: "i", value: `${index}` }])));
  await main.clear();
  expect([main.get("k", "i"), work.get("k", "i")]).toEqual([undefined, "1"]);
});
