import { inlineMarks, type InlineMark, type Runs } from "./runs.ts";

/** A style of Signal over a range of a text, in UTF-16 units. */
export interface StyleRange {
  readonly start: number;
  readonly length: number;
  readonly style: "BOLD" | "ITALIC" | "STRIKETHROUGH" | "SPOILER" | "MONOSPACE";
}

const styles: Readonly<Record<Exclude<InlineMark, "underline">, StyleRange["style"]>> = {
  bold: "BOLD",
  italic: "ITALIC",
  strike: "STRIKETHROUGH",
  spoiler: "SPOILER",
  code: "MONOSPACE",
};

/** The ranges of the runs' text, each as long as it can be. */
export function styleRanges(runs: Runs): StyleRange[] {
  const ranges: StyleRange[] = [];
  for (const mark of inlineMarks) {
    if (mark === "underline") continue;
    let at = 0;
    let start: number | undefined;
    for (const { text, look } of [...runs, { text: "", look: {} }]) {
      const hasMark = look[mark] === true;
      if (hasMark) start ??= at;
      else if (start !== undefined) {
        ranges.push({ start, length: at - start, style: styles[mark] });
        start = undefined;
      }
      at += text.length;
    }
  }
  return ranges.sort((one, other) => one.start - other.start || other.length - one.length);
}
