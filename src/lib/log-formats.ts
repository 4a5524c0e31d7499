import { isoTime } from "./clock.ts";
import type { LogRecord } from "./log.ts";

/** One line for a person: time, level, folder, event, fields. */
export function humanLine(record: LogRecord, color: boolean): string {
  const time = isoTime(record.atMs).slice(11, 23);
  const fields = Object.entries(record.fields)
    .map(([key, value]) => ` ${paint(`${key}=`, 90, color)}${humanValue(value)}`)
    .join("");
  const level = paint(record.level.padEnd(5), levelColors[record.level], color);
  return `${paint(time, 90, color)} ${level} ${record.name} ${paint(record.event, 1, color)}${fields}`;
}

/** One JSON object a line, flat, for machines. */
export function jsonLine(record: LogRecord): string {
  const { atMs, level, name, event, fields } = record;
  return JSON.stringify({ time: isoTime(atMs), level, name, event, ...fields });
}

/**
 * The line of the log file, in the shape that existing control clients parse (`logs.tail`, section 5.4 of the wire
 * document): positional arguments under "0" and "1", `_meta`, and an ISO time.
 */
export function fileLine(record: LogRecord): string {
  const time = isoTime(record.atMs);
  const meta = { logLevelName: record.level.toUpperCase(), name: record.name, date: time };
  return JSON.stringify({ "0": record.event, "1": record.fields, _meta: meta, time });
}

const levelColors = { debug: 90, info: 36, warn: 33, error: 31 } as const;

function paint(text: string, code: number, color: boolean): string {
  return color ? `\u001b[${code}m${text}\u001b[0m` : text;
}

function humanValue(value: unknown): string {
  const text = String(value);
  return /[\s"]/.test(text) ? JSON.stringify(text) : text;
}
