import {
  type Clock,
  fileLine,
  humanLine,
  type Ids,
  jsonLine,
  type Log,
  type LogFile,
  type LogLevel,
  type LogSink,
  makeIds,
  makeLog,
  type Random,
  realClock,
  realRandom,
} from "../lib/index.ts";

/** Time, chance, ids and logs, as arguments. The real ones are made in one place and passed down piecewise. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly log: Log;
  /** Absent where the log keeps everything. */
  readonly setLogLevel?: (level: LogLevel) => void;
}

export interface RealWorldOptions {
  readonly level: LogLevel;
  readonly logFile: LogFile;
  /** Lines for a person on a terminal, JSON lines otherwise. */
  readonly isTerminal: boolean;
  readonly writeLine: (line: string) => void;
}

export function realWorld(options: RealWorldOptions): World {
  const toConsole: LogSink = (record) =>
    options.writeLine(options.isTerminal ? humanLine(record, true) : jsonLine(record));
  const toFile: LogSink = (record) => options.logFile.append(fileLine(record));
  const settings = { clock: realClock, level: options.level, sinks: [toConsole, toFile] };
  return {
    clock: realClock,
    random: realRandom,
    ids: makeIds(realClock, realRandom),
    log: makeLog(settings),
    setLogLevel: (level) => {
      settings.level = level;
    },
  };
}
