import { exitCodes } from "./exit-codes.ts";

/** The only writer to the terminal. Results go to stdout, words about them to stderr. */

export function printLine(text = ""): void {
  process.stdout.write(`${text}\n`);
}

export function printText(text: string): void {
  process.stdout.write(text);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

export const isTerminal = (): boolean => process.stdout.isTTY;

/** Columns that a line may take: those of the terminal, or any number when a program reads. */
export const columnsMax = (): number => (isTerminal() ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY);

/** `clawdia logs | head` ends when its reader does, quietly. Not for the gateway, which outlives who reads its log. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(exitCodes.done);
  });
}
