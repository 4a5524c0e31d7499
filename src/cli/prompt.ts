import { refused } from "./failure.ts";

/** A question to the person at the terminal. Without one nothing is decided for them. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw refused("this asks before it deletes, and there is nobody to ask", "the same command with --yes");
  const { consola } = await import("consola");
  return consola.prompt(question, { type: "confirm", initial: false, cancel: "default" });
}

/** One line of text from the person. */
export async function asked(question: string): Promise<string> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return firstLineOfInput();
  const { consola } = await import("consola");
  return consola.prompt(question, { type: "text", cancel: "default" });
}

/** A secret: never from the command line. Typed unseen at a terminal, else the first line of standard input. */
export async function secretFromInput(question: string): Promise<string> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return firstLineOfInput();
  process.stdout.write(`${question} (not shown): `);
  process.stdin.setRawMode(true);
  try {
    return await readUnseen();
  } finally {
    process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stdout.write("\n");
  }
}

const secretCharsMax = 4096;

async function readUnseen(): Promise<string> {
  let typed = "";
  for await (const chunk of process.stdin) {
    for (const character of String(chunk)) {
      if (character === "\r" || character === "\n") return typed;
      if (character === "\u0003" || character === "\u0004") return "";
      typed = character === "\u007f" ? typed.slice(0, -1) : (typed + character).slice(0, secretCharsMax);
    }
  }
  return typed;
}

async function firstLineOfInput(): Promise<string> {
  const text = await Bun.stdin.text();
  return (text.split("\n")[0] ?? "").slice(0, secretCharsMax);
}
