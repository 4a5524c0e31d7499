import { expect, test } from "bun:test";
import type { AgentEngine, EngineEvent, EngineTurn, PastMessage } from "../../src/engine/index.ts";
import type { FakeClock } from "../doubles/fake-clock.ts";

/** What an engine is tried on: itself, its time, and what makes its answers go on. */
export interface EngineStage {
  readonly engine: AgentEngine;
  readonly clock: FakeClock;
  /** The whole answer that it is known to give. */
  readonly answerTo: (turn: EngineTurn) => string;
  /** Called once a turn was started, for engines that wait for a script. */
  readonly play?: (turn: EngineTurn) => void;
  /** A turn in which it calls a tool and then answers; for engines that have tools. */
  readonly toolTurn?: EngineTurn;
}

export type EngineLaw =
  | "deltas add up to the whole answer"
  | "the end comes once, and nothing after it"
  | "an aborted turn ends within a second"
  | "a turn that is aborted before it starts ends"
  | "turns leave no state behind"
  | "turns at the same time do not mix"
  | "usage is counted in whole tokens"
  | "a step is told before its tools start, and each tool ends before the next thing"
  | "what is on disk is not done again"
  | "what steers is taken in before the end";

const turn = (changes: Partial<EngineTurn> = {}): EngineTurn => ({
  runId: "run-1",
  agentId: "main",
  sessionKey: "agent:main:main",
  prompt: "How are you,\n\n  my  friend? 😀",
  imageCount: 0,
  history: [
    { role: "user", text: "hello" },
    { role: "assistant", text: "hi" },
  ],
  thinkingLevel: undefined,
  ...changes,
});

/** A turn from its start to its end, with as much time as it asks for. */
async function whole(stage: EngineStage, given: EngineTurn, signal = new AbortController().signal) {
  const events: EngineEvent[] = [];
  const over = new AbortController();
  const reading = (async () => {
    for await (const event of stage.engine.run(given, signal)) events.push(event);
  })()
    .catch((error: unknown) => {
      if (error !== signal.reason) throw error;
    })
    .finally(() => over.abort());
  stage.play?.(given);
  for (let step = 0; step < 2000 && !over.signal.aborted; step++) await stage.clock.advance(10);
  await reading;
  return events;
}

const textOf = (events: readonly EngineEvent[]) =>
  events.map((event) => (event.kind === "text" ? event.delta : "")).join("");

type Law = (title: EngineLaw, run: (stage: EngineStage) => Promise<void>) => void;

/** Why an engine that has neither steps nor tools need not keep the laws about them. */
export const withoutTools: Partial<Record<EngineLaw, string>> = {
  "a step is told before its tools start, and each tool ends before the next thing": "it has no tools",
  "what is on disk is not done again": "it has no tools",
  "what steers is taken in before the end": "it has no steps",
};

/** The laws, one test each. A law that an engine cannot keep is excused in writing. */
export function engineContract(
  name: string,
  makeStage: () => EngineStage,
  excuses: Partial<Record<EngineLaw, string>> = {},
): void {
  const law: Law = (title, run) => {
    const excuse = excuses[title];
    test(`${name}: ${title}${excuse === undefined ? "" : ` (excused: ${excuse})`}`, async () => {
      if (excuse === undefined) await run(makeStage());
    });
  };

  law("deltas add up to the whole answer", async (stage) => {
    for (const prompt of ["hi", "", "   ", "\n\na\t b  ", "x".repeat(5000), "日本語 😀\u0000"]) {
      const given = turn({ prompt, runId: `run-${prompt.length}` });
      expect(textOf(await whole(stage, given))).toBe(stage.answerTo(given));
    }
  });

  law("the end comes once, and nothing after it", async (stage) => {
    const events = await whole(stage, turn());
    expect(events.map(({ kind }) => kind).indexOf("end")).toBe(events.length - 1);
    expect(events.at(-1)).toMatchObject({ kind: "end", stopReason: "stop" });
  });

  law("an aborted turn ends within a second", async (stage) => {
    const abort = new AbortController();
    const startedAtMs = stage.clock.elapsedMs();
    const events: EngineEvent[] = [];
    const over = new AbortController();
    const given = turn({ prompt: "word ".repeat(500) });
    const reading = (async () => {
      for await (const event of stage.engine.run(given, abort.signal)) {
        events.push(event);
        if (events.length === 1) abort.abort("rpc");
      }
    })()
      .catch((error: unknown) => expect(error).toBe("rpc"))
      .finally(() => over.abort());
    stage.play?.(given);
    for (let step = 0; step < 100 && !over.signal.aborted; step++) await stage.clock.advance(10);
    await reading;
    expect(stage.clock.elapsedMs() - startedAtMs).toBeLessThanOrEqual(1000);
  });

  law("a turn that is aborted before it starts ends", async (stage) => {
    const events = await whole(stage, turn(), AbortSignal.abort("rpc"));
    expect(events.filter(({ kind }) => kind === "end").length).toBeLessThanOrEqual(1);
  });

  law("turns leave no state behind", async (stage) => {
    const first = await whole(stage, turn({ runId: "a" }));
    await whole(stage, turn({ runId: "b", prompt: "something else", imageCount: 3 }));
    const again = await whole(stage, turn({ runId: "c" }));
    expect(again).toEqual(first);
  });

  law("turns at the same time do not mix", async (stage) => {
    const [alone] = [await whole(stage, turn({ runId: "x", prompt: "one" }))];
    const [one, two] = await Promise.all([
      whole(stage, turn({ runId: "y", prompt: "one" })),
      whole(stage, turn({ runId: "z", prompt: "two", sessionKey: "agent:main:two" })),
    ]);
    expect(one).toEqual(alone);
    expect(textOf(two)).not.toBe(textOf(one));
  });

  law("usage is counted in whole tokens", async (stage) => {
    const end = (await whole(stage, turn())).at(-1);
    const usage = end?.kind === "end" ? end.usage : undefined;
    expect(Object.keys(usage!).toSorted()).toEqual(["cacheRead", "cacheWrite", "input", "output"]);
    expect(Object.values(usage!).every((tokens) => Number.isInteger(tokens) && tokens >= 0)).toBe(true);
  });
  lawsOfTools(law);
}

function lawsOfTools(law: Law): void {
  law("a step is told before its tools start, and each tool ends before the next thing", async (stage) => {
    const events = await whole(stage, stage.toolTurn!);
    const order = events.flatMap((event) => (event.kind === "text" || event.kind === "reasoning" ? [] : [event.kind]));
    expect(order).toEqual(["step", "tool-start", "tool-end", "step", "end"]);
    const calls = events.flatMap((event) => (event.kind === "step" ? event.step.toolCalls : []));
    const started = events.flatMap((event) => (event.kind === "tool-start" ? [event.call] : []));
    const ended = events.flatMap((event) => (event.kind === "tool-end" ? [event.result.callId] : []));
    expect(started).toEqual(calls);
    expect(ended).toEqual(calls.map(({ callId }) => callId));
  });

  law("what is on disk is not done again", async (stage) => {
    const events = await whole(stage, stage.toolTurn!);
    const [first] = events.flatMap((event) => (event.kind === "step" ? [event.step] : []));
    const [result] = events.flatMap((event) => (event.kind === "tool-end" ? [event.result] : []));
    const done: PastMessage[] = [{ role: "assistant", text: first!.text, toolCalls: first!.toolCalls }];
    const cutBeforeTool = await whole(stage, { ...stage.toolTurn!, done });
    expect(cutBeforeTool.map(({ kind }) => kind).filter((kind) => kind.startsWith("tool-"))).toEqual([
      "tool-start",
      "tool-end",
    ]);
    const cutBehindTool = await whole(stage, {
      ...stage.toolTurn!,
      done: [...done, { role: "tool", results: [result!] }],
    });
    expect(cutBehindTool.some(({ kind }) => kind.startsWith("tool-"))).toBe(false);
    const steps = [cutBeforeTool, cutBehindTool].map((run) =>
      run.flatMap((event) => (event.kind === "step" ? [event.step.step] : [])),
    );
    expect(steps).toEqual([[2], [2]]);
  });

  law("what steers is taken in before the end", async (stage) => {
    const waiting = [["and this too"], []];
    const given = turn({ steering: () => Promise.resolve(waiting.shift() ?? []) });
    const events = await whole(stage, given);
    expect(events.filter(({ kind }) => kind === "step").length).toBe(2);
    expect(events.at(-1)?.kind).toBe("end");
  });
}
