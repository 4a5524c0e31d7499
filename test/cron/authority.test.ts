import { expect, test } from "bun:test";
import { Cron, type NewJob } from "../../src/cron/index.ts";
import type { NewRun, Run } from "../../src/runs/index.ts";
import { Database } from "../../src/storage/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { cronParts } from "./cron-parts.ts";

/** On whose behalf a job works. */

const work: NewJob = {
  name: "work",
  schedule: { kind: "every", everyMs: 60_000 },
  sessionTarget: "isolated",
  wakeMode: "next-heartbeat",
  payload: { kind: "agentTurn", message: "do it" },
};
const sender = { provider: "telegram", accountId: "main", senderId: "7" };

function openCron() {
  const clock = new FakeClock();
  const database = new Database(":memory:", clock);
  const started: NewRun[] = [];
  const owners = new Set(["7"]);
  const cron = new Cron(
    cronParts(
      { database, clock },
      {
        isOwner: ({ senderId }) => owners.has(senderId),
        runs: {
          add: (wanted) => {
            started.push(wanted);
            return { ...wanted, state: "queued" } as Partial<Run> as Run;
          },
          enter: () => undefined,
          ended: (run) => Promise.resolve(run),
          abort: () => Promise.resolve([]),
          find: () => undefined,
        },
      },
    ),
  );
  /** The next slot comes; the run before it is over. */
  const fire = async () => {
    for (const wanted of started) {
      const ended: Partial<Run> = { id: wanted.id, state: "ok", source: "cron" };
      database.transaction(() => cron.ended(ended as Run, ""));
    }
    await clock.advance(60_000);
    await cron.look();
    return started.at(-1)!;
  };
  return { cron, owners, fire, database };
}

test("S-117 a job of an owner's chat works with what that person may now, never with more", async () => {
  const { cron, owners, fire } = openCron();
  const { id } = await cron.add(work, { by: "agent:main", sender });
  expect((await fire()).input.isOwner).toBe(true);
  owners.delete("7");
  expect((await fire()).input.isOwner).toBe(false);
  // Whoever changes it later does not lend it more.
  await cron.update(id, { payload: { kind: "agentTurn", message: "do more" } }, { by: "device:x" });
  const changed = await fire();
  expect([changed.input.isOwner, changed.saidText]).toEqual([false, "do more"]);
});

test("a job that a client of the gateway made works for the owner", async () => {
  const { cron, fire } = openCron();
  await cron.add(work, { by: "device:x" });
  expect(await fire()).toMatchObject({ source: "cron", input: { isOwner: true } });
});

test("two looks at one moment, and fifty starts within a minute, take a slot once", async () => {
  const clock = new FakeClock();
  const database = new Database(":memory:", clock);
  const note: NewJob = { ...work, sessionTarget: "main", payload: { kind: "systemEvent", text: "x" } };
  const first = new Cron(cronParts({ database, clock }));
  const { id } = await first.add(note, { by: "x" });
  await clock.advance(60_000);
  for (let start = 0; start < 50; start++) {
    const cron = new Cron(cronParts({ database, clock }, { bootId: `boot_${start}` }));
    database.transaction(() => cron.recover());
    await Promise.all([cron.look(), cron.look()]);
    await clock.advance(1_000);
  }
  expect(first.history(id, 100).map(({ state, slots }) => [state, slots])).toEqual([["ok", 1]]);
});

test("after three starts that crashed jobs wait, and stops that were asked for do not count", async () => {
  const clock = new FakeClock();
  const database = new Database(":memory:", clock);
  const start = (id: string, stoppedAtMs: number | null) =>
    database
      .query("INSERT INTO boots (id, pid, version, started_at, stopped_at) VALUES (?, 1, '1', ?, ?)")
      .run(id, clock.nowMs(), stoppedAtMs);
  start("boot_a", clock.nowMs());
  start("boot_b", null);
  {
    await using cron = new Cron(cronParts({ database, clock }));
    cron.start();
    expect(cron.waitsUntilMs).toBeUndefined();
  }
  start("boot_c", null);
  await using cron = new Cron(cronParts({ database, clock }));
  await cron.add({ ...work, sessionTarget: "main", payload: { kind: "systemEvent", text: "x" } }, { by: "x" });
  cron.start();
  expect(cron.waitsUntilMs).toBe(clock.nowMs() + 300_000);
  await clock.advance(299_000);
  expect(cron.list(true)[0]?.lastStatus).toBeUndefined();
  await clock.advance(2_000);
  expect([cron.waitsUntilMs, cron.list(true)[0]?.lastStatus]).toEqual([undefined, "ok"]);
});
