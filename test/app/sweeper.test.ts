import { expect, test } from "bun:test";
import { join } from "node:path";
import { looseMediaMs, memoryMs, sweepMedia, sweepOld, sweepOneOffs } from "../../src/app/sweeper.ts";
import { Idempotency } from "../../src/idempotency/index.ts";
import { InboxStore } from "../../src/inbox/inbox.store.ts";
import type { RunId } from "../../src/runs/index.ts";
import { RunStore } from "../../src/runs/runs.store.ts";
import { MediaStore, noUsage, type SessionKey } from "../../src/sessions/index.ts";
import { Database } from "../../src/storage/index.ts";
import { cronParts } from "../cron/cron-parts.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { temporaryFolder } from "../open-house.ts";

/** What the house forgets by itself, and what it keeps. */

const dayMs = 86_400_000;
const run = {
  sessionKey: "agent:main:main" as SessionKey,
  sessionId: "s1",
  agentId: "main",
  source: "inbox" as const,
  principal: "telegram:main:7",
  state: "queued" as const,
  attempt: 0,
  input: { text: "hi", imageCount: 0, thinkingLevel: undefined, extraSystemPrompt: undefined },
  delivery: undefined,
  timeoutMs: 1_000,
  startedAtMs: undefined,
  endedAtMs: undefined,
  stopReason: undefined,
  error: undefined,
  usage: undefined,
  model: undefined,
  resultText: undefined,
};
const ended = {
  state: "ok",
  stopReason: "stop",
  endedAtMs: 1,
  error: undefined,
  usage: noUsage,
  resultText: "x",
} as const;

const message = (messageId: string) => ({
  ref: { peer: { kind: "direct" as const, id: "9" }, messageId },
  event: { kind: "message" as const, id: "" },
  sender: { id: "9" },
  sentAtMs: 0,
  text: "let me in",
  media: [],
  mentionsSelf: true,
});

function openStores() {
  const clock = new FakeClock();
  const database = new Database(":memory:", clock);
  const runs = new RunStore(database, "boot");
  const idempotency = new Idempotency(database, clock);
  const inbox = new InboxStore(database);
  const addRun = (id: string, acceptedAtMs: number, isOver: boolean) => {
    runs.insert({ ...run, id: id as RunId, sessionKey: `agent:main:${id}` as SessionKey, acceptedAtMs });
    const started = runs.start(runs.find(id)!, acceptedAtMs, []);
    database
      .query(
        `INSERT INTO tool_calls (run_id, call_id, step, name, input, effect, state, boot_id, started_at)
         VALUES (?, 'c1', 1, 'read', '{}', 'read', 'ok', 'boot', 1)`,
      )
      .run(id);
    if (isOver) runs.end(started, ended);
  };
  const sweep = async () => {
    const sweeping = sweepOld(database, clock, { old: [inbox, runs], idempotency });
    await clock.advance(0);
    await sweeping;
  };
  const idsOf = (table: string, column: string) =>
    database
      .query<{ id: string }>(`SELECT ${column} AS id FROM ${table} ORDER BY 1`)
      .all()
      .map(({ id }) => id);
  return {
    clock,
    database,
    idempotency,
    inbox,
    addRun,
    sweep,
    idsOf,
    [Symbol.dispose]: () => database[Symbol.dispose](),
  };
}

test("runs that ended a month ago go with their tool calls; young ones and those without an end stay", async () => {
  using stores = openStores();
  const { clock, addRun, sweep, idsOf } = stores;
  const nowMs = clock.nowMs();
  addRun("old", nowMs - memoryMs - 1, true);
  addRun("open", nowMs - memoryMs - 1, false);
  addRun("young", nowMs - memoryMs + 1, true);
  await sweep();
  expect(idsOf("runs", "id")).toEqual(["open", "young"]);
  expect(idsOf("tool_calls", "run_id")).toEqual(["open", "young"]);
});

test("keys of requests go when they have expired, also when no new ones come", async () => {
  using stores = openStores();
  const { clock, idempotency, sweep, idsOf } = stores;
  idempotency.remember({ principal: "alice", method: "send", key: "k1", body: {} }, "ref");
  await clock.advance(dayMs / 2);
  idempotency.remember({ principal: "alice", method: "send", key: "k2", body: {} }, "ref");
  await clock.advance(dayMs / 2);
  await sweep();
  expect(idsOf("idempotency", "key")).toEqual(["k2"]);
});

test("what a stranger wrote whom nobody approved is forgotten after a month", async () => {
  using stores = openStores();
  const { clock, inbox, sweep, idsOf } = stores;
  const account = { provider: "telegram", id: "main" };
  const nowMs = clock.nowMs();
  inbox.insert("old", account, message("1"), nowMs - memoryMs - 1);
  inbox.insert("young", account, message("2"), nowMs);
  for (const id of ["old", "young"]) inbox.update(id, { state: "held" });
  await sweep();
  expect(idsOf("inbound", "id")).toEqual(["young"]);
});

test("a file goes once nothing names it: no transcript, no message, no reply", async () => {
  using folder = temporaryFolder();
  using stores = openStores();
  const { clock, database } = stores;
  const media = new MediaStore(join(folder.path, "media"));
  const put = (text: string) => media.put(Buffer.from(text));
  const named = { entry: put("entry"), inbound: put("inbound"), outbox: put("outbox") };
  const loose = put("loose");
  const image = { type: "image", sha256: named.entry, mimeType: "image/png", bytes: 5 };
  database
    .query("INSERT INTO entries (id, session_id, seq, role, body, at) VALUES ('e1', 's1', 1, 'user', ?, 1)")
    .run(JSON.stringify({ role: "user", content: [image] }));
  database
    .query(
      `INSERT INTO inbound (id, provider, account_id, peer_kind, peer_id, message_id, event, sender_id, payload,
         sent_at, received_at, state, ready_at) VALUES ('i1', 't', 'm', 'direct', '7', '1', 'message', '7', ?, 1, 1,
         'routed', 1)`,
    )
    .run(JSON.stringify({ message: {}, kept: [{ sha256: named.inbound }] }));
  database
    .query(
      `INSERT INTO outbox (id, idem, provider, account_id, peer_kind, peer_id, lane, kind, payload, send_id, class,
         state, next_attempt_at, boot_id, created_at, expires_at) VALUES ('o1', 'x', 't', 'm', 'direct', '7', 'l',
         'message', ?, 's', 'reply', 'queued', 1, 'b', 1, 1)`,
    )
    .run(JSON.stringify({ media: { sha256: named.outbox } }));
  const nowMs = Date.now() + looseMediaMs + 60_000;
  const sweepAt = async (atMs: number) => {
    const later = { nowMs: () => atMs, soon: (work: () => void) => clock.soon(work) };
    await sweepMedia({ database, media, clock: later, signal: new AbortController().signal });
  };
  await sweepAt(nowMs - looseMediaMs);
  expect(media.fileCount).toBe(4);
  await sweepAt(nowMs);
  expect(media.get(loose)).toBeUndefined();
  expect(Object.values(named).map((sha256) => media.get(sha256) !== undefined)).toEqual([true, true, true]);
  database.query("DELETE FROM entries").run();
  await sweepAt(nowMs);
  expect(media.get(named.entry)).toBeUndefined();
});

test("a session for a single request goes a month after it, whole; one that somebody chose stays", async () => {
  using stores = openStores();
  const { clock, database, idsOf } = stores;
  const { sessions } = cronParts({ database, clock });
  const one = "0b2f61a4-6a0e-4a0e-9a3e-0123456789ab";
  const add = (key: string, label?: string) => {
    const session = sessions.ensure(key as SessionKey);
    const content = [{ type: "text" as const, text: "hi" }];
    database.transaction(() => sessions.transcript.append(session, { role: "user", content, timestamp: 1 }));
    if (label !== undefined) database.query("UPDATE sessions SET label = ? WHERE key = ?").run(label, key);
  };
  const kept = ["hook:github", "openai-user:alice", "main"].map((name) => `agent:main:${name}`);
  for (const key of kept) add(key);
  for (const name of ["hook", "openai"]) add(`agent:main:${name}:${one}`);
  add(`agent:work:hook:${one}`, "keep this");
  const sweep = async () => {
    const sweeping = sweepOneOffs({ database, sessions, clock, signal: new AbortController().signal });
    await clock.advance(1_000);
    await sweeping;
  };
  await clock.advance(memoryMs - 1_000);
  await sweep();
  expect(idsOf("sessions", "key")).toHaveLength(6);
  await clock.advance(1);
  await sweep();
  expect(idsOf("sessions", "key").toSorted()).toEqual([...kept, `agent:work:hook:${one}`].toSorted());
  expect(database.query<{ n: number }>("SELECT count(*) AS n FROM entries").get()).toEqual({ n: 4 });
});
