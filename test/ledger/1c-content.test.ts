import { expect, test } from "bun:test";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { WireClient } from "../gateway/wire-client.ts";
import { newDevice, ownerToken } from "../open-house.ts";
import { LedgerHouse, refusalIn } from "./ledger-house.ts";
import { methodSamples, textParamsOf } from "./method-samples.ts";

/** Block 1C of the ledger, second half: paths, keys and ids that a client chooses. */

/** All that answers without a credential; whoever adds a path to it says why. */
const openPaths: Readonly<Record<string, string>> = {
  "/": "WebChat's page, which asks for the token",
  "/index.html": "the same",
  "/healthz": "a probe: alive",
  "/readyz": "a probe: takes requests",
  "/startupz": "a probe: started",
  "/control-ui-config.json": "where the page lies",
  "/avatar/main?meta=1": "that there is no picture",
  "/tab/": "the page that makes a browser a screen, which asks for the token",
  "/__clawdia__/canvas/": "the agent's pages, on this machine alone (S-88)",
  "/__clawdbot__/a2ui/": "the agent's surfaces, on this machine alone, to look at (S-88)",
};

test("S-51 what answers without a credential is a short, written list", async () => {
  await using house = await LedgerHouse.open();
  for (const path of Object.keys(openPaths)) expect([path, (await house.fetch(path)).status]).toEqual([path, 200]);
  const others = [
    "/config",
    "/clawdia.json",
    "/clawdia.db",
    "/secrets/gateway-token",
    "/media/1",
    "/logs",
    "/hooks/wake",
    "/v1/chat/completions",
    "/v1/responses",
    "/__clawdia__/media/",
    "/tab/../clawdia.json",
    "/api/channels/nostr/main/profile",
    "/avatar/main",
    "/avatar/..%2fx?meta=1",
  ];
  for (const path of others) {
    const answer = await house.refuses(() => house.fetch(path));
    expect([path, answer.status]).toEqual([path, 404]);
  }
  // Doors that are there show nothing to who has no token.
  for (const [path, status] of [
    ["/metrics", 401],
    ["/tools/invoke", 405],
  ] as const) {
    const answer = await house.refuses(() => house.fetch(path));
    expect([path, answer.status]).toEqual([path, status]);
  }
});

/** Spellings of a path that one decoder reads as it and another does not. */
function* spellingsOf(path: string): Generator<string> {
  const heads = [
    "",
    "/.",
    "/..",
    "//",
    "/x/..",
    "/%2e",
    "/%2e%2e",
    "/%252e%252e",
    "/%5c..",
    "/assets/..",
    "/assets/%2e%2e",
  ];
  const tails = [
    "",
    "/",
    "/.",
    "/..",
    "%00",
    "%20",
    ";",
    ";.js",
    "%3b",
    "?",
    "%3f",
    "#x",
    "%23",
    "%2f",
    "%252f",
    ".html",
    "%0a",
    "\\",
  ];
  const names = [
    path,
    path.toUpperCase(),
    path.replaceAll("/", "//"),
    path.replaceAll("/", "%2f"),
    path.replaceAll("/", "%252F"),
    path.replaceAll("/", "/%2e/"),
    path.replaceAll("/", "\\"),
    path.replaceAll("e", "%65"),
    path.replaceAll("e", "%2565"),
    path.replaceAll("e", "%u0065"),
    path.replaceAll("e", "%c1%a5"),
  ];
  for (const head of heads)
    for (const name of names) for (const tail of tails) yield `/${head}${name}${tail}`.replace(/^\/\//, "/");
}

// More than two thousand requests.
test("S-52 no spelling of a path finds what the path itself does not", async () => {
  await using house = await LedgerHouse.open();
  const files = new Set([await (await house.fetch("/")).text(), "ok\n", "ready\n", "started\n", '{"basePath":""}']);
  const spellings = [...spellingsOf("/secrets/gateway-token"), ...spellingsOf("/clawdia.json")].slice(0, 4400);
  expect(spellings.length).toBeGreaterThan(2000);
  const found: string[] = [];
  const batch = 64;
  for (let from = 0; from < spellings.length; from += batch) {
    const answers = spellings.slice(from, from + batch).map(async (path) => {
      const { status, body } = await house.plain(path);
      if (status === 200 && !files.has(body)) found.push(path);
    });
    await Promise.all(answers);
  }
  expect(found).toEqual([]);
});

const send = (text: string, idempotencyKey: string) => ({ sessionKey: "main", message: text, idempotencyKey });
const isFinal = (runId: string) => (frame: { event?: string; payload?: Readonly<Record<string, unknown>> }) =>
  frame.event === "chat" && frame.payload?.["state"] === "final" && frame.payload["runId"] === runId;

test("S-54 a key of one client neither shows nor stops another client's request", async () => {
  await using house = await LedgerHouse.open();
  const [alice, bob] = [await house.operator(), await house.operator()];
  expect((await alice.call("chat.send", send("canary-4711", "k1"))).payload?.["status"]).toBe("started");
  await alice.next(isFinal("k1"));
  const theirs = await bob.call("chat.send", send("from bob", "k1"));
  expect(JSON.stringify(theirs)).not.toContain("canary-4711");
  const isOut = theirs.ok && theirs.payload?.["status"] === "started";
  expect([isOut, theirs.error?.code]).toEqual(isOut ? [true, undefined] : [false, "CONFLICT"]);
});

test("S-54 the same key with another text is a conflict, with the same text the same run", async () => {
  await using house = await LedgerHouse.open();
  const alice = await house.operator();
  await alice.call("chat.send", send("one", "k1"));
  await alice.next(isFinal("k1"));
  const again = await house.refuses(() => alice.call("chat.send", send("one", "k1")));
  expect(again.payload).toEqual({ runId: "k1", status: "ok" });
  const other = await house.refuses(() => alice.call("chat.send", send("two", "k1")));
  expect(other.error?.code).toBe("CONFLICT");
  expect(JSON.stringify(other)).not.toContain("one");
  expect(house.open.engine.turns).toHaveLength(1);
});

test("S-55 names of prototypes as keys change no object", async () => {
  await using house = await LedgerHouse.open();
  const admin = await house.operator();
  const nasty = ["__proto__", "constructor", "prototype"];
  for (const { name, sample } of methodSamples) {
    for (const key of nasty) {
      const params = JSON.stringify(sample).replace(/^\{/, `{"${key}":{"polluted":true},`).replace(",}", "}");
      admin.sendText(`{"type":"req","id":"${name} ${key}","method":"${name}","params":${params}}`);
      await admin.response(`${name} ${key}`);
    }
  }
  for (const key of nasty) {
    const { ok } = await admin.call("sessions.patch", { key, label: key });
    const { payload } = await admin.call("sessions.list", { search: key });
    expect([key, ok, (payload!["sessions"] as unknown[]).length]).toEqual([key, ok, ok ? 1 : 0]);
    await admin.call("chat.history", { sessionKey: key });
    await admin.call("agent.wait", { runId: key, timeoutMs: 0 });
  }
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});

const hostileIds = [
  "../x",
  "..%2f",
  "..",
  "a/../../b",
  "\0",
  "a\0b",
  "x".repeat(4096),
  "CON",
  "/etc/passwd",
  "C:\\x",
  "\u202ex",
  "\n",
  "'; DROP TABLE runs; --",
];

test("S-57 an id that is a path is an id that nobody has, in every method and parameter", async () => {
  await using house = await LedgerHouse.open();
  mkdirSync(join(house.folder, "media"), { recursive: true });
  const admin = await house.operator();
  // The one file that a method writes is there already, so that a hostile hash of it must fit.
  await admin.call("exec.approvals.set", { file: { version: 1 } });
  const folder = readdirSync(house.folder);
  for (const method of methodSamples.filter(({ name }) => !runs.includes(name))) {
    for (const param of textParamsOf(method)) {
      for (const id of hostileIds) {
        const answer = await admin.call(method.name, { ...method.sample, [param]: id, ...shortWait(method.name) });
        const said = JSON.stringify(answer);
        expect([method.name, param, answer.error?.code === "INTERNAL", said.includes("root:")]).toEqual([
          method.name,
          param,
          false,
          false,
        ]);
      }
    }
  }
  expect(readdirSync(house.folder)).toEqual(folder);
  expect(readdirSync(join(house.folder, ".."))).toEqual(["state"]);
  expect((await admin.call("health")).ok).toBe(true);
});

/** Methods that start a run, which would wait for its end; their keys are tried below. */
const runs = ["agent", "chat.send"];
const shortWait = (name: string) => (name === "agent.wait" ? { timeoutMs: 0 } : {});

test("S-57 a run's session and key are names, never paths", async () => {
  await using house = await LedgerHouse.open();
  const alice = await house.operator();
  for (const sessionKey of ["../x", "a/../../b", "\0", "/etc/passwd", "agent:../x:main", "agent::x"]) {
    const answers = [
      await house.refuses(() => alice.call("chat.send", { ...send("x", "k"), sessionKey })),
      await house.refuses(() => alice.call("agent", { message: "x", idempotencyKey: "k", sessionKey })),
    ];
    expect([sessionKey, ...answers.map((answer) => answer.error?.code)]).toEqual([
      sessionKey,
      "INVALID_REQUEST",
      "INVALID_REQUEST",
    ]);
  }
});

test("S-58 a session's id opens it for its own agent alone", async () => {
  const agents = { list: [{ id: "main" }, { id: "other" }] };
  await using house = await LedgerHouse.open({ agents });
  const alice = await house.operator();
  const sessionId = await sessionIdOf(alice, "agent:other:main");
  const resolve = async (agentId: string) => refusalIn(await alice.call("sessions.resolve", { sessionId, agentId }));
  expect(await resolve("other")).toBe("nothing was refused");
  expect(await resolve("main")).toStartWith("INVALID_REQUEST No session found");
  const crossed = { message: "x", idempotencyKey: "k", agentId: "main", sessionKey: "agent:other:main" };
  const answer = await house.refuses(() => alice.call("agent", crossed));
  expect(refusalIn(answer)).toContain('agentId "main" does not match');
  const byId = { message: "x", idempotencyKey: "k", agentId: "main", sessionId };
  expect(refusalIn(await house.refuses(() => alice.call("agent", byId)))).toContain('agentId "main" does not match');
  const both = { message: "x", idempotencyKey: "k", sessionKey: "main", sessionId };
  expect(refusalIn(await house.refuses(() => alice.call("agent", both)))).toContain("sessionId does not belong");
});

async function sessionIdOf(wire: WireClient, key: string): Promise<string> {
  const { payload } = await wire.call("sessions.patch", { key, label: "x" });
  return (payload!["entry"] as { sessionId: string }).sessionId;
}

test("S-45 there is no second way in: what the socket refuses, no HTTP request does", async () => {
  await using house = await LedgerHouse.open();
  const headers = { authorization: `Bearer ${ownerToken}`, "content-type": "application/json" };
  for (const { name, sample } of methodSamples) {
    const body = JSON.stringify({ type: "req", id: "1", method: name, params: sample });
    const answer = await house.refuses(() => house.fetch(`/${name}`, { method: "POST", headers, body }));
    expect([name, answer.status]).toEqual([name, 405]);
  }
  const { answer } = await house.refuses(() => house.greet({ signer: newDevice() }, { headers }));
  expect(refusalIn(answer)).toContain("unauthorized");
});
