import { expect, test } from "bun:test";
import { sessionWord } from "../../../src/engine/acp/agent-words.ts";
import { dangerousArg } from "../../../src/engine/acp/dangerous-args.ts";
import { askedFor, permissionAnswer } from "../../../src/engine/acp/permission.ts";
import { historyCharsMax, promptBlocks } from "../../../src/engine/acp/prompt-blocks.ts";
import { type AgentWord, TurnEvents, turnLimits } from "../../../src/engine/acp/turn-events.ts";
import type { EngineEvent } from "../../../src/engine/index.ts";
import { zeroTurnUsage } from "../../../src/engine/index.ts";
import { turn } from "./stage.ts";

const switches: readonly (readonly [args: string[], expected: string | undefined])[] = [
  [["acp"], undefined],
  [["--dangerously-skip-permissions"], "--dangerously-skip-permissions"],
  [["acp", "--dangerously-bypass-approvals-and-sandbox"], "--dangerously-bypass-approvals-and-sandbox"],
  [["--allow-dangerously-skip-permissions=true"], "--allow-dangerously-skip-permissions"],
  [["--yolo"], "--yolo"],
  [["-c", "exec agent --skip-permissions-unsafe"], "--skip-permissions-unsafe"],
  [["-c", "exec agent '--Yolo'"], "--Yolo"],
  [["--no-approvals"], "--no-approvals"],
  [["/home/alice/dangerous/agent", "how dangerous", "yolo"], undefined],
  [["--permission-mode", "plan"], undefined],
];

for (const [args, expected] of switches) {
  test(`of ${JSON.stringify(args)}, ${expected ?? "nothing"} is dangerous`, () => {
    expect(dangerousArg(args)).toBe(expected);
  });
}

const update = (sessionUpdate: string, rest: object = {}) => ({ sessionId: "s", update: { sessionUpdate, ...rest } });
const text = { type: "text", text: "hi" };

const updates: readonly (readonly [name: string, params: unknown, expected: AgentWord | undefined])[] = [
  ["text", update("agent_message_chunk", { content: text }), { kind: "text", delta: "hi" }],
  ["a thought", update("agent_thought_chunk", { content: text }), { kind: "reasoning", delta: "hi" }],
  [
    "a link",
    update("agent_message_chunk", { content: { type: "resource_link", uri: "file:///a", name: "a" } }),
    { kind: "text", delta: "file:///a" },
  ],
  ["a tool", update("tool_call", { title: "Read\u001b[31m it" }), { kind: "tool", title: "Read\\u001b[31m it" }],
  ["a tool without a title", update("tool_call", {}), undefined],
  ["a picture", update("agent_message_chunk", { content: { type: "image", data: "" } }), undefined],
  ["text that is none", update("agent_message_chunk", { content: { type: "text", text: 7 } }), undefined],
  ["no content", update("agent_message_chunk"), undefined],
  ["what the person said", update("user_message_chunk", { content: text }), undefined],
  ["a plan", update("plan", { entries: [] }), undefined],
  ["what is yet unknown", update("telepathy", { content: text }), undefined],
];

for (const [name, params, expected] of updates) {
  test(`of an update of a session, this is for people: ${name}`, () => {
    expect(sessionWord(params)).toEqual({ sessionId: "s", word: expected });
  });
}

test("what is no update of a session is nothing", () => {
  for (const params of [undefined, null, 7, [], {}, { sessionId: 7, update: {} }, { sessionId: "s", update: [] }]) {
    expect(sessionWord(params)).toBeUndefined();
  }
});

const option = (kind: string) => ({ optionId: kind, name: kind, kind: kind as "allow_once" });
const every = ["allow_always", "reject_always", "allow_once", "reject_once"];

const answers: readonly (readonly [kinds: string[], decision: "allow" | "deny" | "cancelled", expected: string])[] = [
  [every, "allow", "allow_once"],
  [every, "deny", "reject_once"],
  [every, "cancelled", "cancelled"],
  [["allow_always", "reject_always"], "allow", "reject_always"],
  [["allow_always"], "allow", "cancelled"],
  [["allow_always"], "deny", "cancelled"],
  [[], "allow", "cancelled"],
];

for (const [kinds, decision, expected] of answers) {
  test(`of ${kinds.join(", ") || "no options"}, ${decision} is answered by ${expected}`, () => {
    const { outcome } = permissionAnswer(kinds.map(option), decision);
    expect(outcome.outcome === "selected" ? outcome.optionId : outcome.outcome).toBe(expected);
  });
}

test("S-106 what is asked for is shown on one line and cut", () => {
  const toolCall = { toolCallId: "1", title: `a\n${"b".repeat(1000)}`, rawInput: { x: "y".repeat(10_000) } };
  const asked = askedFor({ sessionId: "s", toolCall, options: [] });
  expect([asked.title.length, asked.title.slice(0, 8), asked.kind, asked.input.length]).toEqual([
    300,
    "a\\u000ab",
    "other",
    4000,
  ]);
  expect(askedFor({ sessionId: "s", toolCall: { toolCallId: "1" }, options: [] })).toEqual({
    title: "something",
    kind: "other",
    input: "",
  });
});

test("of a long conversation the end is told", () => {
  const history = Array.from({ length: 100 }, (_, index) => ({ role: "user" as const, text: `${index} `.repeat(400) }));
  const [told] = promptBlocks({ ...turn("now"), history }, { seesImages: false, isNew: true, isAgain: false });
  const words = told?.type === "text" ? told.text : "";
  expect(words.length).toBeLessThan(historyCharsMax + 200);
  expect(words).toContain("user: 99 ");
  expect(words).not.toContain("user: 50 ");
});

const end: EngineEvent = { kind: "end", stopReason: "stop", usage: zeroTurnUsage };

async function read(events: TurnEvents): Promise<EngineEvent[]> {
  const heard: EngineEvent[] = [];
  for await (const event of events) heard.push(event);
  return heard;
}

test("neighbours are put together for a slow reader, and add up", async () => {
  const events = new TurnEvents(() => undefined);
  for (let index = 0; index < 1000; index++) events.say({ kind: "text", delta: `${index} ` });
  events.finish({ end });
  events.finish({ error: new Error("late") });
  events.say({ kind: "text", delta: "late" });
  const heard = await read(events);
  expect(heard.length).toBe(turnLimits.waitingMax + 1);
  expect(heard.at(-1)).toBe(end);
  const said = heard.map((event) => (event.kind === "text" ? event.delta : "")).join("");
  expect(said).toBe(Array.from({ length: 1000 }, (_, index) => `${index} `).join(""));
});

test("too much is told once, and the rest is dropped", async () => {
  const complaints: string[] = [];
  const events = new TurnEvents((error) => complaints.push(error.message));
  for (let index = 0; index < 10; index++) events.say({ kind: "text", delta: "x".repeat(turnLimits.charsMax / 2) });
  events.finish({ end });
  expect((await read(events)).length).toBe(3);
  expect(complaints).toEqual([`the agent said more than ${turnLimits.charsMax} characters`]);
});

test("paragraphs are parted only where text goes on after a tool", async () => {
  const events = new TurnEvents(() => undefined);
  events.say({ kind: "tool", title: "a" });
  events.say({ kind: "text", delta: "one\n" });
  events.say({ kind: "tool", title: "b" });
  events.say({ kind: "text", delta: "" });
  events.say({ kind: "text", delta: "two" });
  events.say({ kind: "tool", title: "c" });
  events.say({ kind: "tool", title: "d" });
  events.say({ kind: "text", delta: "three" });
  events.say({ kind: "text", delta: "four" });
  events.finish({ end });
  const said = (await read(events)).map((event) => (event.kind === "text" ? event.delta : "")).join("");
  expect(said).toBe("one\ntwo\n\nthreefour");
});
