import { afterAll } from "bun:test";
import { engineContract } from "../../contracts/engine.contract.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { type AcpStage, acpStage } from "./stage.ts";

/** The laws of every engine, on an external agent that is a real program. */

const stages: AcpStage[] = [];

engineContract("external agent", () => {
  const clock = new FakeClock();
  const stage = acpStage({ clock });
  stages.push(stage);
  return { engine: stage.engine, clock, answerTo: ({ prompt }) => `heard: ${prompt}` };
});

afterAll(async () => {
  await Promise.all(stages.map((stage) => stage[Symbol.asyncDispose]()));
});
