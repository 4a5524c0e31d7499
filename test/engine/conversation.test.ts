import { expect, test } from "bun:test";
import {
  coolDownMs,
  costOf,
  type EngineFailure,
  freshCallId,
  keptMessages,
  type PastMessage,
  repaired,
  type StepMessage,
  thinkingOf,
  toSumUp,
} from "../../src/engine/index.ts";

const user = (text: string): PastMessage => ({ role: "user", text });
const assistant = (text: string, ...ids: readonly string[]): PastMessage => ({
  role: "assistant",
  text,
  ...(ids.length > 0 && { toolCalls: ids.map((callId) => ({ callId, name: "t", input: "{}" })) }),
});
const tool = (...ids: readonly string[]): PastMessage => ({
  role: "tool",
  results: ids.map((callId) => ({ callId, name: "t", text: `of ${callId}`, state: "ok" })),
});

/** Who speaks, and for results of which calls. */
function outline(messages: readonly StepMessage[]): string {
  return messages
    .map((message) => {
      if (message.role !== "tool") return `${message.role}:${message.text}`;
      return `tool:${message.results.map(({ callId, state }) => (state === "ok" ? callId : `${callId}?`)).join("+")}`;
    })
    .join(" ");
}

const conversations: readonly (readonly [name: string, given: readonly PastMessage[], expected: string])[] = [
  [
    "one that is sound",
    [user("a"), assistant("b", "1"), tool("1"), assistant("c")],
    "user:a assistant:b tool:1 assistant:c",
  ],
  ["a call without a result", [assistant("b", "1", "2"), tool("1")], "assistant:b tool:1+2?"],
  ["a call at the very end", [assistant("b", "1")], "assistant:b tool:1?"],
  ["a result without a call", [tool("9"), user("a")], "user:a"],
  ["a result of another call", [assistant("b", "1"), tool("9"), user("a")], "assistant:b tool:1? user:a"],
  ["results one by one", [assistant("b", "1", "2"), tool("1"), tool("2")], "assistant:b tool:1+2"],
  ["results in the other order", [assistant("b", "1", "2"), tool("2", "1")], "assistant:b tool:1+2"],
  [
    "a message between two results",
    [assistant("b", "1", "2"), tool("1"), user("stop"), tool("2"), assistant("c")],
    "assistant:b tool:1+2 user:stop assistant:c",
  ],
  ["nothing", [], ""],
];

for (const [name, given, expected] of conversations) {
  test(`${name} reaches a vendor as a sound conversation`, () => {
    expect(outline(repaired(given))).toBe(expected);
  });
}

const long = (letter: string) => letter.repeat(360);

const kept: readonly (readonly [name: string, past: readonly PastMessage[], tokensMax: number, expected: number])[] = [
  ["nothing", [], 100, 0],
  ["all that fits", [user("a"), assistant("b")], 1000, 2],
  ["only what fits", [user(long("a")), assistant(long("b")), user(long("c")), assistant(long("d"))], 250, 2],
  ["from a person's message on", [user("a"), assistant(long("b"), "1"), tool("1"), assistant("c")], 100, 0],
  ["nothing where the newest is too long", [user("a"), user(long("b").repeat(9))], 100, 0],
];

for (const [name, past, tokensMax, expected] of kept) {
  test(`what stays word for word is ${name}`, () => {
    expect(keptMessages(past, tokensMax)).toBe(expected);
  });
}

test("what is summed up tells who said what, and that the oldest is left out where it is too long", () => {
  expect(toSumUp([user("hi"), assistant("yes", "1"), tool("1")], "earlier", 1000)).toBe(
    "[earlier summary]\nearlier\n\nPerson: hi\n\nAssistant: yes\n\nAssistant calls t: {}\n\nt (ok): of 1",
  );
  const cut = toSumUp([user(long("a")), user("new")], undefined, 50);
  expect(cut).toBe("[1 older messages are left out]\n\nPerson: new");
  expect(toSumUp([user("x".repeat(10_000))], undefined, 10_000).length).toBeLessThan(5_000);
});

const minute = 60_000;
const hour = 60 * minute;
const rests: readonly (readonly [failure: EngineFailure, failures: number, expected: number])[] = [
  ["overloaded", 1, minute],
  ["overloaded", 2, 5 * minute],
  ["timeout", 3, 25 * minute],
  ["rate_limit", 4, hour],
  ["network", 40, hour],
  ["billing", 1, 5 * hour],
  ["billing", 2, 10 * hour],
  ["billing", 3, 20 * hour],
  ["billing", 4, 24 * hour],
  ["auth", 1, minute],
  ["bad_request", 3, 0],
  ["context_overflow", 1, 0],
];

for (const [failure, failures, expected] of rests) {
  test(`after ${failures} times ${failure} a model rests ${expected / minute} minutes`, () => {
    expect(coolDownMs(failure, failures)).toBe(expected);
  });
}

const levels: readonly (readonly [written: string | undefined, expected: string | undefined])[] = [
  [undefined, undefined],
  ["high", "high"],
  [" HIGH ", "high"],
  ["max", "xhigh"],
  ["on", "medium"],
  ["none", "off"],
  ["very much", undefined],
];

for (const [written, expected] of levels) {
  test(`thinking ${JSON.stringify(written)} is ${expected}`, () => {
    expect(thinkingOf(written)).toBe(expected as ReturnType<typeof thinkingOf>);
  });
}

const ids: readonly (readonly [wanted: string, used: readonly string[], expected: string])[] = [
  ["toolu_1", [], "toolu_1"],
  ["0", ["0"], "0-2"],
  ["0", ["0", "0-2"], "0-3"],
  ["", [], "call"],
  ["a b/c", [], "a_b_c"],
  ["x".repeat(300), [], "x".repeat(128)],
];

for (const [wanted, used, expected] of ids) {
  test(`a call that a vendor calls ${JSON.stringify(wanted.slice(0, 8))} is ${expected.slice(0, 8)}`, () => {
    expect(freshCallId(wanted, new Set(used))).toBe(expected);
  });
}

test("a price counts what a cache held for less, and for as much where nobody says", () => {
  const usage = { input: 1_000_000, output: 100_000, cacheRead: 2_000_000, cacheWrite: 0 };
  expect(costOf(usage, { input: 2, output: 10, cacheRead: 0.2 })).toBeCloseTo(2 + 1 + 0.4, 9);
  expect(costOf(usage, { input: 2, output: 10 })).toBeCloseTo(2 + 1 + 4, 9);
  expect(costOf(usage, undefined)).toBeNull();
});
