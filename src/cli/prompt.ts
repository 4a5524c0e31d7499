import { refused } from "./failure.ts";

/** Questions to the person at the terminal. Without one nothing is decided for them. */

export const hasPerson = (): boolean => process.stdin.isTTY && process.stdout.isTTY;

export async function confirmed(question: string): Promise<boolean> {
  if (!hasPerson()) {
    throw refused("this asks before it deletes, and there is nobody to ask", "the same command with --yes");
  }
  const { consola } = await import("consola");
  return consola.prompt(question, { type: "confirm", initial: false, cancel: "default" });
}

export interface Option {
  readonly label: string;
  readonly value: string;
  readonly hint?: string | undefined;
}

/** The value of the option that was picked; undefined when the person gave up. */
export async function picked(question: string, options: readonly Option[]): Promise<string | undefined> {
  const { consola } = await import("consola");
  const given = options.map(({ label, value, hint }) => ({ label, value, ...(hint && { hint }) }));
  const answer: unknown = await consola.prompt(question, { type: "select", options: given, cancel: "undefined" });
  return typeof answer === "string" && answer !== "" ? answer : undefined;
}

/** The values of the options that were marked, maybe none; undefined when the person gave up. */
export async function pickedSeveral(
  question: string,
  options: readonly Option[],
): Promise<readonly string[] | undefined> {
  const { consola } = await import("consola");
  const given = options.map(({ label, value, hint }) => ({ label, value, ...(hint && { hint }) }));
  const answer: unknown = await consola.prompt(question, {
    type: "multiselect",
    options: given,
    required: false,
    cancel: "undefined",
  });
  return Array.isArray(answer) ? answer.map(String) : undefined;
}

/** A line of text, edited as the terminal does it; undefined when the person gave up or wrote nothing. */
export async function written(question: string, placeholder: string): Promise<string | undefined> {
  const { stdin } = process;
  process.stdout.write(`${question}${placeholder === "" ? "" : ` (${placeholder})`}: `);
  stdin.resume();
  try {
    return await shownLine(stdin);
  } finally {
    stdin.pause();
  }
}

/** Up to the end of the line, or of the input. */
function shownLine(stdin: NodeJS.ReadStream): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let typed = "";
  return new Promise((resolve) => {
    const done = () => {
      stdin.off("data", take);
      stdin.off("end", done);
      const line = (typed.split("\n")[0] ?? "").trim();
      resolve(line === "" ? undefined : line);
    };
    const take = (piece: Uint8Array | string) => {
      typed += typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
      if (typed.includes("\n")) done();
    };
    stdin.on("data", take);
    stdin.once("end", done);
  });
}

/** A line that does not show while it is typed or pasted; undefined when the person gave up or wrote nothing. */
export async function hidden(question: string): Promise<string | undefined> {
  return (await hiddenText(question)) || undefined;
}

/** The same; empty when nothing was written, and undefined only when the person gave up. */
export async function hiddenText(question: string): Promise<string | undefined> {
  const { stdin } = process;
  // Before the question, or what is typed at once would show.
  stdin.setRawMode(true);
  stdin.resume();
  process.stdout.write(`${question} (it does not show) `);
  try {
    return await hiddenLine(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    process.stdout.write("\n");
  }
}

/** Reads without taking hold of the stream for good: other questions may follow. */
function hiddenLine(stdin: NodeJS.ReadStream): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let line = "";
  return new Promise((resolve) => {
    const done = (answer: string | undefined) => {
      stdin.off("data", take);
      stdin.off("end", end);
      resolve(answer);
    };
    const end = () => done(line.trim() === "" ? undefined : line.trim());
    const take = (piece: Uint8Array | string) => {
      const text = typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
      for (const character of text.replace(/\u001b\[[0-9;]*[A-Za-z~]/g, "")) {
        if (character === "\u0003" || character === "\u0004" || character === "\u001b") return done(undefined);
        if (character === "\r" || character === "\n") return done(line.trim());
        line = character === "\u007f" || character === "\b" ? line.slice(0, -1) : line + character;
      }
      return undefined;
    };
    stdin.on("data", take);
    stdin.once("end", end);
  });
}

/** One line of text from the person, or the next line of standard input; empty when nothing came. */
export async function asked(question: string): Promise<string> {
  return hasPerson() ? ((await written(question, "")) ?? "") : nextLineOfInput();
}

/** A secret, never from the command line: typed unseen at a terminal, else the next line of standard input. */
export async function secretFromInput(question: string): Promise<string> {
  return hasPerson() ? ((await hidden(question)) ?? "") : nextLineOfInput();
}

const inputCharsMax = 4096;

/** What no question has taken yet: a login may ask for several things, one a line. */
let linesOfInput: string[] | undefined;

async function nextLineOfInput(): Promise<string> {
  linesOfInput ??= (await Bun.stdin.text()).split("\n");
  return (linesOfInput.shift() ?? "").slice(0, inputCharsMax);
}
