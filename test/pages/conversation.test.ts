import { describe, expect, test } from "bun:test";
import {
  type ChatEvent,
  type ChatMessage,
  type Conversation,
  emptyConversation,
  isStopped,
  messageKeys,
  outdated,
  unansweredRun,
  withEvent,
  withFailure,
  withHistory,
  withMessage,
  withoutLink,
  withRun,
} from "../../src/pages/webchat/conversation.ts";

/** How one session on the page changes: pure, so without a browser. */

const said = (role: "user" | "assistant", text: string, extra: Partial<ChatMessage> = {}): ChatMessage => ({
  role,
  content: [{ type: "text", text }],
  timestamp: 1,
  ...extra,
});

const event = (state: ChatEvent["state"], text?: string, extra: Partial<ChatEvent> = {}): ChatEvent => ({
  runId: "r1",
  sessionKey: "agent:main:main",
  seq: 1,
  state,
  ...(text !== undefined && { message: said("assistant", text) }),
  ...extra,
});

const asked: Conversation = withRun(withMessage(emptyConversation, said("user", "hi", { runId: "r1" })), "r1");
const texts = ({ messages }: Conversation) =>
  messages.map(({ content }) => (content[0]?.type === "text" ? content[0].text : ""));

describe("events", () => {
  const rows: readonly (readonly [law: string, events: readonly ChatEvent[], expected: object])[] = [
    ["a delta replaces what was shown", [event("delta", "a"), event("delta", "ab", { seq: 2 })], { live: "ab" }],
    ["an old delta is left out", [event("delta", "ab", { seq: 2 }), event("delta", "a")], { live: "ab" }],
    ["the end takes the run away", [event("delta", "a"), event("final", "ab")], { said: ["hi", "ab"] }],
    ["an end without words adds nothing", [event("final")], { said: ["hi"] }],
    ["an end that is told twice is said once", [event("final", "ab"), event("final", "ab")], { said: ["hi", "ab"] }],
    ["what was said before a stop stays", [event("aborted", "a")], { said: ["hi", "a"] }],
    ["a failure is kept with its reason", [event("error", undefined, { errorMessage: "no" })], { failed: "no" }],
  ];
  for (const [law, events, expected] of rows) {
    test(law, () => {
      const after = events.reduce(withEvent, asked);
      const seen = { live: after.runs[0]?.text, said: texts(after), failed: after.failures["r1"] };
      expect(seen).toMatchObject(expected);
    });
  }
});

test("a stopped answer is marked, a finished one is not", () => {
  const [, answer] = withEvent(asked, event("aborted", "a")).messages;
  expect(isStopped(answer!)).toBe(true);
  expect(isStopped(said("assistant", "a", { stopReason: "stop" }))).toBe(false);
});

test("a history that is read again keeps the messages that did not change", () => {
  const first = withHistory(emptyConversation, [said("user", "a", { id: "m1" }), said("user", "b", { id: "m2" })], 200);
  const second = withHistory(first, [said("user", "b", { id: "m2" }), said("user", "c", { id: "m3" })], 200);
  expect(second.messages[0]).toBe(first.messages[1]);
  expect(texts(second)).toEqual(["b", "c"]);
});

test("a history as long as was asked for has earlier messages", () => {
  const messages = [said("user", "a"), said("user", "b")];
  expect(withHistory(emptyConversation, messages, 2).hasEarlier).toBe(true);
  expect(withHistory(emptyConversation, messages, 3).hasEarlier).toBe(false);
});

test("whatever adds a message or knows of one makes an answer on the way out of date", () => {
  const { revision } = emptyConversation;
  expect(withMessage(emptyConversation, said("user", "a")).revision).toBeGreaterThan(revision);
  expect(outdated(emptyConversation).revision).toBeGreaterThan(revision);
  expect(withRun(emptyConversation, "r1").revision).toBe(revision);
});

test("a question without an answer names its run until it failed", () => {
  expect(unansweredRun(asked)).toBe("r1");
  expect(unansweredRun(withEvent(asked, event("final", "yes")))).toBeUndefined();
  expect(unansweredRun(withFailure(asked, "r1", "no"))).toBeUndefined();
});

test("without a connection nothing is under way and what is shown counts as kept", () => {
  const fresh = withHistory(asked, asked.messages, 200);
  expect(withoutLink(fresh)).toMatchObject({ runs: [], freshness: "kept" });
  expect(withoutLink(emptyConversation).freshness).toBe("none");
});

test("a message keeps its key from the sending on, and no two share one", () => {
  const local = [said("user", "hi", { runId: "r1" })];
  const read = [said("user", "hi", { runId: "r1", id: "m1" }), said("assistant", "a", { runId: "r1", id: "m2" })];
  expect(messageKeys(read)[0]).toBe(messageKeys(local)[0]);
  const twice = [...read, said("assistant", "b", { runId: "r1", id: "m3" }), said("user", "old", { id: "m4" })];
  expect(new Set(messageKeys(twice)).size).toBe(4);
});
