/** Frames for a terminal, as text. Pure: who prints decides whether anybody sees them. */

/** A frame around lines, which may hold colours; what is wider than the terminal is left as it is, without a frame. */
export function box(title: string, lines: readonly string[], columns: number): readonly string[] {
  const widths = lines.map((line) => Bun.stringWidth(line));
  const inner = Math.max(Bun.stringWidth(title) + 1, ...widths);
  if (inner + 4 > columns) return lines;
  const head = `╭─ ${title} ${"─".repeat(inner - Bun.stringWidth(title) - 1)}╮`;
  const rows = lines.map((line, index) => `│ ${line}${" ".repeat(inner - widths[index]!)} │`);
  return [head, ...rows, `╰${"─".repeat(inner + 2)}╯`];
}
