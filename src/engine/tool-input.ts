import { Kind, type TSchema } from "@sinclair/typebox";
import { fits, problemsOf } from "../protocol/index.ts";
import { jsonSchemaProblem } from "./json-schema.ts";

/** What a model wrote as a tool's input, read and judged before the tool sees it. Pure. */
export type JudgedInput =
  { readonly kind: "good"; readonly value: unknown } | { readonly kind: "bad"; readonly problem: string };

export function judgeInput(params: TSchema, input: string): JudgedInput {
  let value: unknown;
  try {
    value = input.trim() === "" ? {} : JSON.parse(input);
  } catch {
    return { kind: "bad", problem: "it is not JSON" };
  }
  const problem = problemIn(params, value);
  return problem === undefined ? { kind: "good", value } : { kind: "bad", problem };
}

/** Tools of MCP servers bring plain JSON Schema, which the compiler of our own schemas does not know. */
function problemIn(params: TSchema, value: unknown): string | undefined {
  if (!(Kind in params)) return jsonSchemaProblem(params, value);
  return fits(params, value) ? undefined : problemsOf(params, value);
}
