import type { Static, TSchema } from "@sinclair/typebox";
import { fits, problemsOf } from "../protocol/index.ts";
import { badParams } from "./failure.ts";

/** What the gateway may ask this machine for: a name, what comes with it, and what is done. */

/** One asking: aborted when its time is up, or nobody waits for the answer any more. */
export interface Job {
  readonly signal: AbortSignal;
  /** What an answer may weigh, as JSON text. */
  readonly answerCharsMax: number;
}

export interface NodeCommand {
  /** `camera.snap` */
  readonly name: string;
  /** Rejects with a NodeFailure; undefined is an answer without words. */
  readonly run: (params: unknown, job: Job) => Promise<object | undefined>;
}

export interface CommandDefinition<P extends TSchema> {
  readonly name: string;
  /** Keys that it does not name are ignored: each family of callers has some of its own. */
  readonly params: P;
  readonly run: (params: Static<P>, job: Job) => Promise<object | undefined>;
}

export function nodeCommand<P extends TSchema>({ name, params: schema, run }: CommandDefinition<P>): NodeCommand {
  return {
    name,
    run: async (given, job) => {
      const params = withoutNulls(given ?? {});
      if (!fits(schema, params)) throw badParams(`${name}: ${problemsOf(schema, params)}`);
      return run(params, job);
    },
  };
}

/** Some callers write null for what they do not say. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null));
}
