/** What a command says, as much as anybody will read: the beginning and the end, and how much is missing between. */

export interface OutputLimits {
  readonly headCharsMax: number;
  readonly tailCharsMax: number;
}

export const outputLimits: OutputLimits = { headCharsMax: 10_000, tailCharsMax: 20_000 };

export class HeadAndTail {
  readonly #limits: OutputLimits;
  #head = "";
  #tail = "";
  #left = 0;

  constructor(limits: OutputLimits = outputLimits) {
    this.#limits = limits;
  }

  add(text: string): void {
    const { headCharsMax, tailCharsMax } = this.#limits;
    const room = headCharsMax - this.#head.length;
    if (room > 0) this.#head += text.slice(0, room);
    this.#tail += text.slice(Math.max(0, room));
    // Cut in large steps, so that many small pieces do not cost a copy each.
    if (this.#tail.length > 2 * tailCharsMax) this.#cut();
  }

  get text(): string {
    if (this.#tail.length > this.#limits.tailCharsMax) this.#cut();
    if (this.#left === 0) return readable(this.#head + this.#tail);
    return `${readable(this.#head)}\n[… ${this.#left} characters left out …]\n${readable(this.#tail)}`;
  }

  #cut(): void {
    const over = this.#tail.length - this.#limits.tailCharsMax;
    this.#left += over;
    this.#tail = this.#tail.slice(over);
  }
}

/** Colours and cursor movements mean nothing to who reads this, and half a surrogate pair is no text. */
function readable(text: string): string {
  return text
    .replaceAll(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g, "")
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "\ufffd")
    .toWellFormed();
}
