import { RequestError } from "../../src/client/index.ts";
import type { ErrorShape } from "../../src/protocol/index.ts";

/** What a call was refused with, its payload included. Throws when it was not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<ErrorShape & { readonly payload?: unknown }> {
  let answer: unknown;
  try {
    answer = await call;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { ...error.shape, ...(error.payload !== undefined && { payload: error.payload }) };
  }
  throw new Error(`the call was answered: ${JSON.stringify(answer)}`);
}

export const invalid = (message: string) => ({ code: "INVALID_REQUEST", message });
