import { expect, test } from "bun:test";
import {
  clientIds,
  errorTable,
  event,
  connected,
  isControlPage,
  joinEvents,
  negotiateProtocol,
  NoParams,
} from "../../src/protocol/index.ts";

const ranges = [
  [3, 3, 3],
  [4, 4, 4],
  [3, 4, 4],
  [1, 3, 3],
  [1, 100, 4],
  [1, 2, undefined],
  [5, 5, undefined],
  [4, 3, undefined],
] as const;
for (const [min, max, protocol] of ranges) {
  test(`${min} to ${max} and ours meet at ${protocol ?? "nothing"}`, () =>
    expect(negotiateProtocol(min, max)).toBe(protocol));
}

test("clients of every family have a name, each once", () => {
  expect(new Set(clientIds).size).toBe(clientIds.length);
  for (const family of ["clawdia", "openclaw", "moltbot", "clawdbot"]) {
    for (const name of ["control-ui", "macos", "ios", "android", "probe"])
      expect(clientIds).toContain(`${family}-${name}`);
  }
  expect(clientIds.filter(isControlPage)).toEqual(clientIds.filter((id) => id.endsWith("-control-ui")));
});

test("codes keep the meaning that old clients know, and each has help", () => {
  const codes = Object.keys(errorTable);
  expect(codes.slice(0, 5)).toEqual(["INVALID_REQUEST", "UNAVAILABLE", "NOT_PAIRED", "NOT_LINKED", "AGENT_TIMEOUT"]);
  for (const code of codes) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  for (const { help } of Object.values(errorTable)) expect(help).toEndWith(".");
});

test("an event that is declared twice ends the process at load, and the table has no prototype", () => {
  const tick = { tick: event({ summary: "x", access: connected(), delivery: "lossy", payload: NoParams }) };
  expect(() => joinEvents(tick, tick)).toThrow("event tick is declared twice");
  expect(Object.getPrototypeOf(joinEvents(tick))).toBeNull();
});
