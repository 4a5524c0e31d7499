import type { Browser } from "./browser.ts";
import { badParams, failed } from "./failure.ts";

/** JavaScript of a caller in the page. */

interface Evaluated {
  readonly result?: { readonly type?: string; readonly value?: unknown; readonly description?: string };
  readonly exceptionDetails?: { readonly text?: string; readonly exception?: { readonly description?: string } };
}

/** Strings as they are, other values as JSON, nothing as nothing; promises are awaited. */
export async function evaluate(browser: Browser, expression: string): Promise<string> {
  if (expression.trim() === "") throw badParams("javaScript required");
  const options = { awaitPromise: true, returnByValue: true, userGesture: true };
  const answer = await browser.page("Runtime.evaluate", { expression, ...options });
  const { result, exceptionDetails } = answer as Evaluated;
  if (exceptionDetails) {
    const words = exceptionDetails.exception?.description ?? exceptionDetails.text ?? "it threw";
    throw failed("CANVAS_EVAL_FAILED", words.slice(0, 2_000));
  }
  if (typeof result?.value === "string") return result.value;
  if (result?.type === "undefined") return "";
  return JSON.stringify(result?.value ?? null) ?? result?.description ?? "";
}
