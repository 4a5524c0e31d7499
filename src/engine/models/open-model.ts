import type { Clock } from "../../lib/index.ts";
import type { Model } from "./model.ts";
import { ollamaModel } from "./ollama-model.ts";
import { sdkModel } from "./sdk-model.ts";
import type { ModelTarget } from "./target.ts";
import { openSdkModel } from "./vendors.ts";

/** The adapter for a target. Opening costs nothing; the first step loads what it needs. */
export type OpenModel = (target: ModelTarget) => Model;

export const makeOpenModel =
  (clock: Pick<Clock, "nowMs">): OpenModel =>
  (target) =>
    target.vendor.kind === "ollama" ? ollamaModel(target, clock) : sdkModel(target, openSdkModel, clock);
