import { expect, test } from "bun:test";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { faultsOf, reply } from "../house/fake-house.ts";
import { temporaryFolder } from "../open-house.ts";
import { hookToken, mapping, named, openHooks, post } from "./hook-house.ts";

/** Requests of other programs, over the gateway's own port. */

test("work for the agent is accepted with its run, and the answer goes to the chat that was named", async () => {
  const network = new FakeNetwork();
  await using house = await openHooks({}, { network });
  house.engine.answer = () => "the build is red";
  const response = await post(house, "/hooks/agent", {
    message: "build 7 failed",
    name: "CI",
    channel: "telegram",
    to: "7",
  });
  expect(response.status).toBe(202);
  const { ok, runId } = (await response.json()) as { ok: boolean; runId: string };
  expect(ok).toBe(true);
  await network.until(reply("the build is red"));
  const turn = house.engine.turns[0]!;
  expect([turn.runId, turn.isOwner]).toEqual([runId, false]);
  expect(turn.sessionKey).toStartWith("agent:main:hook:");
  expect(turn.prompt).toMatch(
    /^\[Hook CI\] This came in over a hook[^]*\n<<<external [0-9a-f]{24}: hook CI\n[^]*\nbuild 7 failed\nexternal/,
  );
  expect(faultsOf(house)).toEqual([]);
});

test("words of the owner's own programs are not fenced, and their run is the owner's", async () => {
  await using house = await openHooks({ trust: "owner" });
  using alice = await house.operator();
  const response = await post(house, "/hooks/agent", {
    message: "tidy up",
    deliver: false,
    sessionKey: "hook:nightly",
  });
  const { runId } = (await response.json()) as { runId: string };
  await alice.call("agent.wait", { runId, timeoutMs: 30_000 });
  const { prompt, isOwner, sessionKey } = house.engine.turns[0]!;
  expect([prompt, isOwner, sessionKey]).toEqual(["[Hook Hook] tidy up", undefined, "agent:main:hook:nightly"]);
});

test("a wake is a notice in front of the next turn, or a turn of its own", async () => {
  await using house = await openHooks();
  using alice = await house.operator();
  const later = await post(house, "/hooks/wake", { text: "the mail is here", mode: "next-heartbeat" });
  expect([later.status, await later.json()]).toEqual([200, { ok: true, mode: "next-heartbeat" }]);
  expect(house.engine.turns).toEqual([]);
  expect((await alice.call("status", {})).queuedSystemEvents[0]).toContain("the mail is here");
  const now = await post(house, "/hooks/wake", { text: "the door rang" });
  expect([now.status, await now.json()]).toEqual([200, { ok: true, mode: "now" }]);
  await alice.until(({ event, payload }) => event === "chat" && (payload as { state: string }).state === "final");
  const { sessionKey, prompt, isOwner } = house.engine.turns[0]!;
  expect([sessionKey, isOwner]).toEqual(["agent:main:main", false]);
  expect(prompt).toContain("the mail is here");
  expect(prompt).toContain("the door rang");
});

test("a message is delivered as it is, without a model", async () => {
  const network = new FakeNetwork();
  await using house = await openHooks({}, { network });
  const response = await post(house, "/hooks/message", { text: "the wash is done", channel: "telegram", to: "7" });
  expect(response.status).toBe(202);
  await network.until(reply("the wash is done"));
  expect(house.engine.turns).toEqual([]);
});

test("a mapping turns a request into work by its templates, and the first that fits is taken", async () => {
  const network = new FakeNetwork();
  const to = { channel: "telegram", to: "7" };
  const mappings = [
    mapping({
      ...to,
      path: "github",
      action: "message",
      when: [{ path: "headers.x-github-event", equals: "push" }],
      text: "{{pusher.name}} pushed {{commits[0].message}}",
    }),
    mapping({
      ...to,
      path: "github",
      when: [{ path: "action", equals: "opened" }],
      text: "{{issue.title}}",
      instruction: "Say in one line what the issue wants.",
      sessionKey: "hook:issue-{{issue.number}}",
    }),
  ];
  await using house = await openHooks({ mappings }, { network });
  const push = { pusher: { name: "Bob" }, commits: [{ message: "mend it" }] };
  const pushed = await post(house, "/hooks/github", push, { ...named("1"), "x-github-event": "push" });
  expect(pushed.status).toBe(202);
  await network.until(reply("Bob pushed mend it"));
  const opened = await post(house, "/hooks/github", { action: "opened", issue: { number: 9, title: "It burns" } });
  expect(opened.status).toBe(202);
  await network.until(reply("heard: [Hook github] Say in one line what the issue wants."));
  expect(house.engine.turns[0]!.sessionKey).toBe("agent:main:hook:issue-9");
  const closed = await post(house, "/hooks/github", { action: "closed" });
  expect([closed.status, await closed.text()]).toEqual([204, ""]);
});

const services = ["idempotency-key", "x-github-delivery", "svix-id", "webhook-id", "x-gitlab-event-uuid"];

for (const header of services) {
  test(`the same delivery by ${header} has one effect, also after a restart`, async () => {
    using folder = temporaryFolder();
    const answers: unknown[] = [];
    const turns: number[] = [];
    for (const text of ["pay", "pay (again)"]) {
      await using house = await openHooks({}, { stateDir: folder.path });
      using alice = await house.operator();
      for (const spelled of [text, `${text} `]) {
        const body = { message: spelled, deliver: false };
        const response = await post(house, "/hooks/agent", body, named("d1", header));
        answers.push([response.status, await response.json()]);
      }
      const { runId } = (answers[0] as [number, { runId: string }])[1];
      await alice.call("agent.wait", { runId, timeoutMs: 30_000 });
      turns.push(house.engine.turns.length);
    }
    expect(answers).toEqual(Array.from({ length: 4 }, () => answers[0]));
    expect(turns).toEqual([1, 0]);
  });
}

test("the same number at two hooks, or under two services, is two deliveries", async () => {
  await using house = await openHooks({ mappings: [mapping({ path: "b", text: "{{message}}", deliver: false })] });
  const ids: string[] = [];
  const body = { message: "x", deliver: false };
  for (const [path, header] of [
    ["agent", "svix-id"],
    ["agent", "x-github-delivery"],
    ["b", "svix-id"],
  ] as const) {
    const response = await post(house, `/hooks/${path}`, body, named("1", header));
    ids.push(((await response.json()) as { runId: string }).runId);
  }
  expect(new Set(ids).size).toBe(3);
});

const right = { authorization: `Bearer ${hookToken}` };
const refused: readonly (readonly [name: string, path: string, init: RequestInit, status: number, words: string])[] = [
  ["no token", "/hooks/agent", { method: "POST", body: "{}" }, 401, "send the hooks' token as Authorization: Bearer"],
  [
    "a wrong token",
    "/hooks/agent",
    { method: "POST", headers: { authorization: "Bearer x" }, body: "{}" },
    401,
    "hooks.token",
  ],
  ["a token in the query", `/hooks/agent?token=${hookToken}`, { method: "POST", body: "{}" }, 401, "query is refused"],
  ["a GET", "/hooks/agent", { headers: right }, 405, "only POST"],
  ["an unknown hook", "/hooks/nowhere", { method: "POST", headers: right, body: "{}" }, 404, "no such hook"],
  ["no JSON", "/hooks/agent", { method: "POST", headers: right, body: "message=hi" }, 400, "not JSON"],
  ["no message", "/hooks/agent", { method: "POST", headers: right, body: "{}" }, 400, "message"],
  [
    "too many levels",
    "/hooks/agent",
    { method: "POST", headers: right, body: "[".repeat(70) + "]".repeat(70) },
    400,
    "nested",
  ],
  [
    "a body too large",
    "/hooks/agent",
    { method: "POST", headers: right, body: "x".repeat(262_145) },
    413,
    "262144 bytes",
  ],
  ["an unknown model", "/hooks/agent", post1({ message: "x", model: "no/such" }), 400, "model no/such is not known"],
  [
    "an unknown network",
    "/hooks/agent",
    post1({ message: "x", channel: "smoke", to: "1" }),
    400,
    "unknown channel: smoke",
  ],
  ["an unknown agent", "/hooks/agent", post1({ message: "x", agentId: "nobody" }), 400, "nobody"],
  ["nobody to tell", "/hooks/message", post1({ text: "x" }), 400, "name channel and to"],
];

function post1(body: unknown): RequestInit {
  return { method: "POST", headers: right, body: JSON.stringify(body) };
}

for (const [name, path, init, status, words] of refused) {
  test(`a request with ${name} is refused with ${status} and words`, async () => {
    await using house = await openHooks();
    const response = await fetch(`${house.httpUrl}${path}`, init);
    const answer = (await response.json()) as { ok: boolean; error: string };
    expect([response.status, answer.ok]).toEqual([status, false]);
    expect(answer.error).toContain(words);
    expect(answer.error).not.toContain(hookToken);
  });
}

test("the older names of the token's header are taken too", async () => {
  await using house = await openHooks();
  for (const header of ["x-clawdia-token", "x-openclaw-token", "x-moltbot-token", "x-clawdbot-token"]) {
    const response = await post(house, "/hooks/agent", { message: "hi", deliver: false }, { [header]: hookToken });
    expect(response.status).toBe(202);
  }
});

test("without hooks there is nothing at their path", async () => {
  await using house = await openHooks({ enabled: false });
  expect((await post(house, "/hooks/agent", { message: "hi" })).status).toBe(405);
});
