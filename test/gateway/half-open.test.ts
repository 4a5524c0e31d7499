import { expect, test } from "bun:test";
import { wireLimits } from "../../src/protocol/index.ts";
import { opcodes } from "./wire-client.ts";
import { WireHouse } from "./wire-house.ts";

const { pingIntervalMs, silenceMaxMs } = wireLimits;

/** Lets the house live through `ms`, while a client that answers pings does so. */
async function live(house: WireHouse, ms: number, answer: () => void): Promise<void> {
  const { clock } = house.open as Awaited<ReturnType<typeof WireHouse.startTimed>>["open"];
  for (let passed = 0; passed < ms; passed += 1_000) {
    await clock.advance(1_000);
    answer();
  }
}

test("a client that answers neither pings nor anything is ended, though events are still written to it", async () => {
  await using house = await WireHouse.startTimed();
  const wire = await house.owner();
  let isEnded = false;
  void wire.closed.then(() => (isEnded = true));
  await live(house, silenceMaxMs - 2_000, () => undefined);
  expect([isEnded, wire.received.includes(opcodes.ping)]).toEqual([false, true]);
  await live(house, 4_000, () => undefined);
  expect(await wire.closed).toEqual({ code: 1006, reason: "" });
});

test("a client that only answers pings stays", async () => {
  await using house = await WireHouse.startTimed();
  const wire = await house.owner();
  await live(house, silenceMaxMs + pingIntervalMs, () => wire.sendFrame(opcodes.pong, ""));
  expect((await wire.call("health")).ok).toBe(true);
});
