import type { Clock } from "../../lib/index.ts";
import type { EngineFailure } from "../engine.ts";
import { failureOf } from "./failure.ts";
import { type ModelStep, referenceOf } from "./model.ts";
import type { OpenModel } from "./open-model.ts";
import type { ModelTarget } from "./target.ts";
import { localLimits, remoteLimits, watched } from "./watchdog.ts";

/** One real completion with a tool to call: whether a model would do, and what is wrong where it would not. */
export type TrialResult =
  | {
      readonly kind: "answered";
      readonly latencyMs: number;
      readonly text: string;
      /** Models that call no tools can talk, and do nothing. */
      readonly calledTool: boolean;
    }
  | {
      readonly kind: "failed";
      readonly latencyMs: number;
      readonly failure: EngineFailure;
      readonly message: string;
    };

const textCharsMax = 500;

const trialStep: Omit<ModelStep, "hear"> = {
  system: "You test whether tools work. Say one short sentence if you like, and call the tool.",
  messages: [{ role: "user", text: 'Call the tool "report_ready" with the word "ready".' }],
  tools: [
    {
      name: "report_ready",
      description: "Reports that the model can call tools.",
      params: {
        type: "object",
        properties: { word: { type: "string", description: 'The word "ready".' } },
        required: ["word"],
        additionalProperties: false,
      },
    },
  ],
  thinking: undefined,
  cacheKey: "trial",
  usedCallIds: new Set(),
};

export async function tryModel(
  target: ModelTarget,
  openModel: OpenModel,
  clock: Clock,
  signal: AbortSignal,
): Promise<TrialResult> {
  const startedAtMs = clock.elapsedMs();
  const latencyMs = () => Math.max(0, Math.round(clock.elapsedMs() - startedAtMs));
  const limits = target.vendor.isLocal ? localLimits : remoteLimits;
  let text = "";
  let calledTool = false;
  try {
    for await (const part of watched(openModel(target), trialStep, { limits, clock, signal })) {
      if (part.kind === "text") text = (text + part.delta).slice(0, textCharsMax);
      if (part.kind === "tool-call") calledTool ||= part.call.name === "report_ready";
    }
    return { kind: "answered", latencyMs: latencyMs(), text, calledTool };
  } catch (error) {
    const ref = { provider: target.choice.provider, model: target.choice.model };
    if (signal.aborted) {
      const message = `${referenceOf(ref)}: who asked is gone, so the trial was given up`;
      return { kind: "failed", latencyMs: latencyMs(), failure: "network", message };
    }
    const { failure, message } = failureOf(error, { ref, secrets: [target.apiKey ?? ""], nowMs: clock.nowMs() });
    return { kind: "failed", latencyMs: latencyMs(), failure, message };
  }
}
