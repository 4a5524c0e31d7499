import type { Clock } from "../lib/index.ts";
import { hideSecrets } from "../lib/index.ts";
import type { Log } from "../lib/index.ts";

/**
 * What a program says on its standard error goes to the debug log, so many lines a minute. It is read to its end in any
 * case, so that the program never waits for us.
 */
export interface StderrWords {
  readonly clock: Pick<Clock, "elapsedMs">;
  readonly log: Log;
  /** Whose it is, as in the config. */
  readonly name: string;
  readonly secrets: readonly string[];
}

export const stderrLinesPerMinute = 60;
const minuteMs = 60_000;

export async function logStderr(stream: ReadableStream<Uint8Array>, words: StderrWords): Promise<void> {
  const { clock, log, name, secrets } = words;
  const decoder = new TextDecoder();
  let startedAtMs = clock.elapsedMs();
  let lines = 0;
  for await (const chunk of stream) {
    if (clock.elapsedMs() - startedAtMs >= minuteMs) {
      startedAtMs = clock.elapsedMs();
      lines = 0;
    }
    // A line that came in two pieces makes two records.
    for (const line of decoder.decode(chunk, { stream: true }).split("\n")) {
      if (line.trim() === "" || ++lines > stderrLinesPerMinute) continue;
      log.debug("child.stderr", { name, line: hideSecrets(line, secrets) });
      if (lines === stderrLinesPerMinute) log.debug("child.stderr_muted", { name });
    }
  }
}
