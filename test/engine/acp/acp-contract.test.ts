import { afterAll } from "bun:test";
import { engineContract } from "../../contracts/engine.contract.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { type AcpStage, acpStage } from "./stage.ts";

/** The laws of every engine, on an external agent that is a real program. */

const stages: AcpStage[] = [];

engineContract(
  "external agent",
  () => {
    const clock = new FakeClock();
    const stage = acpStage({ clock });
    stages.push(stage);
    return { engine: stage.engine, clock, answerTo: ({ prompt }) => `heard: ${prompt}` };
  },
  {
    "a step is told before its tools start, and each tool ends before the next thing":
      "its tools and steps are its own",
    "what is on disk is not done again": "the agent keeps its own record of what it did",
    "what steers is taken in before the end": "the protocol has no way into a turn that runs",
  },
);

afterAll(async () => {
  await Promise.all(stages.map((stage) => stage[Symbol.asyncDispose]()));
});
