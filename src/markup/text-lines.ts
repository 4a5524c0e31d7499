import type { Look, Run, Runs } from "./runs.ts";

/** One line of a text, or a whole code block. */
export type TextLine =
  | { readonly kind: "text"; readonly runs: Run[]; look: Look }
  | { readonly kind: "code"; readonly pre: NonNullable<Look["pre"]>; text: string };

/** The lines that dialects of marks write one by one. A line without text has the look of the space it is part of. */
export function textLines(runs: Runs): TextLine[] {
  const lines: TextLine[] = [{ kind: "text", runs: [], look: {} }];
  for (const { text, look } of runs) {
    if (look.pre) {
      addCode(lines, text, look.pre);
      continue;
    }
    const [first, ...others] = text.split("\n");
    addText(lines, first!, look);
    for (const part of others) {
      lines.push({ kind: "text", runs: [], look });
      addText(lines, part, look);
    }
  }
  return lines;
}

function addCode(lines: TextLine[], text: string, pre: NonNullable<Look["pre"]>): void {
  const last = lines.at(-1)!;
  if (last.kind === "code" && last.pre === pre) {
    last.text += text;
    return;
  }
  // The block takes the place of the empty line that was begun for it.
  if (last.kind === "text" && last.runs.length === 0) lines.pop();
  lines.push({ kind: "code", pre, text });
}

function addText(lines: TextLine[], text: string, look: Look): void {
  if (text === "") return;
  const last = lines.at(-1)!;
  if (last.kind === "code") {
    lines.push({ kind: "text", runs: [{ text, look }], look });
    return;
  }
  if (last.runs.length === 0) last.look = look;
  last.runs.push({ text, look });
}
