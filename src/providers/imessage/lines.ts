/**
 * The lines of a program's output. One that is longer than may be is told and left out, and the next one is read: a
 * single odd message must not hold up all that follow.
 */
export async function* boundedLines(
  stream: ReadableStream<Uint8Array>,
  bytesMax: number,
  onTooLong: () => void,
): AsyncGenerator<string> {
  let pieces: Uint8Array[] = [];
  let held = 0;
  let isTooLong = false;
  const keep = (piece: Uint8Array) => {
    held += piece.length;
    isTooLong ||= held > bytesMax;
    pieces = isTooLong ? [] : [...pieces, piece.slice()];
  };
  const end = (): string | undefined => {
    const line = isTooLong ? undefined : Buffer.concat(pieces).toString("utf8");
    if (isTooLong) onTooLong();
    pieces = [];
    held = 0;
    isTooLong = false;
    return line;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, at));
      start = at + 1;
      const line = end();
      if (line !== undefined) yield line;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  // What has no end was cut off with its program.
  if (held > 0) end();
}

const newline = 0x0a;
