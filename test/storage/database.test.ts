import { expect, test } from "bun:test";
import { Database as Sqlite } from "bun:sqlite";
import { statSync } from "node:fs";
import { join } from "node:path";
import { realClock } from "../../src/lib/index.ts";
import { Database, schemaVersion } from "../../src/storage/index.ts";
import { temporaryFolder } from "../open-house.ts";

function memory(): Database {
  const database = new Database(":memory:", realClock);
  database.query("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)").run();
  return database;
}

const add = (database: Database, text: string) => database.query("INSERT INTO notes (text) VALUES (?)").run(text);
const notes = (database: Database) =>
  database
    .query<{ text: string }>("SELECT text FROM notes ORDER BY id")
    .all()
    .map(({ text }) => text);

/** Takes the turn that `soon` was asked for when the test says so. */
function heldTurns() {
  const turns: (() => void)[] = [];
  return { soon: (run: () => void) => void turns.push(run), turns };
}

test("work that arrives in one turn is committed together, in its order", async () => {
  using database = memory();
  const results = await Promise.all(
    ["a", "b", "c"].map((text) => database.commit(() => `${add(database, text).changes}${text}`)),
  );
  expect(results).toEqual(["1a", "1b", "1c"]);
  expect(notes(database)).toEqual(["a", "b", "c"]);
});

test("a statement is prepared once, however many others there are", () => {
  using database = memory();
  const first = database.query("SELECT 'kept'");
  for (let other = 0; other < 400; other++) database.query(`SELECT ${other}`).get();
  expect(database.query("SELECT 'kept'") === first).toBe(true);
});

test("a throw undoes and rejects only its own piece", async () => {
  using database = memory();
  const outcomes = await Promise.allSettled([
    database.commit(() => add(database, "a").changes),
    database.commit(() => {
      add(database, "b");
      throw new Error("no");
    }),
    database.commit(() => add(database, "a").changes),
    database.commit(() => add(database, "c").changes),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
  expect(notes(database)).toEqual(["a", "c"]);
});

test("nothing resolves before all of its group is on disk", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.db");
  const { soon, turns } = heldTurns();
  using database = new Database(path, { soon });
  database.query("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)").run();
  using reader = new Sqlite(path, { readonly: true });
  const count = () => reader.query<{ n: number }, []>("SELECT count(*) AS n FROM notes").get()!.n;
  const seen: number[] = [];
  const all = ["a", "b"].map((text) => database.commit(() => add(database, text)).then(() => seen.push(count())));
  await new Promise((resolve) => setImmediate(resolve));
  expect([seen, count(), turns.length]).toEqual([[], 0, 1]);
  turns[0]!();
  await Promise.all(all);
  expect(seen).toEqual([2, 2]);
});

test("a large group is committed in parts, and every piece of it once", async () => {
  using database = memory();
  const names = Array.from({ length: 1200 }, (_, index) => `n${index}`);
  await Promise.all(names.map((name) => database.commit(() => add(database, name))));
  expect(notes(database)).toEqual(names);
});

test("work that is asked for while a group is committed goes into the next one", async () => {
  using database = memory();
  const inner = Promise.withResolvers<unknown>();
  await database.commit(() => {
    add(database, "outer");
    inner.resolve(database.commit(() => add(database, "inner")));
  });
  await inner.promise;
  expect(notes(database)).toEqual(["outer", "inner"]);
});

test("a transaction inside another one is a savepoint", () => {
  using database = memory();
  database.transaction(() => {
    add(database, "a");
    expect(() =>
      database.transaction(() => {
        add(database, "b");
        throw new Error("no");
      }),
    ).toThrow("no");
    database.transaction(() => add(database, "c"));
  });
  expect(notes(database)).toEqual(["a", "c"]);
});

test("closing commits all that waits", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.db");
  const { soon } = heldTurns();
  const database = new Database(path, { soon });
  database.query("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)").run();
  const waiting = Array.from({ length: 600 }, (_, index) => database.commit(() => add(database, `n${index}`)));
  database[Symbol.dispose]();
  expect((await Promise.allSettled(waiting)).every(({ status }) => status === "fulfilled")).toBe(true);
  using reader = new Sqlite(path, { readonly: true });
  expect(reader.query("SELECT count(*) AS n FROM notes").get()).toEqual({ n: 600 });
});

test("after closing work is refused, not lost in silence", async () => {
  const database = memory();
  database[Symbol.dispose]();
  const refused = await database.commit(() => 1).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Error);
});

test("what a transaction committed survives a power cut, and keys of other rows must exist", () => {
  using folder = temporaryFolder();
  using database = new Database(join(folder.path, "x.db"), realClock);
  const pragma = (name: string) => Object.values(database.query<Record<string, unknown>>(`PRAGMA ${name}`).get()!)[0];
  expect(["journal_mode", "synchronous", "foreign_keys", "user_version"].map(pragma)).toEqual([
    "wal",
    2,
    1,
    schemaVersion,
  ]);
});

test("the files of the store are the owner's alone, whatever the umask", () => {
  using folder = temporaryFolder();
  const before = process.umask(0);
  try {
    using database = new Database(join(folder.path, "x.db"), realClock);
    database.query("INSERT INTO boots (id, pid, version, started_at) VALUES ('b', 1, '1', 1)").run();
    const modes = ["x.db", "x.db-wal", "x.db-shm"].map((name) => statSync(join(folder.path, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
  } finally {
    process.umask(before);
  }
});

test("a file that is opened again keeps its content and is not migrated twice", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.db");
  {
    using database = new Database(path, realClock);
    database.query("INSERT INTO boots (id, pid, version, started_at) VALUES ('b1', 1, '1', 1)").run();
  }
  using database = new Database(path, realClock);
  expect(database.query("SELECT id FROM boots").all()).toEqual([{ id: "b1" }]);
});

test("the state of a newer version is refused with the cure, and left as it is", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "x.db");
  {
    using newer = new Sqlite(path, { create: true });
    newer.run(`PRAGMA user_version = ${schemaVersion + 1}`);
  }
  expect(() => new Database(path, realClock)).toThrow(
    `the state was written by a newer Clawdia (schema ${schemaVersion + 1}, this one knows ${schemaVersion}): ` +
      "start the newer version",
  );
  using after = new Sqlite(path, { readonly: true });
  expect(after.query("PRAGMA user_version").get()).toEqual({ user_version: schemaVersion + 1 });
  expect(after.query("SELECT name FROM sqlite_master").all()).toEqual([]);
});

test("the store takes writes, whatever one piece of work does, until a commit fails as a whole", async () => {
  const database = new Database(":memory:", realClock);
  expect(database.takesWrites).toBe(true);
  await database.commit(() => undefined);
  expect(database.takesWrites).toBe(true);
  const refused = database.commit(() => {
    throw new Error("this piece alone");
  });
  expect(await refused.catch((error: Error) => error.message)).toBe("this piece alone");
  expect(database.takesWrites).toBe(true);
  database[Symbol.dispose]();
  expect(await database.commit(() => "lost").catch(() => "refused")).toBe("refused");
  expect(database.takesWrites).toBe(false);
});
