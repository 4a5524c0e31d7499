import { expect, test } from "bun:test";
import { type ApprovalQuestion, Approvals, pendingApprovalsMax } from "../../src/exec/approvals.ts";
import { makeIds, realRandom } from "../../src/lib/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

/** Commands that wait for a person, on a clock that only the test moves. */

const request = {
  command: "ls",
  cwd: null,
  host: null,
  security: null,
  ask: null,
  agentId: "main",
  resolvedPath: "/bin/ls",
  sessionKey: null,
};
const alice = { name: "alice", connectionId: "of-alice" };

function room(hasApprover: (except?: string) => boolean = () => true) {
  const clock = new FakeClock();
  const events: [string, object][] = [];
  const approvals = new Approvals({
    clock,
    ids: makeIds(clock, realRandom),
    log: new CapturedLog(clock).log,
    hasApprover,
    publish: (name, payload) => void events.push([name, payload]),
  });
  const ask = (more: Partial<ApprovalQuestion> = {}) => approvals.ask({ request, ...more });
  return { clock, events, approvals, ask };
}

const messageOf = (run: () => void): string => {
  try {
    run();
    return "nothing was refused";
  } catch (error) {
    return (error as Error).message;
  }
};

test("an answer reaches who waits, and everybody hears of both", async () => {
  const { approvals, ask, events, clock } = room();
  const answer = ask({ id: "a1", timeoutMs: 5_000 });
  const createdAtMs = clock.nowMs();
  const times = { createdAtMs, expiresAtMs: createdAtMs + 5_000 };
  expect(approvals.pending).toEqual([{ id: "a1", request, ...times }]);
  approvals.resolve("a1", "allow-once", alice);
  expect(await answer).toEqual({ id: "a1", decision: "allow-once", ...times });
  expect([approvals.pending, events]).toEqual([
    [],
    [
      ["exec.approval.requested", { id: "a1", request, ...times }],
      ["exec.approval.resolved", { id: "a1", decision: "allow-once", resolvedBy: "alice", ts: createdAtMs }],
    ],
  ]);
});

test("a question that nobody answers ends in null after its time, without an event", async () => {
  const { approvals, ask, events, clock } = room();
  const answer = ask({ id: "a1" });
  await clock.advance(119_999);
  expect(approvals.pending).toHaveLength(1);
  await clock.advance(1);
  expect((await answer).decision).toBeNull();
  expect([approvals.pending, events.map(([name]) => name)]).toEqual([[], ["exec.approval.requested"]]);
  expect(messageOf(() => approvals.resolve("a1", "deny", alice))).toBe("unknown approval id");
});

test("with nobody there who may answer, the answer is null at once", async () => {
  const { ask, events } = room((except) => except !== "only-one");
  const answer = await ask({ connectionId: "only-one" });
  expect([answer.decision, answer.expiresAtMs - answer.createdAtMs, events]).toEqual([null, 0, []]);
});

test("refusals have the texts that clients know", async () => {
  const { approvals, ask } = room();
  void ask({ id: "a1", connectionId: "of-bob" });
  expect(await ask({ id: "a1" }).catch((error: Error) => error.message)).toBe("approval id already pending");
  expect(messageOf(() => approvals.resolve("a1", "maybe", alice))).toBe("invalid decision");
  expect(messageOf(() => approvals.resolve("a2", "deny", alice))).toBe("unknown approval id");
  const own = { name: "bob", connectionId: "of-bob" };
  expect(messageOf(() => approvals.resolve("a1", "allow-once", own))).toContain("who asks for an approval cannot give");
  expect(approvals.pending).toHaveLength(1);
});

test("what is allowed is taken once, for exactly what was asked, and soon", async () => {
  const { approvals, ask, clock } = room();
  const granted = async (id: string, decision = "allow-once") => {
    const answer = ask({ id, binding: "exact" });
    approvals.resolve(id, decision, alice);
    await answer;
  };
  await granted("a1");
  expect([approvals.take("a1", "exact"), approvals.take("a1", "exact")]).toEqual([true, false]);
  await granted("a2");
  expect([approvals.take("a2", "other"), approvals.take("a2", "exact")]).toEqual([false, false]);
  await granted("a3");
  await clock.advance(30_000);
  expect(approvals.take("a3", "exact")).toBe(false);
  await granted("a4", "deny");
  expect(approvals.take("a4", "exact")).toBe(false);
  await granted("a5");
  expect(await ask({ id: "a5" }).catch((error: Error) => error.message)).toBe("approval id already pending");
});

test("a question that nobody wants any more is taken back, and everybody hears so", async () => {
  const { approvals, ask, events } = room();
  const stop = new AbortController();
  const answer = ask({ id: "a1", signal: stop.signal });
  stop.abort();
  expect((await answer).decision).toBeNull();
  expect([approvals.pending, events.at(-1)]).toEqual([
    [],
    ["exec.approval.resolved", { id: "a1", decision: "deny", ts: expect.any(Number) }],
  ]);
});

test("so many wait at once and no more, and closing ends them", async () => {
  const { approvals, ask } = room();
  const answers = Array.from({ length: pendingApprovalsMax }, () => ask());
  expect(await ask().catch((error: Error) => error.message)).toContain("too many commands wait");
  approvals[Symbol.dispose]();
  expect(new Set((await Promise.all(answers)).map(({ decision }) => decision))).toEqual(new Set([null]));
});
