import { afterAll, beforeAll, expect, test } from "bun:test";
import { Person, type RunningGateway, startGateway } from "./command-house.ts";

/** Jobs and heartbeats from a terminal. Every command is a process, so each test is some of them. */

const alice = new Person();
let gateway: RunningGateway;
const slowMs = 60_000;

beforeAll(async () => {
  gateway = await startGateway(alice);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
});

const run = (...args: readonly string[]) => alice.types(["cron", ...args]);

test(
  "a job is added, shown, run, changed, rested, taken up again and removed by its name",
  async () => {
    expect((await run()).stdout).toStartWith("No jobs yet. Add one: clawdia cron add");
    const job = await alice.asks<{ id: string }>("cron", "add", "--every", "2h", "--event", "look at the oven");
    expect(job).toMatchObject({
      name: "look at the oven",
      schedule: { kind: "every", everyMs: 7_200_000 },
      payload: { kind: "systemEvent", text: "look at the oven" },
      sessionTarget: "main",
      wakeMode: "next-heartbeat",
    });
    const { stdout } = await run("list");
    for (const words of [job.id, "every 2 h", "tell: look at the oven"]) expect(stdout).toContain(words);
    expect(await alice.asks("cron", "run", "look at the oven")).toEqual({ ok: true, ran: true });
    expect((await run("runs", job.id.slice(0, 20))).stdout).toContain("ok (forced)");
    const changed = await alice.asks("cron", "edit", job.id, "--cron", "0 9 * * 1-5", "--name", "oven", "--wake-now");
    expect(changed).toMatchObject({ name: "oven", schedule: { kind: "cron", tz: "UTC" }, wakeMode: "now" });
    expect((await run("pause", "oven")).stdout).toBe("oven rests.\n");
    expect((await run("resume", "oven")).stdout).toStartWith("oven goes on, next ");
    expect(await alice.asks("cron", "status")).toMatchObject({ enabled: true, jobs: 1, paused: 0 });
    expect((await run("remove", "oven")).stderr).toContain("the same command with --yes");
    expect((await run("remove", "oven", "--yes")).stdout).toBe("It is removed.\n");
  },
  slowMs,
);

test(
  "what is not clear is refused, with what to write instead",
  async () => {
    const usage: [args: readonly string[], words: string][] = [
      [["--event", "x"], "say when: --at"],
      [["--every", "2h"], "say what: --message TEXT, --agent TASK or --event TEXT"],
      [["--every", "often", "--event", "x"], "--every often: write 30m, 2h or 1d"],
      [["--at", "someday", "--event", "x"], "--at someday: write +20m"],
      [["--at", "+5m", "--every", "2h", "--event", "x"], "give one of --at, --every and --cron"],
      [["--at", "+5m", "--message", "x"], "--message needs --to"],
      [["--at", "+5m", "--event", "x", "--misfire", "never"], "--misfire never: once, skip or all"],
    ];
    for (const [args, words] of usage) {
      const { code, stderr } = await run("add", ...args);
      expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(words)]);
    }
    const refused = await run("add", "--at", "+5m", "--message", "x", "--channel", "telegram", "--to", "7");
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("clawdia providers add telegram")]);
    expect((await run("show", "nothing")).stderr).toContain("there is no job nothing");
  },
  slowMs,
);

test(
  "heartbeats say how they are, and what came of one",
  async () => {
    const beat = (...args: readonly string[]) => alice.types(["heartbeat", ...args]);
    expect((await beat()).stdout).toContain("off: no language model is connected: clawdia models choose");
    expect((await beat("now")).stdout).toContain("skipped");
    expect(await alice.asks("heartbeat", "off")).toEqual({ ok: true, enabled: false });
    expect(await alice.asks("heartbeat", "last")).toMatchObject({ last: { status: "skipped" } });
  },
  slowMs,
);
