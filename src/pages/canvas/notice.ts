/** The line at the bottom of the page: what became of the button that was pressed. */
export class Notice {
  readonly #element: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Without a time it stays until the next one. */
  say(text: string, forMs?: number): void {
    clearTimeout(this.#timer);
    this.#element.textContent = text;
    this.#element.hidden = text === "";
    if (forMs !== undefined) this.#timer = setTimeout(() => this.say(""), forMs);
  }
}
