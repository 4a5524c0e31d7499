import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { temporaryFolder } from "../open-house.ts";
import { approved, faultsOf, openWith } from "./fake-house.ts";
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

test("a reply whose draft never went out is a message: a lost answer makes no second one", async () => {
  const network = new FakeNetwork({ identity: "reconcilable" });
  await using house = await openWith(network, approved);
  network.faults = [{ kind: "lose-answer" }];
  await network.says("hi");
  await network.until((shown) => shown.length > 0);
  await network.says("and now");
  await network.until((shown) => shown.some(({ text }) => text.includes("and now")));
  expect(network.shown.filter(({ text }) => text.endsWith("] hi"))).toHaveLength(1);
  expect(faultsOf(house)).toEqual([]);
});

test("a draft that may have arrived is looked for, and becomes the reply", async () => {
  const network = new FakeNetwork({ identity: "reconcilable" });
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  await using house = await openWith(network, approved, { engine });
  using alice = await house.operator();
  network.faults = [{ kind: "lose-answer" }];
  await network.says("hi");
  const { payload } = await alice.until(({ event }) => event === "agent");
  const { runId } = payload as { readonly runId: string };
  engine.say(runId, "a text that is long enough for a draft of its own");
  await network.until((shown) => shown.length > 0);
  engine.finish(runId);
  await network.until((shown) => shown.some(({ edits }) => edits > 0));
  expect(network.shown.filter(({ text }) => text.startsWith("a text that is long"))).toHaveLength(1);
  expect(faultsOf(house)).toEqual([]);
});

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...Array.from({ length: 64 }, () => 0)]);

test("a photo reaches the agent, and a document lies in its workspace", async () => {
  using folder = temporaryFolder();
  const network = new FakeNetwork();
  const engine = new ScriptedEngine();
  await using house = await openWith(network, approved, { engine, stateDir: folder.path });
  network.files = new Map([
    ["p", png],
    ["d", new TextEncoder().encode("the numbers")],
  ]);
  await network.says("look", {
    media: [
      { kind: "image", handle: "p" },
      { kind: "document", handle: "d", fileName: "../../etc/report.txt" },
      { kind: "document", handle: "gone" },
    ],
  });
  await network.until((shown) => shown.length === 1);
  const [turn] = engine.turns;
  expect([turn!.imageCount, turn!.images?.[0]?.bytes()]).toEqual([1, png]);
  const place = /saved as (inbound\/\S+)/.exec(turn!.prompt)![1]!;
  expect(readFileSync(join(folder.path, "workspace", place), "utf8")).toBe("the numbers");
  expect(turn!.prompt).toContain("(could not be had:");
  expect(faultsOf(house)).toEqual([]);
});

test("a file of the workspace is sent, and no other file is", async () => {
  using folder = temporaryFolder();
  const network = new FakeNetwork();
  await using house = await openWith(network, approved, { stateDir: folder.path });
  using alice = await house.operator();
  mkdirSync(join(folder.path, "workspace"), { recursive: true });
  writeFileSync(join(folder.path, "workspace", "chart.png"), png);
  const send = (mediaUrl: string, idempotencyKey: string) =>
    alice.call("send", { to: "9", message: "", mediaUrl, channel: "telegram", idempotencyKey });
  await send("chart.png", "k1");
  expect(network.shown.map(({ fileName }) => fileName)).toEqual(["chart.png"]);
  for (const [index, path] of ["/etc/hostname", "../clawdia.db", "file:///etc/hostname", "~/x"].entries()) {
    expect((await refusalOf(send(path, `n${index}`))).message).toContain("telegram did not take the message");
  }
  for (const [index, url] of ["http://127.0.0.1:1/x", "http://[::1]/x", `${house.httpUrl}/`].entries()) {
    expect((await refusalOf(send(url, `u${index}`))).message).toContain("telegram did not take the message");
  }
  expect(network.shown).toHaveLength(1);
});

test("a reply says what it cost where its session wants that", async () => {
  const network = new FakeNetwork();
  const engine = new ScriptedEngine();
  await using house = await openWith(network, approved, { engine });
  using alice = await house.operator();
  await network.says("/usage full");
  await network.until((shown) => shown.length === 1);
  engine.answer = undefined;
  await network.says("what is the time?");
  const { payload } = await alice.until(({ event }) => event === "agent");
  const { runId } = payload as { readonly runId: string };
  engine.say(runId, "noon");
  engine.finish(runId);
  await network.until((shown) => shown.at(-1)!.text.includes("tokens"));
  expect(network.texts().at(-1)).toBe("noon\n\n3 tokens in, 5 out");
});

test("an answer asked for by a client goes to the chat that it names, or to the one that was used last", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network, approved);
  using alice = await house.operator();
  const ask = (idempotencyKey: string, params: object) =>
    alice.client.callToEnd("agent", { message: "ping", idempotencyKey, ...params }, () => undefined);
  await ask("k0", { deliver: true });
  await ask("k1", { deliver: true, channel: "telegram", to: "9" });
  await network.until(() => network.texts("9").length === 1);
  await ask("k2", { deliver: true, replyChannel: "telegram", replyTo: "-5", to: "9", channel: "telegram" });
  await network.until(() => network.texts("-5").length === 1);
  await network.says("hello");
  await network.until(() => network.texts("7").length === 1);
  await ask("k3", { deliver: true, channel: "last" });
  await network.until(() => network.texts("7").length === 2);
  await ask("k4", { channel: "telegram", to: "9" });
  expect(network.texts("9")).toEqual(["heard: ping"]);
  const nowhere = ask("k5", { deliver: true, channel: "slack", to: "C1" });
  expect((await refusalOf(nowhere)).code).toBe("INVALID_REQUEST");
});
