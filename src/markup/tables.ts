import type { Block, Span, Spans, Table } from "./blocks.ts";
import type { Traits } from "./dialects.ts";
import { graphemesOf } from "./graphemes.ts";

/** Tables for chats, which have none: aligned within a code block where that fits, a list of their rows elsewhere. */

const between = " | ";
const bold = { bold: true } as const;

export function tableBlock(table: Table, traits: Traits): Block {
  const cells = [table.header, ...table.rows];
  const hasLinks = cells.some((row) => row.some((cell) => cell.some(({ style }) => style.href !== undefined)));
  if (traits.tableColumnsMax === 0 || hasLinks) return tableList(table);
  const texts = cells.map((row) => row.map((cell) => textOf(cell).replaceAll("\n", " ")));
  const widths = table.header.map((_, column) => Math.max(1, ...texts.map((row) => columnsOf(row[column] ?? ""))));
  const width = widths.reduce((sum, columns) => sum + columns, between.length * (widths.length - 1));
  if (width > traits.tableColumnsMax) return tableList(table);
  const lines = texts.map((row) => rowLine(row, widths, table.align));
  lines.splice(1, 0, widths.map((columns) => "-".repeat(columns)).join("-|-"));
  return { kind: "code", language: "", text: lines.join("\n") };
}

function rowLine(row: readonly string[], widths: readonly number[], align: Table["align"]): string {
  const cells = widths.map((columns, index) => padded(row[index] ?? "", columns, align[index] ?? "left"));
  return cells.join(between).trimEnd();
}

function padded(text: string, columns: number, align: "left" | "center" | "right"): string {
  const room = columns - columnsOf(text);
  const before = align === "right" ? room : align === "center" ? Math.floor(room / 2) : 0;
  return " ".repeat(before) + text + " ".repeat(room - before);
}

/** One item a row: its first cell, and below it each other cell with the name of its column. */
function tableList({ header, rows }: Table): Block {
  if (rows.length === 0) return { kind: "paragraph", spans: joined(header, between) };
  const items = rows.map((row) => {
    const lines = row.flatMap((cell, column) => {
      if (textOf(cell) === "") return [];
      const name = header[column] ?? [];
      const value = column === 0 ? cell.map(({ text, style }) => ({ text, style: { ...style, ...bold } })) : cell;
      return [textOf(name) === "" ? value : [...name, { text: ": ", style: {} }, ...value]];
    });
    return { blocks: [{ kind: "paragraph", spans: joined(lines, "\n") } as const] };
  });
  return { kind: "list", start: undefined, isLoose: false, items };
}

function joined(parts: readonly Spans[], text: string): Span[] {
  return parts.flatMap((part, index) => (index === 0 ? part : [{ text, style: {} }, ...part]));
}

function textOf(cell: Spans): string {
  return cell.map(({ text }) => text).join("");
}

const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}`;
const widePattern = new RegExp(String.raw`[\p{Emoji_Presentation}${unspaced}\u3000-\u303f\uff00-\uff60]`, "u");

/** How many columns a text takes in a font of even width. */
function columnsOf(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemesOf(text)) columns += widePattern.test(segment) ? 2 : 1;
  return columns;
}
