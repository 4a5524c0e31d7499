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

export const isTerminal = (): boolean => Boolean(process.stdout.isTTY);
