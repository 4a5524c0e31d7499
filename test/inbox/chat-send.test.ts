import { expect, test } from "bun:test";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { invalid, refusalOf } from "../house/refusal.ts";
import { openTimedHouse } from "../house/timed-house.ts";
import { type Guest, openHouse } from "../open-house.ts";

function waitingEngine(): ScriptedEngine {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  return engine;
}

const send = (guest: Guest, idempotencyKey: string, params: object = {}) =>
  guest.call("chat.send", { sessionKey: "main", message: "hi", idempotencyKey, ...params });

const ended = (guest: Guest, runId: string) =>
  guest.until(({ event, payload }) => {
    const { runId: id, state } = payload as { runId: string; state: string };
    return event === "chat" && id === runId && state !== "delta";
  });

const png = Buffer.from("89504e470d0a1a0a", "hex").toString("base64");

test("a message is started, a repeat is in flight, after the end it is ok, and it ran once", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  expect(await send(alice, "k1")).toEqual({ runId: "k1", status: "started" });
  expect(await send(alice, "k1")).toEqual({ runId: "k1", status: "in_flight" });
  engine.finish("k1");
  await ended(alice, "k1");
  expect(await send(alice, "k1")).toEqual({ runId: "k1", status: "ok" });
  expect(engine.turns).toHaveLength(1);
});

test("another message under the same key is a conflict", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await send(alice, "k1");
  expect(await refusalOf(send(alice, "k1", { message: "ho" }))).toMatchObject({ code: "CONFLICT" });
});

test("a repeat of a message whose run failed says how", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  await send(alice, "k1");
  engine.fail("k1");
  await ended(alice, "k1");
  const summary = "the model is away";
  expect(await refusalOf(send(alice, "k1"))).toEqual({
    code: "UNAVAILABLE",
    message: summary,
    retryable: true,
    payload: { runId: "k1", status: "error", summary },
  });
});

const refused: readonly (readonly [name: string, params: object, message: string])[] = [
  ["no words", { message: "" }, "message or attachment required"],
  ["only space", { message: " \n\t" }, "message or attachment required"],
  ["an empty list of attachments", { message: "", attachments: [] }, "message or attachment required"],
  ["broken base64", { attachments: [{ fileName: "a.png", content: "!" }] }, "a.png: content is not valid base64"],
  ["a hostile key", { sessionKey: "../../x" }, "invalid session key: use letters, digits and : @ . _ + / # = ~ -"],
  [
    "a thinking level that is none",
    { thinking: "hard" },
    "invalid thinkingLevel (use off|minimal|low|medium|high|xhigh)",
  ],
  ["a closed session", { sessionKey: "closed" }, "send blocked by session policy"],
  ["a stop word to a closed session", { sessionKey: "closed", message: "stop" }, "send blocked by session policy"],
];

for (const [name, params, message] of refused) {
  test(`a message with ${name} is refused`, async () => {
    await using house = await openHouse();
    using alice = await house.operator();
    await alice.call("sessions.patch", { key: "closed", sendPolicy: "deny" });
    expect(await refusalOf(send(alice, "k1", params))).toEqual(invalid(message));
    expect(house.engine.turns).toEqual([]);
  });
}

test("images reach the engine as a number and the history as they are; other files are left out", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const attachments = [
    { type: "image", mimeType: "image/png", fileName: "a.png", content: `data:image/png;base64,${png}` },
    { type: "file", mimeType: "application/pdf", fileName: "b.pdf", content: Buffer.from("%PDF").toString("base64") },
  ];
  await send(alice, "k1", { message: "", attachments });
  await ended(alice, "k1");
  expect(house.engine.turns).toMatchObject([{ prompt: "", imageCount: 1 }]);
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect<object>(messages[0]).toEqual({
    id: expect.stringMatching(/^msg_/),
    role: "user",
    content: [{ type: "image", mimeType: "image/png", data: png }],
    timestamp: expect.any(Number),
    runId: "k1",
  });
});

for (const word of ["/stop", " STOP ", "Esc", "abort", "wait", "exit", "interrupt\n"]) {
  test(`${JSON.stringify(word)} stops what runs and what waits in the session, and is no message`, async () => {
    const engine = waitingEngine();
    await using house = await openHouse({ engine });
    using alice = await house.operator();
    await send(alice, "k1");
    await send(alice, "k2");
    await send(alice, "other", { sessionKey: "notes" });
    expect(await send(alice, "s1", { message: word })).toEqual({
      runId: "s1",
      status: "ok",
      ok: true,
      aborted: true,
      runIds: ["k1", "k2"],
    });
    expect((await ended(alice, "k1")).payload).toMatchObject({ state: "aborted", stopReason: "stop" });
    const { messages } = await alice.call("chat.history", { sessionKey: "main" });
    expect(messages.map(({ runId }) => runId)).toEqual(["k1", "k2"]);
    expect(await alice.call("agent.wait", { runId: "other", timeoutMs: 0 })).toMatchObject({ status: "timeout" });
  });
}

for (const message of ["stop it", "please stop", "/stopp", "don't wait"]) {
  test(`${JSON.stringify(message)} is a message like any other`, async () => {
    await using house = await openHouse();
    using alice = await house.operator();
    expect(await send(alice, "k1", { message })).toEqual({ runId: "k1", status: "started" });
  });
}

test("a stop word where nothing runs stops nothing", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  expect(await send(alice, "s1", { message: "stop" })).toEqual({
    runId: "s1",
    status: "ok",
    ok: true,
    aborted: false,
    runIds: [],
  });
});

test("deltas come at most every 150 ms, are cumulative, and their new parts add up to the answer", async () => {
  const engine = waitingEngine();
  await using house = await openTimedHouse({ engine });
  using alice = await house.operator();
  await send(alice, "k1");
  await alice.until(({ event }) => event === "agent");
  const words = Array.from({ length: 100 }, (_, index) => `w${index} `);
  for (const word of words) {
    engine.say("k1", word);
    await house.clock.advance(10);
  }
  engine.finish("k1");
  await ended(alice, "k1");
  const events = alice.payloads<ChatPayload>("chat");
  const deltas = events.filter(({ state }) => state === "delta");
  const final = events.at(-1)!;
  const said = words.join("");
  expect(deltas.map(({ deltaText }) => deltaText).join("")).toBe(said);
  let shown = "";
  for (const { message, deltaText } of deltas) {
    shown += deltaText;
    expect(message.content).toEqual([{ type: "text", text: shown }]);
  }
  const paced = deltas.slice(0, -1).map(({ message }) => message.timestamp);
  const pauses = paced.slice(1).map((at, index) => at - paced[index]!);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(150);
  expect(deltas.length).toBeLessThanOrEqual(8);
  expect(final).toMatchObject({
    state: "final",
    stopReason: "stop",
    message: { content: [{ type: "text", text: said }] },
  });
  const seqs = events.map(({ seq }) => seq);
  expect(seqs.toSorted((left, right) => left - right)).toEqual(seqs);
  expect(new Set(seqs).size).toBe(seqs.length);
});

interface ChatPayload {
  readonly seq: number;
  readonly state: string;
  readonly deltaText: string;
  readonly message: { readonly content: unknown; readonly timestamp: number };
}

test("the final event says the text, the model, the cost and why it ended, and nothing for no text", async () => {
  const engine = waitingEngine();
  await using house = await openHouse({ engine });
  using alice = await house.operator();
  await send(alice, "k1");
  engine.say("k1", "hello");
  engine.finish("k1");
  const usage = { input: 3, output: 5, totalTokens: 8 };
  expect((await ended(alice, "k1")).payload).toEqual({
    runId: "k1",
    sessionKey: "main",
    seq: expect.any(Number),
    state: "final",
    message: {
      role: "assistant",
      content: [{ type: "text", text: "hello" }],
      timestamp: expect.any(Number),
      runId: "k1",
      provider: "test",
      model: "scripted",
    },
    usage: expect.objectContaining(usage),
    stopReason: "stop",
  });
  await send(alice, "k2");
  engine.finish("k2");
  expect((await ended(alice, "k2")).payload).not.toHaveProperty("message");
});

test("what a client asked for as its time is given a minute more, and two minutes at least", async () => {
  const engine = waitingEngine();
  await using house = await openTimedHouse({ engine });
  using alice = await house.operator();
  await send(alice, "k1", { timeoutMs: 30_000 });
  await send(alice, "k2", { timeoutMs: 200_000, sessionKey: "x" });
  await send(alice, "k3", { sessionKey: "y" });
  const open = async () => {
    const runs = ["k1", "k2", "k3"].map((runId) => alice.call("agent.wait", { runId, timeoutMs: 0 }));
    return (await Promise.all(runs)).filter(({ status }) => status === "timeout").map(({ runId }) => runId);
  };
  await house.pass(119_999, alice);
  expect(await open()).toEqual(["k1", "k2", "k3"]);
  await house.pass(1, alice);
  expect(await open()).toEqual(["k2", "k3"]);
  await house.pass(140_000, alice);
  expect(await open()).toEqual(["k3"]);
  await house.pass(400_000, alice);
  expect(await open()).toEqual([]);
});
