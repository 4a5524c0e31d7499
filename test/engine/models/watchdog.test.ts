import { expect, test } from "bun:test";
import { type Model, type ModelPart, type ModelStep, remoteLimits, watched } from "../../../src/engine/index.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";

/** A model that does what a test says, and hears when it is given up. */
class Puppet implements Model {
  readonly ref = { provider: "v", model: "m" };
  signal: AbortSignal | undefined;
  step: ModelStep | undefined;
  readonly #parts: ModelPart[] = [];
  #changed = Promise.withResolvers<void>();

  async *stream(step: ModelStep, signal: AbortSignal): AsyncIterable<ModelPart> {
    this.step = step;
    this.signal = signal;
    for (;;) {
      const part = this.#parts.shift();
      if (part) yield part;
      else await this.#changed.promise;
    }
  }

  says(part: ModelPart): void {
    this.#parts.push(part);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

const step: ModelStep = {
  system: "",
  messages: [],
  tools: [],
  thinking: undefined,
  cacheKey: "k",
  usedCallIds: new Set(),
};

function watch(signal = new AbortController().signal) {
  const clock = new FakeClock();
  const puppet = new Puppet();
  const heard: ModelPart[] = [];
  const end = (async () => {
    for await (const part of watched(puppet, step, { limits: remoteLimits, clock, signal })) heard.push(part);
  })().then(
    () => "done",
    (error: unknown) => error,
  );
  return { clock, puppet, heard, end };
}

test("a vendor that does not answer is given up after 30 s, and its socket closed", async () => {
  const { clock, puppet, end } = watch();
  await clock.advance(29_999);
  expect(puppet.signal?.aborted).toBe(false);
  await clock.advance(1);
  expect(await end).toMatchObject({ failure: "timeout", message: "v/m: no answer within 30 s; try again" });
  expect(puppet.signal?.aborted).toBe(true);
});

test("a vendor that answered has two minutes to begin", async () => {
  const { clock, puppet, end } = watch();
  await clock.advance(20_000);
  puppet.step?.hear?.("answered");
  await clock.advance(119_000);
  // Lines that only keep the connection open are no beginning.
  puppet.step?.hear?.("bytes");
  await clock.advance(1_000);
  expect(await end).toMatchObject({ failure: "timeout", message: "v/m: it did not begin within 120 s; try again" });
});

test("a vendor that began may be silent for a minute", async () => {
  const { clock, puppet, end, heard } = watch();
  puppet.step?.hear?.("answered");
  await clock.advance(100_000);
  puppet.says({ kind: "text", delta: "a" });
  await clock.advance(59_000);
  puppet.step?.hear?.("bytes");
  await clock.advance(59_000);
  puppet.says({ kind: "progress" });
  await clock.advance(59_000);
  expect(puppet.signal?.aborted).toBe(false);
  await clock.advance(2_000);
  expect(await end).toMatchObject({ failure: "timeout", message: "v/m: it fell silent for 60 s; try again" });
  expect(heard.length).toBe(2);
});

test("an abort ends it at once, with the reason of the one who aborted", async () => {
  const abort = new AbortController();
  const { puppet, end, clock } = watch(abort.signal);
  await clock.advance(0);
  abort.abort("rpc");
  expect(await end).toBe("rpc");
  expect(puppet.signal?.aborted).toBe(true);
});

test("nothing is asked when it is over before it began", async () => {
  const { puppet, end } = watch(AbortSignal.abort("rpc"));
  expect(await end).toBe("rpc");
  expect(puppet.step).toBeUndefined();
});
