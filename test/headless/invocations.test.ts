import { expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { nodeCommand } from "../../src/headless/command.ts";
import { failed } from "../../src/headless/failure.ts";
import { type Asker, Invocations, invocationsMax } from "../../src/headless/invocations.ts";
import { shape } from "../../src/protocol/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

/** Every asking is answered once, in time, in one form. */

class Desk {
  readonly clock = new FakeClock();
  readonly captured = new CapturedLog(this.clock);
  readonly answers: unknown[] = [];
  readonly gone = new AbortController();
  readonly signals: AbortSignal[] = [];
  readonly invocations: Invocations;

  constructor() {
    const { clock } = this;
    const { log } = this.captured;
    this.invocations = new Invocations({ nodeId: "me", commands: () => this.#commands(), clock, log });
  }

  hear(command: string, more: object = {}): Promise<void> {
    return this.invocations.hear({ id: "1", nodeId: "me", command, paramsJSON: null, ...more }, this.asker());
  }

  asker(): Asker {
    const answer = async (result: unknown) => this.answers.push(result);
    return { gone: this.gone.signal, frameBytesMax: 100_000, answer };
  }

  #commands() {
    const anything = shape.lenient({});
    const never = Promise.withResolvers<object>();
    return [
      nodeCommand({
        name: "echo",
        params: shape.lenient({ text: Type.String() }),
        run: async ({ text }) => ({ text }),
      }),
      nodeCommand({ name: "quiet", params: anything, run: async () => undefined }),
      nodeCommand({ name: "refuse", params: anything, run: () => Promise.reject(failed("BUSY", "not now")) }),
      nodeCommand({ name: "break", params: anything, run: () => Promise.reject(new Error("a secret path")) }),
      nodeCommand({
        name: "hang",
        params: anything,
        run: (_params, { signal }) => {
          this.signals.push(signal);
          return never.promise;
        },
      }),
    ];
  }
}

const error = (code: string, message: string) => ({ id: "1", nodeId: "me", ok: false, error: { code, message } });

test.each([
  ["what is given", "echo", { paramsJSON: '{"text":"hi","more":1}' }, { ok: true, payloadJSON: '{"text":"hi"}' }],
  ["nothing to say", "quiet", {}, { ok: true }],
  [
    "params that do not fit",
    "echo",
    { paramsJSON: '{"text":1}' },
    error("INVALID_REQUEST", expect.stringContaining("INVALID_REQUEST: echo: ") as never),
  ],
  [
    "params that are null",
    "echo",
    { paramsJSON: '{"text":null}' },
    error("INVALID_REQUEST", expect.stringContaining("text") as never),
  ],
  [
    "no JSON",
    "echo",
    { paramsJSON: "{" },
    error("INVALID_REQUEST", expect.stringContaining("paramsJSON is no JSON") as never),
  ],
  [
    "what is not offered",
    "nothing",
    {},
    error("INVALID_REQUEST", expect.stringContaining("does not offer nothing now") as never),
  ],
  ["a refusal", "refuse", {}, error("UNAVAILABLE", "BUSY: not now")],
  [
    "a fault of ours",
    "break",
    {},
    error("UNAVAILABLE", "INTERNAL: break failed by a fault of the node; its log says more"),
  ],
  [
    "too much",
    "echo",
    { paramsJSON: JSON.stringify({ text: "\\".repeat(40_000) }) },
    error("UNAVAILABLE", expect.stringContaining("MEDIA_TOO_LARGE") as never),
  ],
])("%s", async (_name, command, more, answer) => {
  const desk = new Desk();
  await desk.hear(command, more);
  expect(desk.answers).toEqual([{ id: "1", nodeId: "me", ...answer }]);
});

test("what is no request for this node is not answered", async () => {
  const desk = new Desk();
  for (const payload of [null, "x", {}, { id: "1", nodeId: "you", command: "quiet" }]) {
    await desk.invocations.hear(payload, desk.asker());
  }
  expect(desk.answers).toEqual([]);
});

test("the gateway's time is kept, and the work is told", async () => {
  const desk = new Desk();
  const heard = desk.hear("hang", { timeoutMs: 5_000 });
  await desk.clock.advance(5_000);
  await heard;
  expect(desk.answers).toEqual([error("TIMEOUT", "node invoke timed out: hang after 5000 ms")]);
  expect(desk.signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test("a connection that is gone gets no answer, and its work is stopped", async () => {
  const desk = new Desk();
  const heard = desk.hear("hang");
  desk.gone.abort(new Error("gone"));
  await heard;
  expect(desk.answers).toEqual([]);
  expect(desk.signals[0]!.aborted).toBe(true);
  expect(desk.invocations.runningCount).toBe(0);
});

test("more than can run at once are told to come back", async () => {
  const desk = new Desk();
  const hanging = Array.from({ length: invocationsMax }, () => desk.hear("hang"));
  await desk.hear("quiet");
  expect(desk.answers).toEqual([
    error("UNAVAILABLE", expect.stringContaining("BUSY: 32 commands run already") as never),
  ]);
  desk.gone.abort(new Error("gone"));
  await Promise.all(hanging);
});
