import { expect, test } from "bun:test";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { attemptsMax } from "../../src/runs/index.ts";
import { GatewayProcess } from "../app/gateway-process.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { type Guest, newDevice, openHouse, temporaryFolder } from "../open-house.ts";
import { refusalOf } from "./refusal.ts";
import { openTimedHouse } from "./timed-house.ts";

/** Starts, stops and restarts. Real processes take some hundred milliseconds each. */
const slowMs = 60_000;

const isEnd = ({ event, payload }: { event: string; payload?: unknown }) =>
  event === "chat" && (payload as { state: string }).state !== "delta";

const send = (guest: Guest, idempotencyKey: string) =>
  guest.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey });

test(
  "a second start on the same state ends with code 75 and says who holds it",
  async () => {
    using folder = temporaryFolder();
    await using first = await GatewayProcess.start(folder.path);
    const { code, stderr, tookMs } = await new GatewayProcess(folder.path).ended();
    process.stdout.write(`a second start ended after ${tookMs} ms\n`);
    expect(code).toBe(75);
    expect(stderr).toContain(`process ${first.pid} at ${first.url} holds it`);
    expect(stderr).toContain(folder.path);
    using alice = await first.operator();
    expect(await alice.call("health", {})).toMatchObject({ ok: true });
    await first.kill();
    await using next = await GatewayProcess.start(folder.path);
    expect(next.child.exitCode).toBe(null);
  },
  slowMs,
);

test(
  "at SIGTERM clients hear of the stop, a run in flight is finished, the close is 1012 and the exit code 0",
  async () => {
    using folder = temporaryFolder();
    {
      await using gateway = await GatewayProcess.start(folder.path, { config: { agents: { echoPauseMs: 20 } } });
      using alice = await gateway.operator();
      await send(alice, "k1");
      await alice.until(({ event }) => event === "agent");
      gateway.child.kill("SIGTERM");
      const shutdown = await alice.until(({ event }) => event === "shutdown");
      expect(shutdown.payload).toEqual({ reason: "gateway stopping (SIGTERM)", restartExpectedMs: 1500 });
      expect(await refusalOf(send(alice, "k2"))).toEqual({
        code: "UNAVAILABLE",
        message: "the gateway is stopping; try again when it is back",
        retryable: true,
        retryAfterMs: 2000,
      });
      expect((await alice.until(isEnd)).payload).toMatchObject({ runId: "k1", state: "final" });
      expect(await alice.client.closed).toEqual({ code: 1012, reason: "service restart" });
      expect((await gateway.ended()).code).toBe(0);
    }
    await using gateway = await GatewayProcess.start(folder.path);
    using alice = await gateway.operator();
    expect(await alice.call("agent.wait", { runId: "k1", timeoutMs: 0 })).toMatchObject({ status: "ok" });
    const { messages } = await alice.call("chat.history", { sessionKey: "main" });
    expect(messages.map(({ role, runId }) => `${role} ${runId}`)).toEqual(["user k1", "assistant k1"]);
  },
  slowMs,
);

test("a run that outlasts the stop is put back, as often as that happens, and resumed by the next start", async () => {
  using folder = temporaryFolder();
  for (let stop = 0; stop <= attemptsMax; stop++) {
    const engine = new ScriptedEngine();
    engine.answer = undefined;
    await using house = await openTimedHouse({ stateDir: folder.path, engine });
    using alice = await house.operator();
    if (stop === 0) await send(alice, "k1");
    else expect(await alice.call("agent.wait", { runId: "k1", timeoutMs: 0 })).toMatchObject({ status: "timeout" });
    engine.say("k1", "half");
    const stopping = house.house.stop("test", 30_000);
    expect((await alice.until(({ event }) => event === "shutdown")).payload).toMatchObject({ reason: "test" });
    await house.pass(29_999, alice);
    expect(house.log.of("run.put-back")).toEqual([]);
    await house.clock.advance(1_001);
    await stopping;
    expect(house.log.of("run.put-back")).toHaveLength(1);
    expect(alice.events.filter(isEnd)).toEqual([]);
    expect(await alice.client.closed).toMatchObject({ code: 1012 });
  }
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  expect(await alice.call("agent.wait", { runId: "k1" })).toMatchObject({ status: "ok" });
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages).toMatchObject([{ content: [{ text: "hi" }] }, { content: [{ text: "heard: hi" }] }]);
});

test(
  "what nobody caught is logged, and the gateway goes on",
  async () => {
    using folder = temporaryFolder();
    const preload = join(import.meta.dir, "../app/stray-faults.ts");
    await using gateway = await GatewayProcess.start(folder.path, { preload });
    using alice = await gateway.operator();
    gateway.child.kill("SIGUSR2");
    await Promise.all([gateway.said("a stray rejection"), gateway.said("a stray exception")]);
    await send(alice, "k1");
    expect(await alice.call("agent.wait", { runId: "k1" })).toMatchObject({ status: "ok" });
    expect(gateway.child.exitCode).toBe(null);
  },
  slowMs,
);

test(
  "under umask 000 every file of the state is 0600 and every folder 0700",
  async () => {
    using folder = temporaryFolder();
    const stateDir = join(folder.path, "state");
    await using gateway = await GatewayProcess.start(stateDir, { umask: "000" });
    using alice = await gateway.operator(newDevice());
    const png = Buffer.from("89504e470d0a1a0a", "hex").toString("base64");
    const attachments = [{ content: png }];
    await alice.call("chat.send", { sessionKey: "main", message: "look", idempotencyKey: "k1", attachments });
    await alice.call("agent.wait", { runId: "k1" });
    await alice.call("logs.tail", {});
    const open: string[] = [];
    const names = readdirSync(stateDir, { recursive: true, withFileTypes: true });
    for (const entry of names) {
      const path = join(entry.parentPath, entry.name);
      const mode = statSync(path).mode & 0o777;
      if (mode !== (entry.isDirectory() ? 0o700 : 0o600)) open.push(`${relative(stateDir, path)} ${mode.toString(8)}`);
    }
    expect(open).toEqual([]);
    expect(statSync(stateDir).mode & 0o777).toBe(0o700);
    const kinds = ["clawdia.db", "clawdia.db-wal", "gateway.json", "gateway.lock.db", "logs", "media", "secrets"];
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(kinds));
  },
  slowMs,
);

const badConfigs: readonly (readonly [name: string, source: string, said: string])[] = [
  ["broken syntax", "{ gateway: ", "cannot be used: not JSON5"],
  ["a port that is none", "{ gateway: { port: 70000 } }", "cannot be used, at gateway.port: at /gateway/port"],
  ["a secret that nobody meant", '{ gateway: { auth: { token: "undefined" } } }', "set a real one or none at all"],
];

for (const [name, source, said] of badConfigs) {
  test(
    `a config with ${name} starts in recovery mode, which says where it is and the cure`,
    async () => {
      using folder = temporaryFolder();
      const path = join(folder.path, "clawdia.json");
      writeFileSync(path, source);
      await using gateway = await GatewayProcess.start(folder.path);
      using alice = await gateway.operator();
      const [first] = (await alice.call("status", {})).gateway.advice;
      expect(first).toContain(said);
      expect(first).toContain(`config ${path} `);
      expect(first).toEndWith(": clawdia config validate");
    },
    slowMs,
  );
}
