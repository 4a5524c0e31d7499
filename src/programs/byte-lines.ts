/** A line was longer than may be. */
export class LineTooLong extends Error {
  override readonly name = "LineTooLong";
}

/**
 * The lines of a stream of bytes, without their ends. A last line without an end counts. Throws `LineTooLong` instead
 * of keeping more than `bytesMax`.
 */
export async function* byteLines(stream: ReadableStream<Uint8Array>, bytesMax: number): AsyncGenerator<string> {
  let pieces: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      if (held + end - start > bytesMax) throw tooLong(bytesMax);
      yield textOf([...pieces, chunk.subarray(start, end)]);
      pieces = [];
      held = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    held += chunk.length - start;
    if (held > bytesMax) throw tooLong(bytesMax);
    pieces.push(chunk.slice(start));
  }
  if (held > 0) yield textOf(pieces);
}

const newline = 0x0a;

function textOf(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString("utf8").replace(/\r$/, "");
}

function tooLong(bytesMax: number): LineTooLong {
  return new LineTooLong(`a line of more than ${bytesMax} bytes`);
}
