import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { complain, printLine, printText } from "../print.ts";
import { paint } from "../style.ts";

/** Where a chat is read and written: a person's terminal, or a pipe. */
export interface Screen extends Disposable {
  readonly isTerminal: boolean;
  /** A whole message, with who said it. */
  said(who: string, text: string): void;
  /** A word about the chat itself. */
  note(text: string): void;
  /** An answer starts; it is written piece by piece until `endAnswer`. */
  startAnswer(who: string): void;
  write(piece: string): void;
  endAnswer(): void;
}

export interface Keyboard {
  readonly line: (text: string) => void;
  readonly interrupt: () => void;
  readonly end: () => void;
}

export function openScreen(keyboard: Keyboard): Screen {
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  return isTerminal ? new TerminalScreen(keyboard) : new PipeScreen(keyboard);
}

/** While an answer is written, what is typed stays hidden; it stands on the prompt once the answer ended. */
class TerminalScreen implements Screen {
  readonly isTerminal = true;
  readonly #lines: Interface;
  #isAnswering = false;
  #isOpen = true;

  constructor(keyboard: Keyboard) {
    const output = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#isAnswering) printText(chunk.toString("utf8"));
        done();
      },
    });
    Object.defineProperty(output, "columns", { get: terminalColumns });
    const prompt = paint("cyan", "you> ");
    this.#lines = createInterface({ input: process.stdin, output, terminal: true, prompt, historySize: 200 });
    this.#lines.on("line", (text) => {
      keyboard.line(text);
      this.#ask();
    });
    this.#lines.on("SIGINT", keyboard.interrupt);
    this.#lines.on("close", () => {
      this.#isOpen = false;
      keyboard.end();
    });
    this.#ask();
  }

  said(who: string, text: string): void {
    this.#above(() => printLine(`${paint("green", `${who}>`)} ${text}`));
  }

  note(text: string): void {
    this.#above(() => printLine(paint("dim", text)));
  }

  startAnswer(who: string): void {
    this.#clearPrompt();
    this.#isAnswering = true;
    printText(`${paint("green", `${who}>`)} `);
  }

  write(piece: string): void {
    printText(piece);
  }

  endAnswer(): void {
    this.#isAnswering = false;
    this.#ask();
  }

  [Symbol.dispose](): void {
    this.#isOpen = false;
    this.#clearPrompt();
    this.#lines.close();
  }

  #above(print: () => void): void {
    if (this.#isAnswering) printLine();
    else this.#clearPrompt();
    print();
    this.#ask();
  }

  #ask(): void {
    if (this.#isOpen && !this.#isAnswering) this.#lines.prompt(true);
  }

  /** The prompt may have wrapped over several rows. */
  #clearPrompt(): void {
    if (this.#isAnswering) return;
    const { rows } = this.#lines.getCursorPos();
    printText(`\r${rows > 0 ? `\u001b[${rows}A` : ""}\u001b[J`);
  }
}

function terminalColumns(): number {
  return process.stdout.columns;
}

/** Answers alone go to stdout, so that a program can read them. */
class PipeScreen implements Screen {
  readonly isTerminal = false;
  readonly #lines: Interface;

  constructor(keyboard: Keyboard) {
    this.#lines = createInterface({ input: process.stdin, terminal: false });
    this.#lines.on("line", keyboard.line);
    this.#lines.on("close", keyboard.end);
    process.on("SIGINT", keyboard.interrupt);
  }

  said(_who: string, text: string): void {
    printLine(text);
  }

  note(text: string): void {
    complain(text);
  }

  startAnswer(): void {
    // Nothing stands before an answer that a program reads.
  }

  write(piece: string): void {
    printText(piece);
  }

  endAnswer(): void {
    // The answer ended its own line.
  }

  [Symbol.dispose](): void {
    this.#lines.close();
    process.stdin.unref?.();
  }
}
