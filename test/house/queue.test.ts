import { expect, test } from "bun:test";
import type { AgentEngine, EngineEvent, EngineTurn } from "../../src/engine/index.ts";
import { zeroTurnUsage } from "../../src/engine/index.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { approved, inboxOf, openWith } from "./fake-house.ts";

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
