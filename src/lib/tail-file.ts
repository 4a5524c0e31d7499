import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** The end of a file of lines, or what was added since a cursor. Cursors are byte offsets. */
export interface TailRequest {
  readonly cursor: number | undefined;
  readonly limit: number;
  readonly maxBytes: number;
}

export interface Tail {
  readonly cursor: number;
  readonly size: number;
  readonly lines: string[];
  readonly truncated: boolean;
  readonly reset: boolean;
}

export function tailFile(path: string, request: TailRequest): Tail {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return { cursor: 0, size: 0, lines: [], truncated: false, reset: false };
  }
  try {
    return readTail(descriptor, request);
  } finally {
    closeSync(descriptor);
  }
}

function readTail(descriptor: number, { cursor, limit, maxBytes }: TailRequest): Tail {
  const { size } = fstatSync(descriptor);
  const follows = cursor !== undefined && cursor <= size && size - cursor <= maxBytes;
  const start = follows ? cursor : Math.max(0, size - maxBytes);
  const bytes = Buffer.alloc(size - start);
  const length = readSync(descriptor, bytes, 0, bytes.length, start);
  const text = bytes.toString("utf8", 0, length);
  const lines = text.split("\n").filter((line) => line !== "");
  // A jump lands inside of a line.
  if (!follows && start > 0) lines.shift();
  const kept = lines.slice(-limit);
  const truncated = kept.length < lines.length || (!follows && start > 0);
  return { cursor: start + length, size, lines: kept, truncated, reset: cursor !== undefined && !follows };
}
