import { say } from "./run.ts";

/** Steps of a run by hand: each says how it went, and the next one follows in any case. */

const stepMs = 90_000;
let failures = 0;

export async function step(name: string, run: () => Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = AbortSignal.timeout(stepMs);
  timer.addEventListener("abort", () => late.reject(new Error("it took too long")));
  try {
    await Promise.race([run(), late.promise]);
    say(`ok    ${name}`);
  } catch (error) {
    failures++;
    say(`FAIL  ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}

/** Throws what is wrong. */
export function check(isTrue: unknown, what: string): void {
  if (!isTrue) throw new Error(what);
}

export function failedSteps(): number {
  return failures;
}
