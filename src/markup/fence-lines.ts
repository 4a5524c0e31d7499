import { closesFence, type Fence, fenceOpenedBy } from "./lines.ts";

/** A line of a text, with its line break, and whether it is code: within a fence, or the fence itself. */
export interface FencedLine {
  readonly text: string;
  readonly isCode: boolean;
}

export function fencedLines(text: string): FencedLine[] {
  let fence: Fence | undefined;
  return text.split(/(?<=\n)/).map((line) => {
    const bare = line.trimEnd();
    if (fence) {
      if (closesFence(bare, fence)) fence = undefined;
      return { text: line, isCode: true };
    }
    fence = fenceOpenedBy(bare);
    return { text: line, isCode: fence !== undefined };
  });
}
