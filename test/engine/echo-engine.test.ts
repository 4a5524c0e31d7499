import { expect, test } from "bun:test";
import {
  EchoEngine,
  echoNotice,
  echoNoticeIntervalMs,
  type EchoParts,
  type EngineTurn,
} from "../../src/engine/index.ts";
import { type Clock, realClock } from "../../src/lib/index.ts";
import { Choices, Database } from "../../src/storage/index.ts";
import { engineContract, withoutTools } from "../contracts/engine.contract.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

function echoOn(clock: Clock, parts: Partial<EchoParts> = {}): EchoEngine {
  const choices = new Choices(new Database(":memory:", clock), clock);
  return new EchoEngine({ clock, choices, pauseMs: 0, answersNetworks: false, ...parts });
}

const answerTo = ({ prompt }: EngineTurn) => `echo: ${prompt}\n\n${echoNotice}`;

engineContract(
  "echo engine",
  () => {
    const clock = new FakeClock();
    return { engine: echoOn(clock, { pauseMs: 1 }), clock, answerTo };
  },
  withoutTools,
);

engineContract(
  "echo engine without pauses",
  () => ({ engine: echoOn(realClock), clock: new FakeClock(), answerTo }),
  withoutTools,
);

const turn = (prompt: string, imageCount = 0): EngineTurn => ({
  runId: "r",
  agentId: "main",
  sessionKey: "agent:main:main",
  prompt,
  imageCount,
  history: [],
  thinkingLevel: undefined,
});

async function said(prompt: string, imageCount = 0): Promise<string> {
  let text = "";
  for await (const event of echoOn(realClock).run(turn(prompt, imageCount), new AbortController().signal)) {
    if (event.kind === "text") text += event.delta;
  }
  return text;
}

const rows: readonly (readonly [prompt: string, images: number, expected: string])[] = [
  ["hello there", 0, "echo: hello there"],
  ["", 1, "echo:  (1 image)"],
  ["look", 2, "echo: look (2 images)"],
  ["  two\n\nlines  ", 0, "echo:   two\n\nlines  "],
];

for (const [prompt, images, expected] of rows) {
  test(`the echo of ${JSON.stringify(prompt)} with ${images} images says what it is and what to do`, async () => {
    expect(await said(prompt, images)).toBe(`${expected}\n\n${echoNotice}`);
  });
}

test("the echo of a million characters comes in a moment", async () => {
  const startedAt = performance.now();
  for (const prompt of ["a ".repeat(500_000), " ".repeat(1_000_000), "a".repeat(1_000_000)]) {
    expect(await said(prompt)).toStartWith(`echo: ${prompt}`);
  }
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

const bob = { provider: "telegram", accountId: "main", senderId: "7" };
const direct = { ...bob, peer: { kind: "direct" as const, id: "7" } };
const group = { ...bob, peer: { kind: "group" as const, id: "-1" } };

async function answers(engine: EchoEngine, origin: EngineTurn["origin"]): Promise<string> {
  const asked = { ...turn("[Telegram Bob id:7] hi"), said: "hi", origin };
  let text = "";
  for await (const event of engine.run(asked, new AbortController().signal)) {
    if (event.kind === "text") text += event.delta;
  }
  return text;
}

test("on a network a person is told once a day that no model is there, and nothing else", async () => {
  const clock = new FakeClock();
  const engine = echoOn(clock);
  expect([await answers(engine, direct), await answers(engine, direct)]).toEqual([echoNotice, ""]);
  expect(await answers(engine, { ...direct, senderId: "8" })).toBe(echoNotice);
  await clock.advance(echoNoticeIntervalMs);
  expect([await answers(engine, direct), await answers(engine, direct)]).toEqual([echoNotice, ""]);
});

test("a group is told nothing", async () => {
  expect(await answers(echoOn(new FakeClock()), group)).toBe("");
});

test("where networks are to be tried, what the person wrote comes back, and the notice once a day", async () => {
  const engine = echoOn(new FakeClock(), { answersNetworks: true });
  const told = [await answers(engine, direct), await answers(engine, direct), await answers(engine, group)];
  expect(told).toEqual([`echo: hi\n\n${echoNotice}`, "echo: hi", "echo: hi"]);
});
