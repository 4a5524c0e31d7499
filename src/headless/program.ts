import { childEnvironment, startChild, StartError } from "../programs/index.ts";
import { desktopNames, type Machine } from "./machine.ts";

/** A program of the system that is run to its end for what it gives. */

export interface ProgramOrder {
  readonly command: string;
  readonly args: readonly string[];
  /** More than this is not taken: the program is ended. */
  readonly bytesMax: number;
}

export interface ProgramResult {
  readonly kind: "done" | "failed" | "too-large";
  readonly bytes: Uint8Array;
  /** The last words of its standard error, on one line. */
  readonly words: string;
}

const wordsMax = 400;
/** Of standard error, for the last words. */
const heardCharsMax = 8_192;

/** Rejects with the signal's reason; the program is ended then, as whatever it started. */
export async function runToEnd(machine: Machine, order: ProgramOrder, signal: AbortSignal): Promise<ProgramResult> {
  signal.throwIfAborted();
  const child = startedOrUndefined(machine, order);
  if ("failure" in child) return { kind: "failed", bytes: new Uint8Array(), words: child.failure };
  const stop = () => child.kill();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const [taken, heard, end] = await Promise.all([
      take(child.stdout, order.bytesMax, stop),
      hear(child.stderr),
      child.ended,
    ]);
    signal.throwIfAborted();
    if (taken === undefined) return { kind: "too-large", bytes: new Uint8Array(), words: heard };
    const isDone = end === "with exit code 0";
    return { kind: isDone ? "done" : "failed", bytes: taken, words: heard === "" ? `it ended ${end}` : heard };
  } finally {
    signal.removeEventListener("abort", stop);
    child.kill();
  }
}

export function desktopEnvironment({ environment }: Machine): Readonly<Record<string, string>> {
  return childEnvironment(environment, { passEnv: desktopNames.split(" "), env: {} });
}

function startedOrUndefined(machine: Machine, { command, args }: ProgramOrder) {
  try {
    return startChild({ command, args, folder: machine.folder, environment: desktopEnvironment(machine) });
  } catch (error) {
    if (error instanceof StartError) return { failure: error.message };
    throw error;
  }
}

async function take(stream: ReadableStream<Uint8Array>, bytesMax: number, stop: () => void) {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.length;
    // The stream is read on to its end, which comes soon.
    if (bytes > bytesMax) stop();
    else pieces.push(piece);
  }
  if (bytes > bytesMax) return undefined;
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

async function hear(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stream) text = (text + decoder.decode(piece, { stream: true })).slice(-heardCharsMax);
  return text.replaceAll(/\s+/g, " ").trim().slice(-wordsMax);
}
