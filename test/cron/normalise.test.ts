import { expect, test } from "bun:test";
import { normaliseAdd, normaliseId, normaliseUpdate } from "../../src/cron/normalise.ts";

const event = { kind: "systemEvent", text: "x" };
const turn = { kind: "agentTurn", message: "x" };
const defaults = { wakeMode: "next-heartbeat", sessionTarget: "main" };

const adds: [name: string, written: unknown, read: unknown][] = [
  ["defaults for a notice", { payload: event }, { payload: event, ...defaults }],
  ["defaults for a turn", { payload: turn }, { payload: turn, ...defaults, sessionTarget: "isolated" }],
  [
    "what is said stays",
    { payload: event, wakeMode: "now", sessionTarget: "isolated" },
    { payload: event, wakeMode: "now", sessionTarget: "isolated" },
  ],
  ["data around it", { data: { payload: event } }, { payload: event, ...defaults }],
  ["job around it", { job: { payload: event } }, { payload: event, ...defaults }],
  [
    "atMs without a kind",
    { schedule: { atMs: 5 }, payload: event },
    { schedule: { kind: "at", atMs: 5 }, payload: event, ...defaults },
  ],
  [
    "an ISO time with a zone",
    { schedule: { at: "2027-05-01T10:00:00+02:00" }, payload: event },
    { schedule: { kind: "at", atMs: 1809158400000 }, payload: event, ...defaults },
  ],
  [
    "an ISO time without a zone is UTC",
    { schedule: { kind: "at", at: "2027-05-01T08:00:00" }, payload: event },
    { schedule: { kind: "at", atMs: 1809158400000 }, payload: event, ...defaults },
  ],
  [
    "no time at all stays",
    { schedule: { at: "soon" }, payload: event },
    { schedule: { kind: "at", atMs: "soon" }, payload: event, ...defaults },
  ],
  [
    "everyMs without a kind",
    { schedule: { everyMs: 5 }, payload: event },
    { schedule: { kind: "every", everyMs: 5 }, payload: event, ...defaults },
  ],
  [
    "expr without a kind",
    { schedule: { expr: "* * * * *" }, payload: event },
    { schedule: { kind: "cron", expr: "* * * * *" }, payload: event, ...defaults },
  ],
  ["enabled as a word", { enabled: " False", payload: event }, { enabled: false, payload: event, ...defaults }],
  ["another word stays", { enabled: "maybe", payload: event }, { enabled: "maybe", payload: event, ...defaults }],
  [
    "the payload's provider is its channel",
    { payload: { ...turn, provider: "telegram" } },
    { payload: { ...turn, channel: "telegram" }, ...defaults, sessionTarget: "isolated" },
  ],
  ["what is no object stays", [1], [1]],
];

test.each(adds)("cron.add: %s", (_name, written, read) => {
  expect(normaliseAdd(written)).toEqual(read);
});

const updates: [name: string, written: unknown, read: unknown][] = [
  ["jobId is id", { jobId: "a", patch: {} }, { id: "a", patch: {} }],
  ["both stay, to be refused", { id: "a", jobId: "b", patch: {} }, { id: "a", jobId: "b", patch: {} }],
  ["nothing is filled in", { id: "a", patch: { enabled: "true" } }, { id: "a", patch: { enabled: true } }],
  [
    "data around the patch",
    { id: "a", patch: { data: { schedule: { everyMs: 5 } } } },
    { id: "a", patch: { schedule: { kind: "every", everyMs: 5 } } },
  ],
];

test.each(updates)("cron.update: %s", (_name, written, read) => {
  expect(normaliseUpdate(written)).toEqual(read);
});

test("only one of id and jobId names a job", () => {
  expect(normaliseId({ jobId: "a" })).toEqual({ id: "a" });
  expect(normaliseId({ id: "a" })).toEqual({ id: "a" });
  expect(normaliseId("a")).toBe("a");
});
