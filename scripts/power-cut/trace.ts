/**
 * Reads what strace wrote (`-f -y -xx`): every string is hexadecimal there, so that no byte of a file's content can be
 * taken for a part of the line.
 */

export interface SystemCall {
  readonly name: string;
  readonly arguments: readonly string[];
  /** What it returned; negative when it failed. */
  readonly result: number;
  /** strace put the result there itself: the kernel did nothing. */
  readonly isFaked: boolean;
}

const newLine = 10;

/** The calls that name a path below one of the folders, in the order in which they began. */
export function* callsOf(trace: Buffer, folders: readonly string[]): Generator<SystemCall> {
  const wanted = folders.map((folder) => hexOf(folder));
  const begun = new Map<string, string>();
  for (let start = 0; start < trace.length;) {
    const found = trace.indexOf(newLine, start);
    const end = found === -1 ? trace.length : found;
    const line = trace.toString("latin1", start, end);
    start = end + 1;
    const [, thread = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    if (rest.endsWith("<unfinished ...>")) {
      begun.set(thread, rest.slice(0, -"<unfinished ...>".length));
      continue;
    }
    const whole = resumed ? `${begun.get(thread) ?? ""}${resumed[1]}` : rest;
    if (resumed) begun.delete(thread);
    if (wanted.some((path) => whole.includes(path))) yield callOf(whole);
  }
}

function callOf(line: string): SystemCall {
  const [, name, given, result, rest] = /^(\w+)\((.*)\) += (-?\d+|\?)(.*)$/.exec(line) ?? [];
  if (name === undefined || given === undefined) throw new Error(`a line of the trace is not understood: ${line}`);
  return {
    name,
    arguments: given.split(",").map((part) => part.trim()),
    result: Number(result === "?" ? -1 : result),
    isFaked: rest?.includes("(INJECTED)") ?? false,
  };
}

/** The text behind `"\x2f\x74"`. Throws when strace left out a part of it. */
export function bytesOf(argument: string): Buffer {
  const [, hex, cut] = /^"([^"]*)"(\.\.\.)?$/.exec(argument) ?? [];
  if (hex === undefined || cut !== undefined) throw new Error(`an argument is cut: ${argument.slice(0, 80)}`);
  return Buffer.from(hex.replaceAll("\\x", ""), "hex");
}

/** The path behind `12<\x2f\x74>`. A file that is unlinked already has none. */
export function pathOf(descriptor: string): string | undefined {
  const [, hex, gone] = /^[\w-]+<([^>]*)>(.*)$/.exec(descriptor) ?? [];
  return hex === undefined || gone !== "" ? undefined : Buffer.from(hex.replaceAll("\\x", ""), "hex").toString("utf8");
}

function hexOf(path: string): string {
  return [...Buffer.from(path, "utf8")].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}
