/** Longest line that is read: far above any answer's. */
const lineCharsMax = 8 * 1024 * 1024;

/** JSON values, one a line. A last line without its end counts; a broken one throws. */
export async function* jsonLines(body: ReadableStream<Uint8Array>): AsyncGenerator {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    if (rest.length > lineCharsMax) throw new SyntaxError(`a line is longer than ${lineCharsMax} characters`);
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield parsed(line);
  }
  if (rest.trim() !== "") yield parsed(rest);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new SyntaxError("unexpected end or broken JSON in a line", { cause: error });
  }
}
