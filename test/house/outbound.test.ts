import { expect, test } from "bun:test";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { approved, openWith } from "./fake-house.ts";
import { refusalOf } from "./refusal.ts";

/** Messages on their way out: once, in order, and visible when they are stuck. */

test("send puts a message into a chat once, and tells when nobody knows whether it arrived", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network, approved);
  using alice = await house.operator();
  const request = { to: "9", message: "dinner at eight", channel: "telegram", idempotencyKey: "k1" };
  const first = await alice.call("send", request);
  expect(await alice.call("send", request)).toEqual(first);
  expect(network.texts("9")).toEqual(["dinner at eight"]);
  network.faults = [{ kind: "lose-answer" }];
  expect(
    (await refusalOf(alice.call("send", { ...request, message: "again", idempotencyKey: "k2" }))).message,
  ).toContain("nobody can tell whether the message arrived");
  const { deliveries } = await alice.call("deliveries.list", { troubled: true });
  expect(deliveries).toMatchObject([{ state: "unknown", preview: "again", to: "9" }]);
  await alice.call("deliveries.resolve", { id: deliveries[0]!.id, decision: "arrived" });
  expect((await alice.call("deliveries.list", { troubled: true })).deliveries).toEqual([]);
});

test("a network that is away is tried again, and what waited is delivered in order", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network, approved);
  using alice = await house.operator();
  network.faults = [{ kind: "unreachable" }];
  await Promise.all(
    ["a", "b", "c"].map((message) =>
      alice.call("send", { to: "9", message, channel: "telegram", idempotencyKey: `k-${message}` }),
    ),
  );
  expect(network.texts("9")).toEqual(["a", "b", "c"]);
});

test("a permanent refusal is a visible dead letter at once", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network, approved);
  using alice = await house.operator();
  network.faults = [{ kind: "refuse", permanent: true }];
  expect(
    (await refusalOf(alice.call("send", { to: "9", message: "x", channel: "telegram", idempotencyKey: "k1" }))).message,
  ).toContain("telegram did not take the message: refused");
  expect(network.arrivals).toEqual([]);
});

for (const identity of ["idempotent", "reconcilable"] as const) {
  test(`where a network is ${identity}, a lost answer makes no second message`, async () => {
    const network = new FakeNetwork({ identity });
    await using house = await openWith(network, approved);
    using alice = await house.operator();
    network.faults = [{ kind: "lose-answer" }];
    await alice.call("send", { to: "9", message: "x", channel: "telegram", idempotencyKey: "k1" });
    expect(network.texts("9")).toEqual(["x"]);
  });
}

test("channels.status tells how accounts are, and a probe asks them", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network, approved);
  using alice = await house.operator();
  expect(await alice.call("channels.status", { probe: true })).toMatchObject({
    channelOrder: ["telegram"],
    channels: { telegram: { configured: true, running: true, connected: true } },
    channelAccounts: { telegram: [{ accountId: "main", connected: true, probe: { ok: true } }] },
  });
  network.logOut();
  expect(await alice.call("channels.status", {})).toMatchObject({
    channelAccounts: {
      telegram: [{ connected: false, lastError: "the token was revoked", cure: "clawdia providers add telegram" }],
    },
  });
});
