import { defineCommand } from "citty";
import { humanLine, type LogFields, type LogLevel, logLevels, oneLine, realClock } from "../lib/index.ts";
import { withGateway } from "./connected.ts";
import { wholeNumber } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { complain, printLine } from "./print.ts";
import { hasColor } from "./style.ts";
import { shown } from "./words.ts";

/** `clawdia logs`: what the gateway wrote down, as far back as asked, and on. */
export const logsCommand = defineCommand({
  meta: { name: "logs", description: "Show the gateway's log" },
  args: {
    follow: { type: "boolean", alias: "f", description: "Go on with what is written from now on" },
    limit: { type: "string", description: "How many lines (default 200)", valueHint: "N" },
    level: { type: "enum", options: ["debug", "info", "warn", "error"], description: "Least level to show" },
    ...gatewayFlags,
    json: { type: "boolean", description: "Print the lines as they are in the file" },
  },
  run: ({ args }) => showLogs(args),
});

interface LogFlags extends GatewayFlags {
  readonly follow?: boolean | undefined;
  readonly limit?: string | undefined;
  readonly level?: LogLevel | undefined;
}

/** The most that one answer has. */
const linesMax = 5_000;
const defaultLines = 200;
const followEveryMs = 400;

async function showLogs(flags: LogFlags): Promise<void> {
  const limit = wholeNumber("limit", flags.limit, { max: linesMax }) ?? defaultLines;
  // A level is looked for in as many lines as there are; without one, no more than asked for are fetched.
  const fetched = flags.level === undefined ? limit : linesMax;
  await withGateway(flags, async ({ call }) => {
    const first = await call("logs.tail", { limit: fetched, maxBytes: 1_000_000 });
    const lines = first.lines.filter((line) => isWanted(line, flags.level)).slice(-limit);
    for (const line of lines) printLine(flags.json ? line : humanOf(line));
    let { cursor } = first;
    while (flags.follow) {
      await realClock.sleep(followEveryMs);
      const more = await call("logs.tail", { cursor, limit: linesMax, maxBytes: 1_000_000 });
      cursor = more.cursor;
      if (more.reset) complain("(the log was started anew, or grew faster than it was read)");
      for (const line of more.lines) if (isWanted(line, flags.level)) printLine(flags.json ? line : humanOf(line));
    }
  });
}

/** A line of the log file (`lib/log-formats.ts` writes it). */
interface FileLine {
  readonly "0"?: unknown;
  readonly "1"?: unknown;
  readonly _meta?: { readonly logLevelName?: unknown; readonly name?: unknown };
  readonly time?: unknown;
}

function isWanted(line: string, least: LogLevel | undefined): boolean {
  if (least === undefined) return true;
  return logLevels.indexOf(levelOf(parse(line))) >= logLevels.indexOf(least);
}

function humanOf(line: string): string {
  const parsed = parse(line);
  const atMs = Date.parse(String(parsed?.time));
  if (!parsed || Number.isNaN(atMs)) return shown(line, linesMax);
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries((parsed["1"] ?? {}) as LogFields))
    fields[shown(name)] = shown(String(value));
  const record = {
    atMs,
    level: levelOf(parsed),
    name: oneLine(textOf(parsed["_meta"]?.name), 64),
    event: oneLine(textOf(parsed["0"]), 256),
    fields,
  };
  return humanLine(record, hasColor());
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function levelOf(line: FileLine | undefined): LogLevel {
  const name = String(line?.["_meta"]?.logLevelName).toLowerCase();
  return logLevels.find((level) => level === name) ?? "info";
}

function parse(line: string): FileLine | undefined {
  try {
    return JSON.parse(line) as FileLine;
  } catch {
    return undefined;
  }
}
