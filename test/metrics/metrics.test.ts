import { expect, test } from "bun:test";
import { realClock, Supervisor } from "../../src/lib/index.ts";
import { Metrics } from "../../src/metrics/index.ts";
import type { Run, RunId } from "../../src/runs/index.ts";
import { Database } from "../../src/storage/index.ts";
import { httpSettings } from "../api/api-house.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { approved, openWith, reply } from "../house/fake-house.ts";
import { type OpenHouse, openHouse, ownerToken } from "../open-house.ts";

/** What Prometheus reads of a running gateway. */

const bearer = { authorization: `Bearer ${ownerToken}` };

async function read({ httpUrl }: OpenHouse): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${httpUrl}/metrics`, { headers: bearer });
  expect([response.status, response.headers.get("content-type")]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
  ]);
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

test("the process, the store and who is connected are told", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const values = await read(house);
  expect(values.get('clawdia_info{version="0.0.0-test"}')).toBe(1);
  expect([values.get("clawdia_connections"), alice.gaps]).toEqual([1, []]);
  expect(values.get("clawdia_store_accepting")).toBe(1);
  expect(values.get("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
  expect(values.get("clawdia_store_commit_seconds_count")).toBeGreaterThan(0);
  expect([...values.values()].filter((value) => Number.isNaN(value))).toEqual([]);
});

test("a message, its run and its delivery are counted, and its words are not there", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network, approved);
  await network.says("a very secret word");
  await network.until(reply("secret"));
  const values = await read(house);
  expect(values.get('clawdia_runs_ended_total{source="inbox",state="ok"}')).toBe(1);
  expect(values.get("clawdia_run_seconds_count")).toBe(1);
  expect(values.get('clawdia_link_state{provider="telegram",account="main",state="connected"}')).toBe(1);
  expect(values.get('clawdia_inbox_messages{state="held"}')).toBe(0);
  expect([...values.keys()].join()).not.toContain("secret");
});

test("steps of models are counted with their tokens when their run has ended", () => {
  using database = new Database(":memory:", realClock);
  using metrics = new Metrics({
    version: "1",
    database,
    supervisor: new Supervisor({ clock: realClock, log: new CapturedLog(realClock).log }),
    clock: realClock,
    startedAtMs: 0,
    connections: () => 0,
    runsActive: () => 0,
    outboxCounts: () => ({}),
    links: () => [],
  });
  for (const step of [1, 2]) {
    database
      .query("INSERT INTO usage VALUES ('r', ?, 1, 'main', 'agent:main:main', 'anthropic', 'm', 10, 2, 3, 0, NULL)")
      .run(step);
  }
  const run = { id: "r" as RunId, source: "cron", state: "ok", startedAtMs: 0, endedAtMs: 1_000 } as Run;
  metrics.hear({ kind: "ended", run, seq: 1, text: "" });
  const text = metrics.text();
  expect(text).toContain('clawdia_model_calls_total{vendor="anthropic",model="m"} 2\n');
  expect(text).toContain('clawdia_model_tokens_total{vendor="anthropic",model="m",kind="input"} 20\n');
  expect(text).toContain('clawdia_model_tokens_total{vendor="anthropic",model="m",kind="cache_read"} 6\n');
  expect(text).toContain('clawdia_run_seconds_bucket{le="1"} 1\n');
});

test("without the token the figures are for programs on this host, where the owner opened them to these", async () => {
  await using closed = await openHouse();
  expect((await fetch(`${closed.httpUrl}/metrics`)).status).toBe(401);
  const http = httpSettings({ metrics: { enabled: true, openOnLoopback: true } });
  await using open = await openHouse({ gateway: { http } });
  expect((await fetch(`${open.httpUrl}/metrics`)).status).toBe(200);
  const page = await fetch(`${open.httpUrl}/metrics`, { headers: { origin: open.httpUrl } });
  expect(page.status).toBe(401);
  const none = httpSettings({ metrics: { enabled: false, openOnLoopback: false } });
  await using off = await openHouse({ gateway: { http: none } });
  expect((await fetch(`${off.httpUrl}/metrics`, { headers: bearer })).status).toBe(404);
});
