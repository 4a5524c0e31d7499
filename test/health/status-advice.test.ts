import { expect, test } from "bun:test";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { approved, openWith } from "../house/fake-house.ts";
import { refusalOf } from "../house/refusal.ts";

/** `status` says what is wrong and what to type. */

const adviceIn = async (alice: { call(name: "status", params: object): Promise<{ gateway: { advice: string[] } }> }) =>
  (await alice.call("status", {})).gateway.advice;

test("networks stand in the status with their state", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network, approved);
  using alice = await house.operator();
  expect((await alice.call("status", {})).channelSummary).toEqual(["Fakegram: connected as Clawdia Bot"]);
  expect(await adviceIn(alice)).toEqual([]);
});

test("a network that is logged out is told with its cure", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network, approved);
  using alice = await house.operator();
  network.logOut();
  while ((await adviceIn(alice)).length === 0);
  expect(await adviceIn(alice)).toEqual(["Fakegram: the token was revoked: clawdia providers add telegram"]);
});

test("a stranger who asks, and a send in doubt, are told with the command to type", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network);
  using alice = await house.operator();
  await network.says("hello");
  await network.until((shown) => shown.length === 1);
  network.faults = [{ kind: "lose-answer" }];
  await refusalOf(alice.call("send", { to: "9", channel: "telegram", message: "x", idempotencyKey: "k1" }));
  expect(await adviceIn(alice)).toEqual([
    "1 message may or may not have arrived: clawdia deliveries",
    "Bob asks on telegram to talk to the agent: clawdia approvals",
  ]);
});
