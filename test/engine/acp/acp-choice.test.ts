import { expect, test } from "bun:test";
import { join } from "node:path";
import { EngineError, type EngineEvent } from "../../../src/engine/index.ts";
import { modelStage, turnOf } from "../model-stage.ts";

/** An external agent is chosen like a model. */

const script = join(import.meta.dir, "../../doubles/acp-agent.ts");
const coder = { command: process.execPath, args: [script], cwd: "/" };

test("external agents are listed among the models by acp/<name>, and the reference leads to one", async () => {
  const stage = modelStage({ externalAgents: { coder } });
  await using agents = new AsyncDisposableStack();
  agents.use(stage.externalAgents);
  expect(stage.models.all.map(({ provider, model }) => `${provider}/${model}`)).toEqual(["builtin/echo", "acp/coder"]);
  expect(stage.models.resolve("coder")).toEqual({ provider: "acp", model: "coder", isDefault: false });
  const events: EngineEvent[] = [];
  const turn = turnOf({ model: "acp/coder" });
  for await (const event of stage.engine.run(turn, new AbortController().signal)) events.push(event);
  expect(events.at(-1)).toMatchObject({ kind: "end", model: { provider: "acp", model: "coder" } });
});

test("a name that the config does not have is no model, and an engine error by its reference", () => {
  const stage = modelStage({ externalAgents: { coder } });
  expect(stage.models.resolve("acp/other")).toBeUndefined();
  expect(() => stage.externalAgents.engineFor("other", "main")).toThrow(EngineError);
});
