/** What single lines of Markdown are. Each line is looked at once, so that none costs more than its length. */

const tabColumns = 4;
/** Container markers may be indented by less than this; from here on it is code. */
export const codeColumns = 4;

/** Lone halves of surrogate pairs are replaced, so that every later cut is between whole characters. */
export function linesOf(text: string): string[] {
  return text.toWellFormed().replaceAll("\u0000", "\ufffd").replaceAll("\r\n", "\n").replaceAll("\r", "\n").split("\n");
}

export function isBlank(line: string): boolean {
  return line.trim() === "";
}

/** How far a line is indented, in columns. */
export function indentOf(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === " ") columns++;
    else if (character === "\t") columns += tabColumns - (columns % tabColumns);
    else break;
  }
  return columns;
}

/** Takes away at most so many columns of indentation; what is left of a tab stays as spaces. */
export function outdent(line: string, columnsMax: number): string {
  let columns = 0;
  let at = 0;
  while (columns < columnsMax && (line[at] === " " || line[at] === "\t")) {
    columns += line[at] === " " ? 1 : tabColumns - (columns % tabColumns);
    at++;
  }
  return " ".repeat(Math.max(0, columns - columnsMax)) + line.slice(at);
}

/** A code fence: how to know its end, and what it says of its language. */
export interface Fence {
  readonly mark: "`" | "~";
  readonly length: number;
  readonly indent: number;
  readonly language: string;
}

const languageCharsMax = 32;

/** The fence that a line opens. It may be indented: models indent fences under list items as they like. */
export function fenceOpenedBy(line: string): Fence | undefined {
  const found = /^([ \t]*)(`{3,}|~{3,})([^\n]*)$/.exec(line);
  if (!found) return undefined;
  const [, , marks = "", said = ""] = found;
  if (marks[0] === "`" && said.includes("`")) return undefined;
  const word = said.trim().split(/\s/, 1)[0]!;
  const language = /^[\w+#.-]*$/.test(word) && word.length <= languageCharsMax ? word : "";
  return { mark: marks[0] === "`" ? "`" : "~", length: marks.length, indent: indentOf(line), language };
}

export function closesFence(line: string, fence: Fence): boolean {
  const marks = line.trim();
  return marks.length >= fence.length && isAllOf(marks, fence.mark);
}

export function headingOf(line: string): { readonly level: number; readonly text: string } | undefined {
  if (indentOf(line) >= codeColumns) return undefined;
  const text = line.trim();
  const level = countStart(text, "#");
  if (level === 0 || level > 6 || (text.length > level && !/\s/.test(text[level]!))) return undefined;
  return { level, text: withoutClosingMarks(text.slice(level).trim()) };
}

function withoutClosingMarks(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "#") end--;
  if (end === text.length || (end > 0 && !/\s/.test(text[end - 1]!))) return text;
  return text.slice(0, end).trimEnd();
}

/** `---`, `* * *`, `___`: a line across. */
export function isRule(line: string): boolean {
  if (indentOf(line) >= codeColumns) return false;
  const marks = line.replace(/[ \t]/g, "");
  return marks.length >= 3 && "-*_".includes(marks[0]!) && isAllOf(marks, marks[0]!);
}

/** The level of the heading that the line above it becomes. One or two marks are more often a half-written rule. */
export function underlineLevel(line: string): number | undefined {
  if (indentOf(line) >= codeColumns) return undefined;
  const marks = line.trim();
  if (marks.length < 3) return undefined;
  if (isAllOf(marks, "=")) return 1;
  return isAllOf(marks, "-") ? 2 : undefined;
}

export function isQuote(line: string): boolean {
  return indentOf(line) < codeColumns && line.trimStart().startsWith(">");
}

export function withoutQuoteMark(line: string): string {
  const text = line.trimStart().slice(1);
  return text.startsWith(" ") ? text.slice(1) : text;
}

export interface Marker {
  /** Undefined for a bullet. */
  readonly number: number | undefined;
  /** `-`, `*`, `+`, `.` or `)`: another one begins another list. */
  readonly mark: string;
  readonly indent: number;
  /** Where the item's text begins; lines indented that far belong to it. */
  readonly textColumn: number;
  readonly text: string;
}

const markerPattern = /^(?:([-*+])|(\d{1,9})([.)]))(?=[ \t]|$)/;

export function markerOf(line: string): Marker | undefined {
  const indent = indentOf(line);
  const text = line.trimStart();
  const found = markerPattern.exec(text);
  if (!found || isRule(line)) return undefined;
  const rest = text.slice(found[0].length);
  const gap = indentOf(rest);
  // An item that begins with code, or with nothing, has its text one column after the marker.
  const gapKept = isBlank(rest) || gap > codeColumns ? 1 : gap;
  return {
    number: found[2] === undefined ? undefined : Number(found[2]),
    mark: found[1] ?? found[3]!,
    indent,
    textColumn: indent + found[0].length + gapKept,
    text: outdent(rest, gapKept),
  };
}

function isAllOf(text: string, mark: string): boolean {
  return countStart(text, mark) === text.length;
}

function countStart(text: string, mark: string): number {
  let count = 0;
  while (count < text.length && text[count] === mark) count++;
  return count;
}
