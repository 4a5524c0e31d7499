import { join } from "node:path";

/**
 * Tells when every process that holds it is gone, without asking again and again: the holders have a named pipe open
 * for writing, and a reader comes to its end when the last of them is gone.
 */
export class LifeLine implements AsyncDisposable {
  readonly path: string;
  readonly #reader: Bun.Subprocess<"ignore", "pipe", "inherit">;

  constructor(folder: string, name = "life-line") {
    this.path = join(folder, name);
    Bun.spawnSync(["mkfifo", this.path]);
    this.#reader = Bun.spawn(["cat", this.path], { stdin: "ignore", stdout: "pipe" });
  }

  /** A shell command that holds the line, writes a word into it and goes on as another. */
  held(word: string, command: string): string {
    return `exec 9>'${this.path}'; echo ${word} >&9; ${command}`;
  }

  /** Resolves with what was written, once nobody holds the line any more. */
  async letGo(): Promise<string> {
    return new Response(this.#reader.stdout).text();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader.kill();
    await this.#reader.exited;
  }
}
