import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Environment } from "../../config/index.ts";
import type { Machine } from "../../headless/index.ts";
import { type Log, realClock } from "../../lib/index.ts";

/** The machine that this process runs on. */
export function realMachine(environment: Environment, folder: string, log: Log): Machine {
  return {
    platform: process.platform,
    environment,
    clock: realClock,
    log,
    folder,
    isRoot: process.getuid?.() === 0,
    which: (name) => Bun.which(name, { PATH: environment["PATH"] ?? "" }) ?? undefined,
    list: (path) => orElse(() => readdirSync(path), []),
    read: (path) => orElse(() => readFileSync(path, "utf8"), undefined),
    exists: existsSync,
  };
}

/** Files of the system come and go. */
function orElse<T, E>(read: () => T, otherwise: E): T | E {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error) return otherwise;
    throw error;
  }
}
