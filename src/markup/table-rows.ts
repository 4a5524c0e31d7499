/** The rows of a Markdown table. */

/** More columns than this is no table for people in a chat. */
const columnsMax = 32;

/** The cells of a row: split at each `|` that is not escaped. An escaped one stays as a bar. */
export function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let cell = "";
  const text = line.trim();
  for (let at = text.startsWith("|") ? 1 : 0; at < text.length; at++) {
    if (text[at] === "\\" && text[at + 1] === "|") {
      cell += "|";
      at++;
    } else if (text[at] === "|") {
      cells.push(cell.trim());
      cell = "";
    } else cell += text[at];
  }
  if (cell.trim() !== "" || !text.endsWith("|")) cells.push(cell.trim());
  return cells;
}

/** The alignments that a line under a header gives, or undefined when it is none. */
export function alignmentsOf(line: string | undefined): ("left" | "center" | "right")[] | undefined {
  if (line === undefined || !line.includes("-") || !/^[\s|:-]+$/.test(line)) return undefined;
  const cells = cellsOf(line);
  if (cells.length > columnsMax || !cells.every((cell) => /^:?-+:?$/.test(cell))) return undefined;
  return cells.map((cell) => {
    if (!cell.endsWith(":")) return "left";
    return cell.startsWith(":") ? "center" : "right";
  });
}

/** Whether a table begins here: a header over a line of dashes with as many columns. */
export function startsTable(line: string, next: string | undefined): boolean {
  if (!line.includes("|")) return false;
  const align = alignmentsOf(next);
  return align !== undefined && cellsOf(line).length === align.length;
}

/** As many cells as there are columns: what is over stays in the last one, so that nothing is lost. */
export function fitCells(cells: readonly string[], columns: number): readonly string[] {
  if (cells.length <= columns) return cells;
  return [...cells.slice(0, columns - 1), cells.slice(columns - 1).join(" | ")];
}
