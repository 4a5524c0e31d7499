import type { ILogger } from "@whiskeysockets/baileys/lib/Utils/logger.js";
import type { Log } from "../../lib/index.ts";

/**
 * The library's own log. It hands keys, numbers and whole messages to its logger, so only the words of its warnings
 * and the name of an error pass, without anything that could be a number of somebody.
 */
export function libraryLog(log: Log, account: string): ILogger {
  const say = (event: string) => (fields: unknown, message?: string) => {
    const words = message ?? (typeof fields === "string" ? fields : "");
    log.debug(event, { account, words: withoutIds(words), errorName: errorNameOf(fields) });
  };
  const logger: ILogger = {
    level: "silent",
    child: () => logger,
    trace: () => undefined,
    debug: () => undefined,
    info: () => undefined,
    warn: say("library.warned"),
    error: say("library.failed"),
  };
  return logger;
}

function withoutIds(words: string): string {
  return words.replace(/\S*(\d{4,}|@)\S*/g, "…");
}

function errorNameOf(fields: unknown): string | undefined {
  if (typeof fields !== "object" || fields === null) return undefined;
  return Object.values(fields).find((value): value is Error => value instanceof Error)?.name;
}
