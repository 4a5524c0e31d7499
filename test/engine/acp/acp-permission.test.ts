import { expect, test } from "bun:test";
import type { EngineTurn, PermissionRequest } from "../../../src/engine/index.ts";
import { realClock } from "../../../src/lib/index.ts";
import { acpStage } from "./stage.ts";

/** What an external agent may do is asked for in time, or denied. */

const asked = "ask allow_once allow_always reject_once reject_always";

test("S-106 a permission is denied unless the settings let ask", async () => {
  const asks: PermissionRequest[] = [];
  const askPermission = async (request: PermissionRequest) => {
    asks.push(request);
    return "allow" as const;
  };
  await using denying = acpStage({ askPermission });
  expect((await denying.tell(asked)).text).toBe("o-reject_once");
  await using mute = acpStage({ settings: { permissions: "ask" } });
  expect((await mute.tell(asked)).text).toBe("o-reject_once");
  expect(asks).toEqual([]);
});

test("S-106 whoever is asked sees what is asked for, and a yes is for this one time", async () => {
  const asks: PermissionRequest[] = [];
  const askPermission = async (request: PermissionRequest) => {
    asks.push(request);
    return "allow" as const;
  };
  await using stage = acpStage({ settings: { permissions: "ask" }, askPermission });
  const origin: EngineTurn["origin"] = {
    provider: "telegram",
    accountId: "main",
    peer: { kind: "direct", id: "7" },
    senderId: "7",
  };
  expect((await stage.tell(asked, { origin })).text).toBe("o-allow_once");
  expect((await stage.tell("ask allow_always reject_always")).text).toBe("o-reject_always");
  expect((await stage.tell("ask allow_always")).text).toBe("cancelled");
  expect((await stage.tell(asked, { isOwner: false })).text).toBe("o-reject_once");
  expect(asks).toHaveLength(3);
  expect<object>(asks[0]!).toEqual({
    agent: "coder",
    runId: "run-1",
    agentId: "main",
    sessionKey: "agent:main:main",
    origin,
    title: "Remove\\u000aeverything",
    kind: "execute",
    input: '{"command":"rm -rf /"}',
    signal: expect.any(AbortSignal),
  });
});

const never = async (): Promise<"allow"> => new Promise(() => undefined);
const nobody = () => Promise.reject(new Error("nobody there"));

test("S-106 no answer in time is a no, and so is an answer that fails", async () => {
  const clock = { ...realClock, sleep: (ms: number, signal?: AbortSignal) => realClock.sleep(ms / 1000, signal) };
  await using hasty = acpStage({ settings: { permissions: "ask" }, askPermission: never, clock: slowStart(clock) });
  expect((await hasty.tell(asked)).text).toBe("o-reject_once");
  await using broken = acpStage({ settings: { permissions: "ask" }, askPermission: nobody });
  expect((await broken.tell(asked)).text).toBe("o-reject_once");
});

/** Limits for the program's start and sessions last as long as they say; the wait for an answer does not. */
function slowStart(hurried: typeof realClock): typeof realClock {
  return { ...realClock, sleep: (ms, signal) => (ms === 120_000 ? hurried : realClock).sleep(ms, signal) };
}
