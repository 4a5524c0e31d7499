import { expect, test } from "bun:test";
import { fits } from "../../src/protocol/index.ts";
import { execTool } from "../../src/tools/index.ts";
import { CommandStage } from "../exec/command-stage.ts";
import { calls } from "./tool-call.ts";

/** Commands as an agent runs them. */

test("a command that was allowed says how it ended and what it said", async () => {
  await using stage = new CommandStage();
  stage.decides("allow-once");
  const tool = execTool(stage.commands, 20);
  const good = await calls(tool, { argv: ["echo", "hi"] });
  expect(good).toEqual({ text: expect.stringMatching(/^\[exit code 0 after \d\.\d s\]\nhi$/) });
  const bad = await calls(tool, { argv: ["sh", "-c", "echo no; exit 4"] });
  expect(bad).toEqual({ text: expect.stringMatching(/^\[exit code 4 after \d\.\d s\]\nno$/), isError: true });
  const killed = await calls(tool, { argv: ["sh", "-c", "kill -9 $$"] });
  expect(killed.text).toContain("[ended by SIGKILL after");
});

test("a command whose time is up is told so", async () => {
  await using stage = new CommandStage();
  stage.decides("allow-once");
  const { text, isError } = await calls(execTool(stage.commands, 20), { argv: ["sleep", "60"], timeoutSeconds: 1 });
  expect([text, isError]).toEqual([expect.stringContaining("[stopped: its time was up after 1."), true]);
});

test("a refusal is an output", async () => {
  await using stage = new CommandStage();
  stage.decides("deny");
  const tool = execTool(stage.commands, 20);
  expect(await calls(tool, { argv: ["true"] })).toEqual({
    text: "not run: the owner denied it; do not try the same in another way",
    isError: true,
  });
  expect(await calls(tool, { argv: ["true"] }, { isOwner: false })).toEqual({
    text: "exec is for the owner alone",
    isError: true,
  });
  expect(stage.questions).toHaveLength(1);
});

test("a run that is stopped while a person thinks is told as that", async () => {
  await using stage = new CommandStage();
  const stop = new AbortController();
  stage.answer = () => stop.abort();
  expect(await calls(execTool(stage.commands, 20), { argv: ["true"] }, { signal: stop.signal })).toEqual({
    text: "stopped before it was done",
    isError: true,
  });
});

test("neither approvals nor environments can be written into a call", async () => {
  await using stage = new CommandStage();
  const { params } = execTool(stage.commands, 20);
  for (const more of [
    { approved: true },
    { env: { LD_PRELOAD: "x" } },
    { security: "full" },
    { ask: "off" },
    { host: "x" },
  ]) {
    expect(fits(params, { argv: ["true"], ...more })).toBe(false);
  }
  expect([fits(params, { argv: [] }), fits(params, { argv: "true" }), fits(params, { argv: ["true"] })]).toEqual([
    false,
    false,
    true,
  ]);
});
