import { refused } from "./failure.ts";

/** A question to the person at the terminal. Without one nothing is decided for them. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw refused("this asks before it deletes, and there is nobody to ask", "the same command with --yes");
  const { consola } = await import("consola");
  return consola.prompt(question, { type: "confirm", initial: false, cancel: "default" });
}
