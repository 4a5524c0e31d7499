import { expect, test } from "bun:test";
import { attemptsMax, hasEnded, type Run, runMoves } from "../../src/runs/index.ts";
import { pastOf } from "../../src/runs/index.ts";
import { reasonToGiveUp } from "../../src/runs/run-book.ts";
import type { StoredMessage } from "../../src/sessions/index.ts";

/** `q1` is the question of run 1, `a1` its answer, `n` a message without a run. */
function messages(line: string): StoredMessage[] {
  return line.split(" ").flatMap((word): StoredMessage[] => {
    if (word === "") return [];
    const run = word === "n" ? {} : { runId: word.slice(1) };
    return [
      {
        role: word.startsWith("q") ? "user" : "assistant",
        content: [{ type: "text", text: word }],
        timestamp: 1,
        ...run,
      },
    ];
  });
}

const pasts: readonly (readonly [name: string, said: string, open: string, expected: string])[] = [
  ["nothing", "", "", ""],
  ["turns in their order", "q1 a1 q2 a2 q3", "3", "q1 a1 q2 a2"],
  ["the turn itself is not the past", "q1", "1", ""],
  ["later questions that wait are not the past", "q1 a1 q2 q3 q4", "2 3 4", "q1 a1"],
  ["an answer goes behind its question", "q1 q2 q3 a1 a2", "3", "q1 a1 q2 a2"],
  ["a question without an answer stays", "q1 q2 a2 q3", "3", "q1 q2 a2"],
  ["a message without a run stays in its place", "q1 a1 n q2 a2 n q3", "3", "q1 a1 n q2 a2 n"],
  ["an answer whose question is beyond the limit stays", "a1 q2 a2 q3", "3", "a1 q2 a2"],
];

for (const [name, said, open, expected] of pasts) {
  test(`the past of a turn: ${name}`, () => {
    const entries = messages(said).map((message, index) => ({ id: `${index}`, message }));
    const past = pastOf(entries, new Set(open.split(" ")));
    expect(past.map(({ message: { content } }) => (content[0] as { text: string }).text).join(" ")).toBe(expected);
  });
}

const acceptedAtMs = 1_000_000;
const hour = 3_600_000;
const cut = "the run was cut by restarts of the gateway too often";
const stale = "the gateway was away too long to take the run up again; ask once more";

const given: readonly (readonly [name: string, run: Partial<Run>, ageMs: number, expected: string | undefined])[] = [
  ["a run that waited", { state: "queued", attempt: 0 }, 0, undefined],
  ["a run that was cut for the first time", { state: "running", attempt: 1 }, 1000, undefined],
  ["a run that was cut once less than too often", { state: "running", attempt: attemptsMax - 1 }, 1000, undefined],
  ["a run that was cut too often", { state: "running", attempt: attemptsMax }, 1000, cut],
  ["a run that was put back after its last attempt", { state: "queued", attempt: attemptsMax }, 1000, undefined],
  ["a run that waited as long as it may", { state: "queued", attempt: 0 }, hour + 1000, undefined],
  ["a run that waited longer", { state: "queued", attempt: 0 }, hour + 1001, stale],
  ["a run that was cut long ago", { state: "running", attempt: 1 }, 24 * hour, stale],
  ["a run from the future of a clock that jumped", { state: "queued", attempt: 0 }, -hour, undefined],
];

for (const [name, run, ageMs, expected] of given) {
  test(`${name} is ${expected === undefined ? "taken up again" : "given up"}`, () => {
    const whole = { acceptedAtMs, timeoutMs: 1000, ...run } as Run;
    expect(reasonToGiveUp(whole, acceptedAtMs + ageMs)).toBe(expected);
  });
}

test("a run moves from queued over running to one end, and from an end nowhere", () => {
  expect(runMoves).toEqual({
    queued: ["running", "aborted", "interrupted"],
    running: ["ok", "error", "aborted", "timeout", "queued", "interrupted"],
    ok: [],
    error: [],
    aborted: [],
    timeout: [],
    interrupted: [],
  });
  const ends = Object.keys(runMoves).filter((state) => hasEnded({ state: state as Run["state"] }));
  expect(ends).toEqual(["ok", "error", "aborted", "timeout", "interrupted"]);
});
