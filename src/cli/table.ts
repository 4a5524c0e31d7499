import { columnsMax, printLine } from "./print.ts";
import { paint } from "./style.ts";
import { shown } from "./words.ts";

/** Aligned columns without lines, cut to the terminal's width. Programs that read get whole values. */

const gap = "  ";
const columnMin = 8;

export function printTable(heads: readonly string[], rows: readonly (readonly string[])[]): void {
  const cells = rows.map((row) => row.map((cell) => shown(cell)));
  const widths = fitted(
    heads.map((head, at) => Math.max(head.length, ...cells.map((row) => Bun.stringWidth(row[at] ?? "")))),
    columnsMax(),
  );
  printLine(paint("dim", line(heads, widths)));
  for (const row of cells) printLine(line(row, widths));
}

/** Two columns: a name and what it is. Several lines of a value stand under each other. */
export function printFacts(facts: Facts): void {
  for (const fact of factLines(facts)) printLine(fact);
}

type Facts = readonly (readonly [name: string, value: string | undefined])[];

function factLines(facts: Facts): readonly string[] {
  const present = facts.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(0, ...present.map(([name]) => name.length));
  return present.map(([name, value]) => `${paint("dim", name.padEnd(width))}${gap}${value}`);
}

/** The widest columns give way first, down to a width that still says something. */
function fitted(wanted: readonly number[], total: number): number[] {
  const widths = [...wanted];
  let over = widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1) - total;
  while (over > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= columnMin) break;
    widths[widest]!--;
    over--;
  }
  return widths;
}

function line(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, at) => padded(cut(cell, widths[at]!), widths[at]!))
    .join(gap)
    .trimEnd();
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
}

function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  let kept = "";
  for (const character of text) {
    if (Bun.stringWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
