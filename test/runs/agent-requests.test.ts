import { expect, test } from "bun:test";
import { invalid, refusalOf } from "../house/refusal.ts";
import { openHouse } from "../open-house.ts";

const ignore = () => undefined;

const levels: readonly (readonly [thinking: string | undefined, level: string | undefined])[] = [
  [undefined, undefined],
  ["", undefined],
  ["default", undefined],
  ["high", "high"],
  ["max", "high"],
  ["off", "off"],
];

for (const [thinking, level] of levels) {
  test(`thinking ${JSON.stringify(thinking)} asks the engine for ${level ?? "its own level"}`, async () => {
    await using house = await openHouse();
    using alice = await house.operator();
    await alice.client.callToEnd(
      "agent",
      { message: "hi", idempotencyKey: "k1", ...(thinking !== undefined && { thinking }) },
      ignore,
    );
    expect(house.engine.turns.map((turn) => turn.thinkingLevel)).toEqual([level]);
  });
}

test("the session's thinking level counts where the request has none", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await alice.call("sessions.patch", { key: "main", thinkingLevel: "low" });
  await alice.client.callToEnd("agent", { message: "1", idempotencyKey: "k1", thinking: "default" }, ignore);
  await alice.client.callToEnd("agent", { message: "2", idempotencyKey: "k2", thinking: "high" }, ignore);
  await alice.client.callToEnd("agent", { message: "3", idempotencyKey: "k3", thinking: "off" }, ignore);
  expect(house.engine.turns.map((turn) => turn.thinkingLevel)).toEqual(["low", "high", "off"]);
});

const agents = { list: [{ id: "main", name: "Clawdia" }, { id: "work" }] };

const routes: readonly (readonly [name: string, params: object, sessionKey: string])[] = [
  ["nothing", {}, "agent:main:main"],
  ["an empty key", { sessionKey: "", to: "", channel: "" }, "agent:main:main"],
  ["a key", { sessionKey: "Notes" }, "agent:main:notes"],
  ["an agent", { agentId: "work" }, "agent:work:main"],
  ["an agent and a key of its own", { agentId: "work", sessionKey: "agent:work:x" }, "agent:work:x"],
  ["a network to answer on", { channel: "Telegram", replyChannel: "last", deliver: true }, "agent:main:main"],
];

for (const [name, params, sessionKey] of routes) {
  test(`a request with ${name} runs in ${sessionKey}`, async () => {
    await using house = await openHouse({ agents });
    using alice = await house.operator();
    await alice.client.callToEnd("agent", { message: "hi", idempotencyKey: "k1", ...params }, ignore);
    expect(house.engine.turns).toMatchObject([{ sessionKey, prompt: "hi", runId: "k1" }]);
  });
}

test("a session is found by its id", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const { entry } = await alice.call("sessions.patch", { key: "notes", label: "Notes" });
  await alice.client.callToEnd("agent", { message: "hi", idempotencyKey: "k1", sessionId: entry.sessionId }, ignore);
  expect(house.engine.turns).toMatchObject([{ sessionKey: "agent:main:notes" }]);
});

const refused: readonly (readonly [name: string, params: object, message: string])[] = [
  ["no message", { message: "" }, "invalid agent params: at /message: must NOT have fewer than 1 characters"],
  [
    "an empty key",
    { idempotencyKey: "" },
    "invalid agent params: at /idempotencyKey: must NOT have fewer than 1 characters",
  ],
  ["an unknown field", { extra: 1 }, "invalid agent params: at root: unexpected property 'extra'"],
  ["an unknown channel", { channel: "pigeon" }, "unknown channel: pigeon"],
  ["an unknown channel to reply on", { replyChannel: "pigeon" }, "unknown channel: pigeon"],
  ["an unknown agent", { agentId: "nobody" }, "unknown agent id: nobody (configured: main, work)"],
  [
    "an unknown agent in the key",
    { sessionKey: "agent:nobody:x" },
    "unknown agent id: nobody (configured: main, work)",
  ],
  [
    "an agent and a key of another one",
    { agentId: "work", sessionKey: "main" },
    'agentId "work" does not match the agent of the session key, "main"',
  ],
  ["an unknown session id", { sessionId: "none" }, "No session found: none"],
  ["a hostile key", { sessionKey: "../x" }, "invalid session key: use letters, digits and : @ . _ + / # = ~ -"],
  [
    "a thinking level that is none",
    { thinking: "very" },
    "invalid thinkingLevel (use off|minimal|low|medium|high|xhigh)",
  ],
  [
    "an attachment that is no base64",
    { attachments: [{ fileName: "a.png", content: "%%%" }] },
    "a.png: content is not valid base64",
  ],
  ["a session that may not be sent to", { sessionKey: "closed" }, "send blocked by session policy"],
];

for (const [name, params, message] of refused) {
  test(`a request with ${name} is refused, and nothing runs`, async () => {
    await using house = await openHouse({ agents });
    using alice = await house.operator();
    await alice.call("sessions.patch", { key: "closed", sendPolicy: "deny" });
    const request = { message: "hi", idempotencyKey: "k1", ...params };
    expect(await refusalOf(alice.call("agent", request))).toEqual(invalid(message));
    expect(house.engine.turns).toEqual([]);
    expect(await alice.call("agent.wait", { runId: "k1", timeoutMs: 0 })).toEqual({ runId: "k1", status: "timeout" });
  });
}
