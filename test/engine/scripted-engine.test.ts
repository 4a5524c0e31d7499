import { engineContract, withoutTools } from "../contracts/engine.contract.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";

engineContract(
  "scripted engine with one answer",
  () => ({
    engine: new ScriptedEngine(),
    clock: new FakeClock(),
    answerTo: ({ prompt }) => `heard: ${prompt}`,
  }),
  withoutTools,
);

engineContract(
  "scripted engine step by step",
  () => {
    const engine = new ScriptedEngine();
    engine.answer = undefined;
    return {
      engine,
      clock: new FakeClock(),
      answerTo: ({ prompt }) => `I heard ${prompt.slice(0, 20)}.`,
      play: ({ runId, prompt }) => {
        engine.say(runId, "I heard ");
        engine.say(runId, prompt.slice(0, 20));
        engine.say(runId, ".");
        engine.finish(runId);
      },
    };
  },
  withoutTools,
);
