import { expect, test } from "bun:test";
import { Database as Sqlite } from "bun:sqlite";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GatewayError } from "../../src/protocol/index.ts";
import { Database, type DiskFault, diskRefusal, faultOf } from "../../src/storage/index.ts";
import { temporaryFolder } from "../open-house.ts";

/** What the store does when the disk refuses. Real disks that refuse are in test/house/disk-*.test.ts. */

/** What the library throws when the disk refuses. */
const diskError = (code: string) => Object.assign(new Error("the library's words"), { code });

const refusing = (database: Database, code: string) => () => {
  database.query("INSERT INTO notes (text) VALUES ('undone')").run();
  throw diskError(code);
};
const add = (database: Database, text: string) => () =>
  database.query("INSERT INTO notes (text) VALUES (?)").run(text).changes;
const notes = (database: Database) =>
  database
    .query<{ text: string }>("SELECT text FROM notes ORDER BY id")
    .all()
    .map(({ text }) => text);

/** A store on disk whose turns are taken when the test says so. */
function openStore() {
  const folder = temporaryFolder();
  const turns: (() => void)[] = [];
  const path = join(folder.path, "x.db");
  const database = new Database(path, { soon: (run) => void turns.push(run) });
  database.query("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)").run();
  return {
    path,
    database,
    turn: () => {
      for (const run of turns.splice(0)) run();
    },
    [Symbol.dispose]: () => {
      database[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    () => "stored",
    (error: unknown) => (error instanceof GatewayError ? `${error.code}: ${error.message}` : String(error)),
  );

const refused = (reason: string) =>
  `UNAVAILABLE: the gateway accepts nothing new: ${reason}; it goes on by itself once that is mended (clawdia status)`;

const cases: readonly [code: string, kind: DiskFault["kind"] | undefined, isUntrusted: boolean | undefined][] = [
  ["SQLITE_FULL", "full", false],
  ["ENOSPC", "full", false],
  ["EDQUOT", "full", false],
  ["SQLITE_READONLY", "read-only", false],
  ["SQLITE_READONLY_DBMOVED", "read-only", false],
  ["EROFS", "read-only", false],
  ["SQLITE_IOERR_FSYNC", "failing", true],
  ["SQLITE_IOERR_WRITE", "failing", true],
  ["EIO", "failing", true],
  ["SQLITE_CANTOPEN", "failing", true],
  ["SQLITE_CORRUPT", "damaged", true],
  ["SQLITE_NOTADB", "damaged", true],
  ["SQLITE_CONSTRAINT_UNIQUE", undefined, undefined],
  ["SQLITE_BUSY", "held", false],
  ["ENOENT", undefined, undefined],
];

test.each([...cases])("%s says of the disk: %s", (code, kind, isUntrusted) => {
  using folder = temporaryFolder();
  const found = faultOf(diskError(code), folder.path);
  expect([found?.kind, found?.isUntrusted]).toEqual([kind, isUntrusted]);
});

test("a caller is told why, and not where", () => {
  const refusal = diskRefusal(diskError("ENOSPC"))!;
  expect(`${refusal.code}: ${refusal.message}`).toBe(refused("the disk is full"));
  expect(diskRefusal(new Error("another"))).toBeUndefined();
});

test("when the disk refuses, what is acknowledged is refused, and work under way waits in its order", async () => {
  using store = openStore();
  const { database } = store;
  const told: (string | undefined)[] = [];
  database.onTrouble((trouble) => told.push(trouble?.reason));
  const first = outcomeOf(database.commit(add(database, "a")));
  const asked = outcomeOf(database.accept(refusing(database, "SQLITE_FULL")));
  const second = outcomeOf(database.commit(add(database, "b")));
  store.turn();
  expect(await asked).toBe(refused("the disk is full"));
  expect([database.takesWrites, notes(database), told]).toEqual([false, [], ["the disk is full"]]);
  const third = outcomeOf(database.commit(add(database, "c")));
  expect(await outcomeOf(database.accept(add(database, "no")))).toBe(refused("the disk is full"));
  store.turn();
  expect(notes(database)).toEqual([]);
  database.check();
  expect([database.takesWrites, told]).toEqual([true, ["the disk is full", undefined]]);
  store.turn();
  expect(await Promise.all([first, second, third])).toEqual(["stored", "stored", "stored"]);
  expect(notes(database)).toEqual(["a", "b", "c"]);
});

test("a piece that fails for a reason of its own does not stop the store", async () => {
  using store = openStore();
  const { database } = store;
  const own = outcomeOf(database.commit(refusing(database, "SQLITE_CONSTRAINT")));
  const other = outcomeOf(database.commit(add(database, "a")));
  store.turn();
  expect(await Promise.all([own, other])).toEqual(["Error: the library's words", "stored"]);
  expect([database.takesWrites, notes(database)]).toEqual([true, ["a"]]);
});

test("after a failed sync all is written again and read anew before anything is accepted", async () => {
  using store = openStore();
  const { database, path } = store;
  database.transaction(add(database, "before"));
  const statement = database.query("SELECT 1");
  const asked = outcomeOf(database.accept(refusing(database, "SQLITE_IOERR_FSYNC")));
  store.turn();
  expect(await asked).toBe(refused("the disk fails to write"));
  expect(readFileSync(path).includes("before")).toBe(false);
  database.check();
  expect(readFileSync(path).includes("before")).toBe(true);
  expect(readFileSync(`${path}-wal`)).toHaveLength(0);
  expect(database.query("SELECT 1")).not.toBe(statement);
  expect([database.takesWrites, notes(database)]).toEqual([true, ["before"]]);
});

test("a transaction that the disk refuses tells why; the next one is refused without a try", () => {
  using store = openStore();
  const { database } = store;
  const outcome = (work: () => unknown) => {
    try {
      return database.transaction(work);
    } catch (error) {
      return error instanceof GatewayError ? `${error.code}: ${error.message}` : String(error);
    }
  };
  expect(outcome(refusing(database, "SQLITE_READONLY"))).toBe(refused("the disk is read-only"));
  expect(outcome(add(database, "a"))).toBe(refused("the disk is read-only"));
  database.check();
  expect(outcome(add(database, "b"))).toBe(1);
  expect(notes(database)).toEqual(["b"]);
});

test("who stops waits for no disk: what could not be stored is refused, and so is what comes after", async () => {
  using store = openStore();
  const { database } = store;
  const waiting = outcomeOf(database.commit(refusing(database, "SQLITE_FULL")));
  store.turn();
  database.stopWaiting();
  expect(await waiting).toBe(refused("the disk is full"));
  expect(await outcomeOf(database.commit(add(database, "a")))).toBe(refused("the disk is full"));
  expect(notes(database)).toEqual([]);
});

test("while another program holds the database nothing is accepted, and then it goes on", async () => {
  using store = openStore();
  const { database, path } = store;
  using other = new Sqlite(path);
  other.run("BEGIN IMMEDIATE");
  const waiting = outcomeOf(database.commit(add(database, "a")));
  const asked = outcomeOf(database.accept(add(database, "no")));
  store.turn();
  expect(await asked).toBe(refused("another program holds the database"));
  database.check();
  expect(database.takesWrites).toBe(false);
  other.run("ROLLBACK");
  database.check();
  store.turn();
  expect([await waiting, notes(database)]).toEqual(["stored", ["a"]]);
});
