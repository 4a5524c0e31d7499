import { expect, test } from "bun:test";
import { InboxStore } from "../../src/inbox/inbox.store.ts";
import { makeIds, realRandom } from "../../src/lib/index.ts";
import { OutboxStore } from "../../src/outbox/outbox.store.ts";
import { RunStore } from "../../src/runs/runs.store.ts";
import { MediaStore, type SessionKey } from "../../src/sessions/index.ts";
import { SessionStore } from "../../src/sessions/sessions.store.ts";
import { Transcript } from "../../src/sessions/transcript.ts";
import { Database } from "../../src/storage/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

/** What is asked all the time is found through an index, however much lies in the store. */

class ListeningDatabase extends Database {
  readonly heard: string[] = [];

  override query<Row>(sql: string) {
    this.heard.push(sql);
    return super.query<Row>(sql);
  }

  /** The steps of the plans of all that was asked. */
  plans(): string[] {
    return this.heard.flatMap((sql) =>
      super
        .query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => detail),
    );
  }
}

const key = "agent:main:main" as SessionKey;
const cases: readonly (readonly [name: string, ask: (database: Database) => unknown])[] = [
  ["messages to judge", (database) => new InboxStore(database).accepted(64)],
  ["messages that wait for their turn", (database) => new InboxStore(database).routed()],
  ["whether any message waits", (database) => new InboxStore(database).waits()],
  ["messages that wait for a session", (database) => new InboxStore(database).routedOf(key)],
  ["messages that wait for an approval", (database) => new InboxStore(database).heldOf("telegram", "main", "7")],
  ["how many messages wait", (database) => new InboxStore(database).counts()],
  ["what a lane sends next", (database) => new OutboxStore(database, "boot").heads()],
  ["what one lane sends next", (database) => new OutboxStore(database, "boot").head("telegram:main:7")],
  ["replies that wait", (database) => new OutboxStore(database, "boot").inState("queued")],
  ["replies that a crash cut", (database) => new OutboxStore(database, "boot").inState("sending")],
  ["replies that need a person", (database) => new OutboxStore(database, "boot").troubled(50)],
  ["how many replies wait or need a person", (database) => new OutboxStore(database, "boot").counts()],
  ["runs without an end", (database) => new RunStore(database, "boot").open()],
  ["runs of a session without an end", (database) => new RunStore(database, "boot").openOf(key)],
];

for (const [name, ask] of cases) {
  test(`${name}: no table is read whole`, () => {
    using database = new ListeningDatabase(":memory:", new FakeClock());
    ask(database);
    expect(database.plans().filter((step) => /^SCAN (inbound|outbox|runs)\b(?! USING)/.test(step))).toEqual([]);
  });
}

test("what a run did is found by the run, however long its session is", () => {
  using database = new ListeningDatabase(":memory:", new FakeClock());
  const ids = makeIds(new FakeClock(), realRandom);
  const parts = { database, store: new SessionStore(database), media: new MediaStore(undefined), ids };
  new Transcript(parts).ofRun("session", "run");
  expect(database.plans()).toContain("SEARCH entries USING INDEX entries_by_run (run_id=?)");
});
