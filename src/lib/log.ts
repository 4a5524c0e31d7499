import type { Clock } from "./clock.ts";
import { oneLine } from "./text.ts";

/**
 * The one door for logs. A record is an event name (`noun.past`) and flat fields. Message text, media, tokens and
 * phone numbers are never fields: give ids and lengths. Levels: error, a person should look; warn, degraded but going
 * on; info, state changed; debug, traffic.
 */
export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogValue = string | number | boolean | null | undefined;
export type LogFields = Readonly<Record<string, LogValue>>;

export interface LogRecord {
  readonly atMs: number;
  readonly level: LogLevel;
  /** The folder that speaks, for instance `gateway`. */
  readonly name: string;
  readonly event: string;
  readonly fields: LogFields;
}

export type LogSink = (record: LogRecord) => void;

export interface Log {
  for(name: string): Log;
  /** True when a record of this level would be kept: ask before costly fields. */
  keeps(level: LogLevel): boolean;
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export const fieldCharsMax = 256;

export interface LogOptions {
  readonly clock: Pick<Clock, "nowMs">;
  /** Least level that is kept; read at every record. */
  readonly level: LogLevel;
  readonly sinks: readonly LogSink[];
}

export function makeLog(options: LogOptions, name = "clawdia"): Log {
  const keeps = (level: LogLevel) => logLevels.indexOf(level) >= logLevels.indexOf(options.level);
  const write = (level: LogLevel, event: string, fields: LogFields) => {
    if (!keeps(level)) return;
    const record = { atMs: options.clock.nowMs(), level, name, event, fields: bounded(fields) };
    for (const sink of options.sinks) sink(record);
  };
  return {
    for: (other) => makeLog(options, other),
    keeps,
    debug: (event, fields = {}) => write("debug", event, fields),
    info: (event, fields = {}) => write("info", event, fields),
    warn: (event, fields = {}) => write("warn", event, fields),
    error: (event, fields = {}) => write("error", event, fields),
  };
}

/** What a caught thing says about itself, bounded, for the log only. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: String(error) };
  const at = error.stack
    ?.split("\n")
    .find((line) => line.includes(" at "))
    ?.trim();
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { error: error.message, errorName: error.name, at, cause };
}

function bounded(fields: LogFields): LogFields {
  const kept: Record<string, LogValue> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    kept[key] = typeof value === "string" ? oneLine(value, fieldCharsMax) : value;
  }
  return kept;
}
