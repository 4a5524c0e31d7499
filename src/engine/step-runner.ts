import { backoffMs, type Clock, errorFields, type Log, type Random } from "../lib/index.ts";
import type { EngineEvent, EngineFailure } from "./engine.ts";
import { hasKey, type LineUp } from "./line-up.ts";
import type { ModelHealth } from "./model-health.ts";
import { ModelError, type ModelPart, type ModelStep, referenceOf } from "./models/model.ts";
import type { OpenModel } from "./models/open-model.ts";
import type { ModelTarget } from "./models/target.ts";
import { localLimits, remoteLimits, watched } from "./models/watchdog.ts";
import type { ToolCall } from "./tool.ts";

/** One step of a turn: asked again while nothing of it was seen, by another model when one cannot. */
export interface StepRunnerParts {
  readonly openModel: OpenModel;
  readonly health: Pick<ModelHealth, "failed" | "succeeded">;
  readonly clock: Clock;
  readonly random: Pick<Random, "unit">;
  readonly log: Log;
}

export interface StepAnswer {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly ToolCall[];
  readonly finish: Extract<ModelPart, { kind: "finish" }>;
  readonly target: ModelTarget;
}

export interface StepRequest {
  readonly step: Omit<ModelStep, "hear">;
  readonly lineUp: LineUp;
  readonly signal: AbortSignal;
  /** Goes in front of the first text, so that it does not stick to what an earlier step said. */
  readonly separator: string;
}

const retriesMax = 2;
const retryDelays = { firstMs: 1_000, maxMs: 30_000, factor: 3 };
/** A vendor that wants to be left alone for longer is not waited for. */
const retryWaitMsMax = 60_000;
/** Failures that may pass while one waits. */
const passing: readonly EngineFailure[] = ["rate_limit", "overloaded", "timeout", "network", "truncated"];

type Saying = Extract<EngineEvent, { kind: "text" | "reasoning" }>;

export async function* runStep(parts: StepRunnerParts, request: StepRequest): AsyncGenerator<Saying, StepAnswer> {
  const { lineUp, signal } = request;
  const failures: ModelError[] = [];
  for (;;) {
    const { current: target } = lineUp;
    const answer = yield* askPatiently(parts, request, target);
    if (!(answer instanceof ModelError)) {
      await parts.health.succeeded(target);
      return answer;
    }
    signal.throwIfAborted();
    failures.push(answer);
    // A key that is missing is nothing that time would mend.
    if (hasKey(target)) await parts.health.failed(target, answer);
    if (!lineUp.goOn()) throw told(failures);
    parts.log.warn("model.replaced", {
      model: referenceOf(target.choice),
      failure: answer.failure,
      next: referenceOf(lineUp.current.choice),
    });
  }
}

/** The answer, or why this model has none. Throws where no other model may step in. */
async function* askPatiently(
  parts: StepRunnerParts,
  request: StepRequest,
  target: ModelTarget,
): AsyncGenerator<Saying, StepAnswer | ModelError> {
  if (!hasKey(target)) return noKey(target);
  for (let attempt = 0; ; attempt++) {
    const attemptMade = new Attempt(target, request.separator);
    try {
      return yield* attemptMade.run(parts, request);
    } catch (error) {
      request.signal.throwIfAborted();
      if (!(error instanceof ModelError)) throw error;
      const fields = { model: referenceOf(target.choice), failure: error.failure, attempt, ...errorFields(error) };
      parts.log.warn("model.failed", fields);
      if (attemptMade.hasSpoken) {
        await parts.health.failed(target, error);
        throw error;
      }
      if (error.failure === "context_overflow") throw error;
      const waitMs = Math.max(backoffMs(attempt, retryDelays, parts.random), error.retryAfterMs ?? 0);
      const isWorthIt = passing.includes(error.failure) && attempt < retriesMax && waitMs <= retryWaitMsMax;
      if (!isWorthIt) return error;
      await parts.clock.sleep(waitMs, request.signal);
    }
  }
}

/** One request, from its start to its end. */
class Attempt {
  readonly #target: ModelTarget;
  readonly #separator: string;
  #text = "";
  #reasoning = "";
  readonly #calls: ToolCall[] = [];
  #finish: StepAnswer["finish"] | undefined;

  constructor(target: ModelTarget, separator: string) {
    this.#target = target;
    this.#separator = separator;
  }

  get hasSpoken(): boolean {
    return this.#text !== "";
  }

  async *run(parts: StepRunnerParts, { step, signal }: StepRequest): AsyncGenerator<Saying, StepAnswer> {
    const limits = this.#target.vendor.isLocal ? localLimits : remoteLimits;
    const model = parts.openModel(this.#target);
    for await (const part of watched(model, step, { limits, clock: parts.clock, signal })) yield* this.#take(part);
    const finish = this.#finish;
    if (!finish) throw new ModelError(`${referenceOf(this.#target.choice)}: the answer broke off`, "truncated");
    if (finish.stopReason === "refused" && this.#text === "") throw this.#refused();
    return { text: this.#text, reasoning: this.#reasoning, calls: this.#calls, finish, target: this.#target };
  }

  *#take(part: ModelPart): Generator<Saying> {
    switch (part.kind) {
      case "text": {
        const lead = this.#text === "" ? this.#separator : "";
        this.#text += part.delta;
        yield { kind: "text", delta: lead + part.delta };
        return;
      }
      case "reasoning":
        this.#reasoning += part.delta;
        yield part;
        return;
      case "tool-call":
        this.#calls.push(part.call);
        return;
      case "finish":
        this.#finish = part;
        return;
      default:
        return;
    }
  }

  #refused(): ModelError {
    return new ModelError(
      `${referenceOf(this.#target.choice)}: the vendor's filter held the answer back; say it otherwise`,
      "bad_request",
    );
  }
}

function noKey({ vendor, choice }: ModelTarget): ModelError {
  const reference = referenceOf(choice);
  return new ModelError(
    `${reference}: there is no key for ${vendor.id}; give one: clawdia models choose ${reference}`,
    "auth",
  );
}

/** What the model that was asked for said counts most. */
function told(failures: readonly ModelError[]): ModelError {
  const [first, ...others] = failures as [ModelError, ...ModelError[]];
  if (others.length === 0) return first;
  const names = others.map(({ message }) => message.split(":")[0]).join(", ");
  return new ModelError(`${first.message}; nor could ${names}`, first.failure, {
    cause: first,
    retryAfterMs: first.retryAfterMs,
  });
}
