import { expect, test } from "bun:test";
import type { AgentEngine, EngineEvent, EngineTurn } from "../../src/engine/index.ts";
import { zeroTurnUsage } from "../../src/engine/index.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { approved, inboxOf, openWith, settings } from "./fake-house.ts";
import { openTimedHouse } from "./timed-house.ts";

/** What happens to messages that come while the agent works, by queue mode. */

const quiet = { ...approved, streaming: "off" as const };

function waiting(): ScriptedEngine {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  return engine;
}

test("interrupt: the running turn ends, and the newest message starts", async () => {
  const network = new FakeNetwork();
  const engine = waiting();
  await using house = await openWith(network, quiet, { engine, messages: { queueMode: "interrupt" } });
  using alice = await house.operator();
  await network.says("one");
  await alice.until(({ event }) => event === "agent");
  await network.says("two");
  await alice.until(() => engine.turns.length === 2);
  engine.say(engine.turns[1]!.runId, "answer two");
  engine.finish(engine.turns[1]!.runId);
  await network.until((shown) => shown.length === 1);
  expect(network.texts()).toEqual(["answer two"]);
});

test("followup: every message is a turn of its own, in order", async () => {
  const network = new FakeNetwork();
  const engine = new ScriptedEngine();
  await using house = await openWith(network, quiet, { engine, messages: { queueMode: "followup" } });
  using alice = await house.operator();
  for (const text of ["one", "two", "three"]) await network.says(text);
  await network.until((shown) => shown.length === 3);
  expect(engine.turns.map(({ prompt }) => prompt.split(" ").at(-1))).toEqual(["one", "two", "three"]);
  expect((await inboxOf(alice)).map(({ runId }) => runId !== undefined)).toEqual([true, true, true]);
});

class SteeredEngine implements AgentEngine {
  readonly id = "steered";
  readonly model = { provider: "test", model: "steered" };
  readonly turns: EngineTurn[] = [];
  readonly mayAsk = Promise.withResolvers<void>();

  async *run(turn: EngineTurn): AsyncIterable<EngineEvent> {
    this.turns.push(turn);
    await this.mayAsk.promise;
    const said = (await turn.steering?.()) ?? [];
    yield { kind: "text", delta: `steered by ${said.length}: ${said.map((text) => text.split(" ").at(-1)).join()}` };
    yield { kind: "end", stopReason: "stop", usage: zeroTurnUsage };
  }
}

test("steer: a message goes into the turn that runs, and makes none of its own", async () => {
  const network = new FakeNetwork();
  const engine = new SteeredEngine();
  await using house = await openWith(network, quiet, { engine, messages: { queueMode: "steer" } });
  using alice = await house.operator();
  await network.says("one");
  await alice.until(({ event }) => event === "agent");
  await network.says("left");
  while (!(await inboxOf(alice)).some(({ state }) => state === "routed"));
  engine.mayAsk.resolve();
  await network.until((shown) => shown.length === 1);
  expect(network.texts()).toEqual(["steered by 1: left"]);
  expect(engine.turns).toHaveLength(1);
  while ((await inboxOf(alice)).some(({ state }) => state !== "done"));
});

test("above the queue's cap the oldest are summed up in a line each", async () => {
  const network = new FakeNetwork();
  const engine = waiting();
  await using house = await openWith(network, quiet, { engine, messages: { queueMax: 2 } });
  using alice = await house.operator();
  await network.says("zero");
  await alice.until(({ event }) => event === "agent");
  for (const text of ["one", "two", "three"]) await network.says(text);
  engine.finish(engine.turns[0]!.runId);
  await alice.until(() => engine.turns.length === 2);
  const { prompt } = engine.turns[1]!;
  expect(prompt).toContain("- (left out) one");
  expect(prompt).toMatch(/two\n.*three$/);
  expect(await inboxOf(alice)).toContainEqual(
    expect.objectContaining({ preview: "one", state: "ignored", reason: "too many messages waited" }),
  );
});

async function debouncing(network: FakeNetwork, engine: ScriptedEngine) {
  const accounts = settings({ ...quiet, allowFrom: ["7", "8"], debounceMs: 5_000 });
  return openTimedHouse({ engine, providers: [network.provider], accounts });
}

const saidIn = ({ turns }: ScriptedEngine) =>
  turns.map(({ prompt }) => prompt.split("\n").map((line) => line.split(" ").at(-1)));

test("texts that one person writes within the debounce of the last one become one turn", async () => {
  const network = new FakeNetwork();
  const engine = new ScriptedEngine();
  await using house = await debouncing(network, engine);
  using alice = await house.operator();
  for (const text of ["one", "two", "three"]) {
    await network.says(text);
    await house.pass(4_000, alice);
  }
  expect(engine.turns).toEqual([]);
  await house.pass(2_000, alice);
  await network.until((shown) => shown.length === 1);
  expect(saidIn(engine)).toEqual([["busy]", "one", "two", "three"]]);
});

test("who never stops writing is answered all the same", async () => {
  const network = new FakeNetwork();
  const engine = new ScriptedEngine();
  await using house = await debouncing(network, engine);
  using alice = await house.operator();
  for (let round = 0; round < 6; round++) {
    await network.says(`round ${round}`);
    await house.pass(4_000, alice);
  }
  expect(engine.turns).toHaveLength(1);
});

test("a file ends the wait, and another person's debounce is their own", async () => {
  const network = new FakeNetwork();
  const engine = new ScriptedEngine();
  await using house = await debouncing(network, engine);
  using alice = await house.operator();
  network.files.set("p1", png);
  await network.says("of", { sender: { id: "8", name: "Ann" }, peer: { kind: "direct", id: "8" } });
  await network.says("look");
  await network.says("", { media: [{ kind: "image", handle: "p1" }] });
  await network.until((shown) => shown.length === 1);
  expect(engine.turns).toMatchObject([{ imageCount: 1, origin: { senderId: "7" } }]);
  expect(engine.turns[0]!.prompt).toContain("look");
  await house.pass(6_000, alice);
  await network.until((shown) => shown.length === 2);
  expect(engine.turns[1]).toMatchObject({ origin: { senderId: "8" } });
});

test("the pictures of an album are one turn", async () => {
  const network = new FakeNetwork();
  const engine = new ScriptedEngine();
  await using house = await openTimedHouse({ engine, providers: [network.provider], accounts: settings(quiet) });
  using alice = await house.operator();
  for (const handle of ["p1", "p2", "p3"]) {
    network.files.set(handle, png);
    const text = handle === "p1" ? "our holiday" : "";
    await network.says(text, { albumId: "a1", media: [{ kind: "image", handle }] });
    await house.pass(300, alice);
  }
  expect(engine.turns).toEqual([]);
  await house.pass(2_000, alice);
  await network.until((shown) => shown.length === 1);
  expect(engine.turns).toMatchObject([{ imageCount: 3 }]);
  expect(engine.turns[0]!.prompt).toContain("our holiday");
});

const png = Buffer.from("89504e470d0a1a0a", "hex");

test("what is said behind a picture waits until the picture is there, and is read after it", async () => {
  const network = new FakeNetwork();
  network.files.set("cat", Uint8Array.from([0x89, 0x50, 0x4e, 0x47]));
  const { promise, resolve } = Promise.withResolvers<void>();
  network.filesAreHere = promise;
  const engine = new ScriptedEngine();
  await using house = await openWith(network, quiet, { engine });
  using alice = await house.operator();
  await network.says("look", { media: [{ kind: "image", handle: "cat" }] });
  await network.says("what is it?");
  const states = async () => (await inboxOf(alice)).map(({ state }) => state);
  while ((await states()).some((state) => state === "accepted")) await alice.call("health", { probe: true });
  for (let turn = 0; turn < 5; turn++) await alice.call("health", { probe: true });
  expect([engine.turns.length, await states()]).toEqual([0, ["routed", "routed"]]);
  resolve();
  await network.until((shown) => shown.length === 1);
  expect(engine.turns).toHaveLength(1);
  expect(engine.turns[0]!.prompt).toMatch(/look[\s\S]*what is it\?/);
});
