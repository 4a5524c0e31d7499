import { type Clock, type Log, slept } from "../../lib/index.ts";
import {
  type Child,
  childEnvironment,
  freeLoopbackPort,
  logStderr,
  signalProcess,
  startChild,
  StartError,
} from "../../programs/index.ts";
import { withoutNumbers } from "./failures.ts";

/** A signal-cli of our own. It ends with its link, and with the gateway however that ends. */

export interface DaemonOptions {
  readonly command: string;
  /** signal-cli's own folder: the keys, and what it has not handed over yet. */
  readonly dataDir: string;
  /** Undefined while there is none yet: then accounts can be linked. */
  readonly number: string | undefined;
  readonly trustNewIdentities: string;
  /** Whatever it hands over is added here, line by line; see `Journal`. */
  readonly journal: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
  readonly accountId: string;
}

export interface Daemon extends AsyncDisposable {
  readonly url: string;
  /** Resolves with a phrase for people. */
  readonly ended: Promise<DaemonEnd>;
}

export interface DaemonEnd {
  readonly reason: string;
  /** It said that Signal, or its own folder, does not know the account. */
  readonly isUnlinked: boolean;
}

/** A Java program takes a while to say farewell to its network. */
const closeGraceMs = 4_000;

/** Throws a `StartError`. Whether it listens is for the caller to find out. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { clock, log, accountId } = options;
  const port = await freeLoopbackPort();
  const child = startChild({
    ...commandOf(options, port),
    folder: options.dataDir,
    environment: childEnvironment(options.environment, { passEnv: ["JAVA_HOME"], env: {} }),
  });
  const [forLog, forUs] = child.stderr.tee();
  const toLog = { clock, log: numberless(log), name: accountId, secrets: [] };
  void logStderr(forLog, toLog);
  void logStderr(child.stdout, toLog);
  const heard = hear(forUs);
  let isOver = false;
  const ended = Promise.all([child.ended, heard]).then(([how, words]) => {
    isOver = true;
    return endOf(how, words, options.command);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    ended,
    [Symbol.asyncDispose]: async () => {
      if (!isOver) await close(child, clock);
    },
  };
}

/** signal-cli names our own number and those of others. */
function numberless(log: Log): Log {
  const debug: Log["debug"] = (event, { line, ...fields } = {}) =>
    log.debug(event, { ...fields, ...(typeof line === "string" && { line: withoutNumbers(line) }) });
  return { ...log, debug };
}

/** It does not read its standard input, so that its end tells it nothing. */
async function close(child: Child, clock: Clock): Promise<void> {
  if (process.platform !== "win32") signalProcess(-child.pid, "SIGTERM");
  await child.close(clock, closeGraceMs);
}

/** The shell stays no longer than it takes to open the journal. */
const withJournal = 'journal=$1; shift; exec "$@" >>"$journal"';

function commandOf(options: DaemonOptions, port: number): { command: string; args: string[] } {
  const { command, journal } = options;
  const args = argumentsOf(options, port);
  if (journal === undefined || process.platform === "win32") return { command, args };
  return { command: "/bin/sh", args: ["-c", withJournal, "sh", journal, command, ...args] };
}

function argumentsOf({ dataDir, number, trustNewIdentities, journal }: DaemonOptions, port: number): string[] {
  return [
    "--output=json",
    `--config=${dataDir}`,
    `--trust-new-identities=${trustNewIdentities}`,
    ...(number === undefined ? [] : [`--account=${number}`]),
    "daemon",
    `--http=127.0.0.1:${port}`,
    "--receive-mode=on-connection",
    ...(journal === undefined ? ["--no-receive-stdout"] : []),
  ];
}

const heardCharsMax = 8_192;

/** The last words that it wrote. */
async function hear(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let words = "";
  for await (const chunk of stream) words = (words + decoder.decode(chunk, { stream: true })).slice(-heardCharsMax);
  return words;
}

function endOf(how: string, words: string, command: string): DaemonEnd {
  // The shell's word for a program that is not there.
  if (how === "with exit code 127") {
    return { reason: `there is no program ${command}: install signal-cli, or set its whole path`, isUnlinked: false };
  }
  const isUnlinked = /is not registered|not registered|Authorization failed|AuthorizationFailed/i.test(words);
  const isTaken = /in use by another instance/i.test(words);
  return { reason: `signal-cli ended ${how}${isTaken ? ": another one works on the account" : ""}`, isUnlinked };
}

const checkEveryMs = 200;
const startTimeMs = 50_000;

/** Until the daemon listens. Rejects when it ended or the time is up. */
export async function untilUp(
  daemon: Daemon,
  check: () => Promise<void>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  let end: DaemonEnd | undefined;
  void daemon.ended.then((how) => (end = how));
  const startedAtMs = clock.elapsedMs();
  for (;;) {
    const isUp = await check().then(
      () => true,
      () => false,
    );
    signal.throwIfAborted();
    if (end) throw new DaemonEnded(end);
    if (isUp) return;
    if (clock.elapsedMs() - startedAtMs > startTimeMs) throw new StartError("signal-cli does not come up");
    await slept(clock, checkEveryMs, signal);
  }
}

/** The daemon is gone. */
export class DaemonEnded extends Error {
  override readonly name = "DaemonEnded";
  readonly end: DaemonEnd;

  constructor(end: DaemonEnd) {
    super(end.reason);
    this.end = end;
  }
}
