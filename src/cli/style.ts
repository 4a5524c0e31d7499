import { processEnvironment } from "../config/index.ts";
import { isTerminal } from "./print.ts";

/** Colours for people at a terminal; plain text for everybody else, and for those who set NO_COLOR. */

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Tone = keyof typeof codes;

export function paint(tone: Tone, text: string): string {
  return hasColor() && text !== "" ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text;
}

export function hasColor(): boolean {
  const environment = processEnvironment();
  return isTerminal() && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
}
