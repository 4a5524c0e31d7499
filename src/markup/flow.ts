import { inlineMarks, type Look, type Run, type Runs } from "./runs.ts";

/** Runs as one text that can be asked what stands where. Positions are UTF-16 units of the visible text. */
export interface Flow {
  readonly text: string;
  lookAt(at: number): Look;
  /** The runs from `start` up to `end`. */
  slice(start: number, end: number): Run[];
}

export function makeFlow(runs: Runs): Flow {
  const starts: number[] = [];
  let length = 0;
  for (const run of runs) {
    starts.push(length);
    length += run.text.length;
  }
  const indexAt = (at: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    text: runs.map(({ text }) => text).join(""),
    lookAt: (at) => runs[indexAt(at)]!.look,
    slice: (start, end) => {
      const part: Run[] = [];
      for (let index = indexAt(start); index < runs.length && starts[index]! < end; index++) {
        const { text, look } = runs[index]!;
        const own = text.slice(Math.max(0, start - starts[index]!), end - starts[index]!);
        if (own !== "") part.push({ text: own, look });
      }
      return part;
    },
  };
}

/** Whether a cut there would be within marked text: both sides share a mark or a link. */
export function isInsideSpan(flow: Flow, at: number): boolean {
  const [before, after] = [flow.lookAt(at - 1), flow.lookAt(at)];
  const isSameLink = after.href !== undefined && before.href === after.href;
  return isSameLink || inlineMarks.some((mark) => before[mark] && after[mark]);
}
