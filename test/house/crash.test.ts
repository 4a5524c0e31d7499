import { expect, test } from "bun:test";
import { attemptsMax } from "../../src/runs/index.ts";
import { GatewayProcess } from "../app/gateway-process.ts";
import { type Guest, newDevice, temporaryFolder } from "../open-house.ts";
import { refusalOf } from "./refusal.ts";

/** Real processes, killed. They take their time: a start is some hundred milliseconds. */
const slowMs = 60_000;

const slow = { agents: { echoPauseMs: 10_000 } };
const fast = { agents: { echoPauseMs: 0, runsMax: 64 } };

const send = (guest: Guest, runId: string, sessionKey = "main") =>
  guest.call("chat.send", { sessionKey, message: `say ${runId}`, idempotencyKey: runId });

const textHeard = (guest: Guest) =>
  guest.until(({ event, payload }) => event === "agent" && (payload as { stream: string }).stream === "assistant");

/** `user k1`, `assistant k1`, … in the order of the history. */
async function lines(guest: Guest, sessionKey = "main"): Promise<string[]> {
  const { messages } = await guest.call("chat.history", { sessionKey, limit: 1000 });
  return messages.map(({ role, runId }) => `${role} ${runId}`);
}

/** Asks again and again until the run works. */
async function untilActive(guest: Guest): Promise<void> {
  while ((await guest.call("status", {})).gateway.runsActive === 0);
}

test(
  "a run that a kill cut in the middle is resumed and ends once; a retry of its request does not run again",
  async () => {
    using folder = temporaryFolder();
    const signer = newDevice();
    {
      await using gateway = await GatewayProcess.start(folder.path, { config: slow });
      using alice = await gateway.operator(signer);
      expect(await send(alice, "k1")).toEqual({ runId: "k1", status: "started" });
      await textHeard(alice);
      await gateway.kill();
    }
    await using gateway = await GatewayProcess.start(folder.path, { config: fast });
    using alice = await gateway.operator(signer);
    expect(await alice.call("agent.wait", { runId: "k1" })).toEqual({
      runId: "k1",
      status: "ok",
      startedAt: expect.any(Number),
      endedAt: expect.any(Number),
    });
    expect(await lines(alice)).toEqual(["user k1", "assistant k1"]);
    expect(await send(alice, "k1")).toEqual({ runId: "k1", status: "ok" });
    expect(
      await refusalOf(alice.call("chat.send", { sessionKey: "main", message: "x", idempotencyKey: "k1" })),
    ).toMatchObject({
      code: "CONFLICT",
    });
    expect(await lines(alice)).toEqual(["user k1", "assistant k1"]);
    await gateway.said('"runs.recovered","resumed":1,"interrupted":0');
  },
  slowMs,
);

test(
  "a retry over the crash gets the end of the resumed run as its second answer",
  async () => {
    using folder = temporaryFolder();
    const signer = newDevice();
    const request = { message: "hi", idempotencyKey: "k1" };
    {
      await using gateway = await GatewayProcess.start(folder.path, { config: slow });
      using alice = await gateway.operator(signer);
      const accepted = Promise.withResolvers<unknown>();
      const last = alice.client.callToEnd("agent", request, accepted.resolve).catch(() => "gone");
      await accepted.promise;
      await gateway.kill();
      expect(await last).toBe("gone");
    }
    await using gateway = await GatewayProcess.start(folder.path, { config: { agents: { echoPauseMs: 5 } } });
    using alice = await gateway.operator(signer);
    const answer = await alice.client.callToEnd("agent", request, () => undefined);
    expect(answer).toMatchObject({ runId: "k1", status: "ok", summary: "completed" });
    expect(answer.result?.payloads).toHaveLength(1);
    expect(await lines(alice)).toEqual(["user k1", "assistant k1"]);
  },
  slowMs,
);

test(
  "a run that is cut again and again ends as interrupted, with an error, and the session goes on",
  async () => {
    using folder = temporaryFolder();
    const signer = newDevice();
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      await using gateway = await GatewayProcess.start(folder.path, { config: slow });
      using alice = await gateway.operator(signer);
      if (attempt === 1) await send(alice, "k1");
      await untilActive(alice);
      await gateway.kill();
    }
    await using gateway = await GatewayProcess.start(folder.path, { config: fast });
    using alice = await gateway.operator(signer);
    const error = "the run was cut by restarts of the gateway too often";
    expect(await alice.call("agent.wait", { runId: "k1" })).toMatchObject({ runId: "k1", status: "error", error });
    expect(await refusalOf(send(alice, "k1"))).toMatchObject({ code: "UNAVAILABLE", message: error });
    expect(await lines(alice)).toEqual(["user k1", "assistant k1"]);
    await send(alice, "k2");
    expect(await alice.call("agent.wait", { runId: "k2" })).toMatchObject({ status: "ok" });
    expect(await lines(alice)).toEqual(["user k1", "assistant k1", "user k2", "assistant k2"]);
  },
  slowMs,
);

const sessionOf = (key: string) => `s${Number(key.slice(1)) % 20}`;

test(
  "of a burst of 200 requests that a kill cuts, every accepted run survives, and none is doubled by retries",
  async () => {
    using folder = temporaryFolder();
    const signer = newDevice();
    const keys = Array.from({ length: 200 }, (_, index) => `k${index}`);
    const accepted = new Set<string>();
    {
      await using gateway = await GatewayProcess.start(folder.path, {
        config: { agents: { echoPauseMs: 2, runsMax: 8 } },
      });
      using alice = await gateway.operator(signer);
      const cut = Promise.withResolvers<void>();
      const all = keys.map((key) =>
        send(alice, key, sessionOf(key)).then(() => {
          accepted.add(key);
          if (accepted.size === 120) cut.resolve();
        }),
      );
      const outcomes = Promise.allSettled(all);
      await cut.promise;
      await gateway.kill();
      await outcomes;
    }
    expect(accepted.size).toBeGreaterThanOrEqual(120);
    await using gateway = await GatewayProcess.start(folder.path, { config: fast });
    using alice = await gateway.operator(signer);
    const ends = await Promise.all([...accepted].map((runId) => alice.call("agent.wait", { runId })));
    expect(ends.filter(({ status }) => status !== "ok")).toEqual([]);
    await Promise.all(keys.map((key) => send(alice, key, sessionOf(key))));
    await Promise.all(keys.map((runId) => alice.call("agent.wait", { runId })));
    const said: string[] = [];
    for (const session of new Set(keys.map(sessionOf))) said.push(...(await lines(alice, session)));
    expect(said.toSorted()).toEqual(keys.flatMap((key) => [`user ${key}`, `assistant ${key}`]).toSorted());
  },
  slowMs,
);
