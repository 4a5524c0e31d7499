/** A code for a phone to scan, in half blocks, dark on light whatever the terminal's colours: two lines are one. */
export async function qrCode(text: string): Promise<string> {
  const { encode } = await import("uqr");
  const { data, size } = encode(text, { border: 2, ecc: "L" });
  const isDark = (row: number, column: number) => data[row]?.[column] === true;
  const lines: string[] = [];
  for (let row = 0; row < size; row += 2) {
    let line = "";
    for (let column = 0; column < size; column++) {
      line += blocks[Number(isDark(row, column)) * 2 + Number(isDark(row + 1, column))]!;
    }
    lines.push(`${blackOnWhite}${line}${plain}`);
  }
  return lines.join("\n");
}

/** By which of the two modules, the upper and the lower, is dark. */
const blocks = [" ", "▄", "▀", "█"];
const blackOnWhite = "\u001b[30;107m";
const plain = "\u001b[0m";
