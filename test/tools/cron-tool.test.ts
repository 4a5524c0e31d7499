import { expect, test } from "bun:test";
import { type CronDesk, cronTool } from "../../src/tools/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { calls } from "./tool-call.ts";

/** Reminders of the agent. */

type Wanted = Parameters<CronDesk["add"]>;

function openTool() {
  const clock = new FakeClock(Date.parse("2027-05-05T11:30:00Z"));
  const added: Wanted[] = [];
  const shown = ([wanted]: Wanted) => ({
    ...wanted,
    id: "cron_1",
    enabled: true,
    nextAtMs: 5,
    pausedReason: undefined,
    lastStatus: undefined,
  });
  const desk: CronDesk = {
    list: () => added.map(shown),
    add: (...wanted) => Promise.resolve(shown(wanted)).finally(() => added.push(wanted)),
    setEnabled: (_id, enabled) => Promise.resolve({ ...shown(added[0]!), enabled }),
    remove: () => Promise.resolve(true),
    runs: () => [{ state: "missed", reason: "away", atMs: 0, count: 3, summary: undefined }],
    belongsTo: (_id, agentId) => agentId === "main",
  };
  return { tool: cronTool({ desk, zone: "Europe/Berlin", clock }), added };
}

const origin = { provider: "telegram", accountId: "main", peer: { kind: "direct" as const, id: "7" }, senderId: "7" };
const sender = { provider: "telegram", accountId: "main", senderId: "7" };

test("a reminder for the chat goes to the chat, on behalf of who asked", async () => {
  const { tool, added } = openTool();
  const output = await calls(tool, { action: "add", at: "tomorrow 9:00", say: "Call Ann" }, { origin });
  expect(output.text).toBe(
    'Added: cron_1 "Call Ann" (once at 2027-05-06T07:00:00.000Z, message): next 1970-01-01T00:00:00.005Z',
  );
  expect(added).toEqual([
    [
      {
        agentId: "main",
        name: "Call Ann",
        schedule: { kind: "at", atMs: Date.parse("2027-05-06T07:00:00Z") },
        work: { kind: "message", text: "Call Ann", channel: "telegram", accountId: "main", to: "7" },
      },
      { by: "agent:main", sender },
    ],
  ]);
});

test("work answers in the chat, a note stays with the agent", async () => {
  const { tool, added } = openTool();
  await calls(tool, { action: "add", cron: "0 9 * * 1-5", task: "Sum up the news", name: "News" }, { origin });
  await calls(tool, { action: "add", every: "2h", note: "look at the oven" });
  expect(added.map(([{ name, schedule, work }]) => ({ name, schedule, work }))).toEqual([
    {
      name: "News",
      schedule: { kind: "cron", expr: "0 9 * * 1-5", tz: "Europe/Berlin" },
      work: {
        kind: "agentTurn",
        message: "Sum up the news",
        deliver: true,
        channel: "telegram",
        accountId: "main",
        to: "7",
      },
    },
    {
      name: "look at the oven",
      schedule: { kind: "every", everyMs: 7_200_000 },
      work: { kind: "systemEvent", text: "look at the oven" },
    },
  ]);
});

test("nobody but the owner has jobs made, and every refusal says what is wrong", async () => {
  const { tool, added } = openTool();
  const refusals: [input: object, text: string, context?: object][] = [
    [{ action: "list" }, "cron is for the owner alone", { isOwner: false }],
    [{ action: "add", at: "+5m" }, "Give one of say, task and note."],
    [{ action: "add", say: "x" }, "Give one of at, every and cron.", { origin }],
    [{ action: "add", at: "+5m", say: "x" }, "You are in no chat of a network: use task or note."],
    [{ action: "add", at: "someday", note: "x" }, '"someday" is no time'],
    [{ action: "add", every: "often", note: "x" }, '"often" is no span'],
    [{ action: "remove" }, "Say the id of the job."],
    [{ action: "remove", id: "cron_1" }, "another agent's", { agentId: "other" }],
  ];
  for (const [input, text, context] of refusals) {
    const output = await calls(tool, input, context);
    expect([output.isError, output.text]).toEqual([true, expect.stringContaining(text)]);
  }
  expect(added).toEqual([]);
});

test("jobs are listed, rested, removed, and what became of them is told", async () => {
  const { tool } = openTool();
  expect((await calls(tool, { action: "list" })).text).toBe("There is none.");
  await calls(tool, { action: "add", every: "30s", note: "x" });
  expect((await calls(tool, { action: "list" })).text).toContain('cron_1 "x" (every 30 s, systemEvent)');
  expect((await calls(tool, { action: "pause", id: "cron_1" })).text).toEndWith(": off");
  expect((await calls(tool, { action: "runs", id: "cron_1" })).text).toBe(
    "3 times from 1970-01-01T00:00:00.000Z on: missed (away)",
  );
  expect((await calls(tool, { action: "remove", id: "cron_1" })).text).toBe("Removed.");
});
