import { shownText } from "./words.ts";

/** Prints an answer as it grows: every call has the whole text so far, and only what is new is written. */
export class GrowingText {
  readonly #write: (text: string) => void;
  #printed = "";

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  get isEmpty(): boolean {
    return this.#printed === "";
  }

  show(text: string): void {
    if (text === this.#printed) return;
    if (text.startsWith(this.#printed)) this.#write(shownText(text.slice(this.#printed.length)));
    // The text was replaced: what stands on the screen cannot be taken back, so the new one follows it.
    else this.#write(`\n${shownText(text)}`);
    this.#printed = text;
  }

  /** Ends the line that the text left open. */
  end(): void {
    if (!this.isEmpty && !this.#printed.endsWith("\n")) this.#write("\n");
  }
}
