import { expect, test } from "bun:test";
import { answeredFailure, CallError, deliveryErrorOf } from "../../../src/providers/imessage/failures.ts";
import { endWords, lastWords } from "../../../src/providers/imessage/last-words.ts";

/** What imsg's words mean for a message and for the link. */

const uncertain = { disposition: "may_have_completed", retry_safe: false };
const unstarted = { disposition: "not_started", retry_safe: true };

test.each([
  ["busy", [-32_000, "Server busy", ""], { isCertain: true, isPermanent: false }],
  ["without a database", [-32_002, "unavailable", ""], { isCertain: true, isPermanent: false }],
  ["without the bridge", [-32_003, "no bridge", ""], { isCertain: true, isPermanent: false }],
  ["blocked", [-32_004, "blocked", uncertain], { isCertain: true, isPermanent: false }],
  ["in doubt by its own word", [-32_001, "unknown", uncertain], { isCertain: false, isPermanent: false }],
  ["in doubt without a word", [-32_001, "unknown", ""], { isCertain: false, isPermanent: false }],
  ["not started", [-32_603, "failed", unstarted], { isCertain: true, isPermanent: false }],
  ["not started, and wrong", [-32_602, "chat not found", unstarted], { isCertain: true, isPermanent: true }],
  ["a request that is wrong", [-32_602, "invalid service", ""], { isCertain: true, isPermanent: true }],
  ["an unknown chat", [-32_602, "unknown chat_id 5", ""], { isCertain: true, isPermanent: true }],
  ["an unknown method", [-32_601, "Method not found", "send"], { isCertain: true, isPermanent: true }],
  [
    "a fault of AppleScript",
    [-32_603, "AppleScript failed", "Messages got an error"],
    { isCertain: false, isPermanent: false },
  ],
  [
    "a time-out of AppleScript",
    [-32_603, "failed", "AppleEvent timed out. (-1712)"],
    { isCertain: false, isPermanent: false },
  ],
  [
    "a chat that AppleScript does not find",
    [-32_603, "failed", "Can’t get chat id (-1728)"],
    { isCertain: true, isPermanent: true },
  ],
  ["a ghost", [-32_603, "failed", "Messages wrote an unjoined SMS row"], { isCertain: true, isPermanent: true }],
  [
    "a permission that is missing",
    [-32_603, "failed", "Not authorized to send Apple events (-1743)"],
    { isCertain: true, isPermanent: false },
  ],
] as const)("a send that is %s", (_, [code, message, data], expected) => {
  const error = new CallError("send", answeredFailure(code, message, data));
  expect(deliveryErrorOf(error)).toMatchObject(expected);
});

test("a call that was never written left certainly nothing", () => {
  const unwritten = new CallError("send", { kind: "broken", mayHaveLeft: false, reason: "it has ended" });
  const written = new CallError("send", { kind: "broken", mayHaveLeft: true, reason: "it ended" });
  expect([unwritten, written].map((error) => deliveryErrorOf(error).isCertain)).toEqual([true, false]);
});

test("nothing that imsg said of people is in an error", () => {
  const said = "Can’t get chat of bob@example.com: meet me at nine";
  for (const code of [-32_603, -32_602, -32_001, -32_000, 5]) {
    const cause = new CallError("send", answeredFailure(code, said, { detail: said }));
    const error = deliveryErrorOf(cause);
    expect(JSON.stringify([error.message, error, cause.message, cause])).not.toMatch(/bob@|meet me/);
  }
});

test.each([
  ["authorization denied", -32_603, "logged-out", "Full Disk Access"],
  ["unable to open database file", -32_002, "logged-out", "Full Disk Access"],
  ["chat.db: permission denied", -32_002, "logged-out", "Full Disk Access"],
  ["database is locked", -32_002, "lost", "busy"],
  ["not authorized to send Apple events (-1743)", -32_603, "logged-out", "Automation"],
  ["something else", -32_603, "lost", "it failed"],
] as const)("a link whose imsg says %p is told", (said, code, kind, words) => {
  const told = lastWords(new CallError("chats.list", answeredFailure(code, "Internal error", said)));
  expect([told.kind, told.reason]).toEqual([kind, expect.stringContaining(words)]);
});

test.each([
  ["with exit code 127", "", undefined, ["logged-out", "imsg is not on this machine"]],
  ["with exit code 1", "Full Disk Access is required", undefined, ["logged-out", "Full Disk Access"]],
  ["with exit code 3", "oops", undefined, ["lost", "imsg ended with exit code 3"]],
  ["by signal SIGKILL", "", undefined, ["lost", "imsg ended by signal SIGKILL"]],
  ["with exit code 255", "", undefined, ["lost", "imsg ended with exit code 255"]],
  ["with exit code 255", "Permission denied (publickey).", "mac", ["logged-out", "ssh-copy-id"]],
  ["with exit code 0", "", "mac", ["lost", "imsg ended with exit code 0"]],
] as const)("a program that ended %s saying %p, host %p", (how, said, host, [kind, words]) => {
  const told = endWords({ how, said, host });
  expect([told.kind, told.reason]).toEqual([kind, expect.stringContaining(words)]);
});
