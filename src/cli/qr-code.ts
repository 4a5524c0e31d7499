import { encode } from "uqr";

/** QR codes for a terminal: two rows of modules a line, so that they fit a small window. */

/** Empty modules around it; readers need four of a paper's, two of a screen's. */
const border = 2;
/** Bright white on black, for a terminal of any colours. */
const colours = ["\u001b[97;40m", "\u001b[0m"] as const;

/**
 * The lines of the drawing. Light modules are the drawn ones: right on a dark terminal, and with colours on every one.
 * Undefined when the text is too long for a code, or the code too wide for the terminal.
 */
export function qrLines(text: string, hasColour: boolean, columns: number): string[] | undefined {
  const modules = modulesOf(text);
  if (!modules || modules.length > columns) return undefined;
  const lines: string[] = [];
  for (let y = 0; y < modules.length; y += 2) {
    const upper = modules[y]!;
    const lower = modules[y + 1];
    // What is missing below an odd last row is left to the terminal.
    const line = upper.map((isDark, x) => glyph(!isDark, lower !== undefined && !lower[x]!)).join("");
    lines.push(hasColour ? `${colours[0]}${line}${colours[1]}` : line);
  }
  return lines;
}

function glyph(isUpperLight: boolean, isLowerLight: boolean): string {
  if (isUpperLight) return isLowerLight ? "█" : "▀";
  return isLowerLight ? "▄" : " ";
}

/** Rows of modules, true for dark ones. */
function modulesOf(text: string): readonly (readonly boolean[])[] | undefined {
  try {
    return encode(text, { ecc: "L", border }).data;
  } catch {
    return undefined;
  }
}
