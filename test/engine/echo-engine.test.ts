import { expect, test } from "bun:test";
import { EchoEngine, echoNotice, type EngineTurn } from "../../src/engine/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { engineContract, withoutTools } from "../contracts/engine.contract.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

const answerTo = ({ prompt }: EngineTurn) => `echo: ${prompt}\n\n${echoNotice}`;

engineContract(
  "echo engine",
  () => {
    const clock = new FakeClock();
    return { engine: new EchoEngine(clock, 1), clock, answerTo };
  },
  withoutTools,
);

engineContract(
  "echo engine without pauses",
  () => ({ engine: new EchoEngine(realClock, 0), clock: new FakeClock(), answerTo }),
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
  for await (const event of new EchoEngine(realClock, 0).run(turn(prompt, imageCount), new AbortController().signal)) {
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
