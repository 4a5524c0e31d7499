import { expect, test } from "bun:test";
import { GatewayProcess } from "../app/gateway-process.ts";
import { newDevice, temporaryFolder } from "../open-house.ts";

/** Real processes, killed while jobs come every second. They take their time: a start is some hundred milliseconds. */
const slowMs = 60_000;
const everyMs = 1_000;

test(
  "over kills in the middle every slot of a job is taken once or explained",
  async () => {
    using folder = temporaryFolder();
    const signer = newDevice();
    let id = "";
    // Two crashes within five minutes are no loop yet; a third one would let jobs wait.
    for (let life = 0; life < 2; life++) {
      await using gateway = await GatewayProcess.start(folder.path);
      using alice = await gateway.operator(signer);
      if (life === 0) {
        const job = await alice.call("cron.add", {
          name: "note",
          schedule: { kind: "every", everyMs },
          sessionTarget: "main",
          wakeMode: "next-heartbeat",
          payload: { kind: "systemEvent", text: "look" },
        });
        id = job.id;
      }
      await alice.until(
        ({ event, payload }) => event === "cron" && (payload as { action: string }).action === "started",
      );
      await gateway.kill();
    }
    await using gateway = await GatewayProcess.start(folder.path);
    using alice = await gateway.operator(signer);
    expect((await alice.call("cron.status", {})).waitsUntilMs).toBeGreaterThan(0);
    expect((await alice.call("status", {})).gateway.advice.join()).toContain("the gateway kept crashing, so jobs wait");
    // Who asks for it is not kept waiting.
    while (!(await alice.call("cron.run", { id, mode: "due" })).ran);
    const { jobs } = await alice.call("cron.list", {});
    const { entries } = await alice.call("cron.runs", { id });
    const spans = entries.map(({ slotAtMs, lastSlotAtMs = slotAtMs, slots }) => ({ slotAtMs, lastSlotAtMs, slots }));
    const ordered = spans.toSorted((left, right) => left.slotAtMs - right.slotAtMs);
    let expected = jobs[0]!.createdAtMs + everyMs;
    for (const { slotAtMs, lastSlotAtMs, slots } of ordered) {
      expect([slotAtMs, slots]).toEqual([expected, (lastSlotAtMs - slotAtMs) / everyMs + 1]);
      expected = lastSlotAtMs + everyMs;
    }
    expect(jobs[0]?.state.nextRunAtMs).toBe(expected);
    expect(entries.filter(({ state }) => state === "ok").length).toBeGreaterThanOrEqual(3);
  },
  slowMs,
);
