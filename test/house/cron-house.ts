import type { FakeNetwork } from "../doubles/fake-network.ts";
import type { Guest, OpenHouseOptions } from "../open-house.ts";
import { settings } from "./fake-house.ts";
import { openTimedHouse, type TimedHouse } from "./timed-house.ts";

/** Jobs in a house on a clock that only the test moves. */

/** Every second of the house's time costs the test some, so that jobs come by the second. */
export const tick = 1_000;
export const hour = 3_600_000;
/** The wall clock is looked at that often. */
export const lookMs = 31_000;

export const open = (options: OpenHouseOptions = {}) => openTimedHouse(options);
export const openOn = (network: FakeNetwork, options: OpenHouseOptions = {}) =>
  openTimedHouse({ providers: [network.provider], accounts: settings(), ...options });

export const note = (everyMs: number, fields: object = {}) => ({
  name: "note",
  schedule: { kind: "every" as const, everyMs },
  sessionTarget: "main" as const,
  wakeMode: "next-heartbeat" as const,
  payload: { kind: "systemEvent" as const, text: "look at the oven" },
  ...fields,
});
export const turn = (everyMs: number, fields: object = {}, payload: object = {}) => ({
  name: "turn",
  schedule: { kind: "every" as const, everyMs },
  sessionTarget: "isolated" as const,
  wakeMode: "next-heartbeat" as const,
  payload: { kind: "agentTurn" as const, message: "do it", ...payload },
  ...fields,
});
export const say = (everyMs: number, payload: object = {}, fields: object = {}) => ({
  name: "say",
  schedule: { kind: "every" as const, everyMs },
  sessionTarget: "isolated" as const,
  wakeMode: "next-heartbeat" as const,
  payload: { kind: "message" as const, text: "**drink** water", channel: "telegram", to: "7", ...payload },
  ...fields,
});

export async function states(alice: Guest, id: string): Promise<string[]> {
  const { entries } = await alice.call("cron.runs", { id });
  return entries.map(({ state, slots, error }) => `${state} ${slots}${error === undefined ? "" : ` ${error}`}`);
}

export const notices = async (alice: Guest) => (await alice.call("status", {})).queuedSystemEvents;
export const at = (house: TimedHouse, aheadMs: number) => ({
  kind: "at" as const,
  atMs: house.clock.nowMs() + aheadMs,
});
