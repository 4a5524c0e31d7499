/** Single keys, without Enter, while something is shown. Ctrl-C is a signal also here. */
export class Keys implements Disposable {
  readonly #heard: (piece: Uint8Array | string) => void;
  #wanted: { readonly keys: readonly string[]; readonly take: (key: string) => void } | undefined;

  constructor() {
    const decoder = new TextDecoder();
    this.#heard = (piece) => {
      const text = typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
      // In raw mode the terminal makes no signal of it.
      if (text.includes("\u0003") || text.includes("\u0004")) process.emit("SIGINT");
      const key = text
        .toLowerCase()
        .split("")
        .find((one) => this.#wanted?.keys.includes(one));
      if (key !== undefined) this.#wanted?.take(key);
    };
    process.stdin.setRawMode(true);
    process.stdin.resume();
    process.stdin.on("data", this.#heard);
  }

  /** The first of these keys that is pressed. */
  pressed(keys: readonly string[]): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#wanted = { keys, take: resolve };
    return promise;
  }

  [Symbol.dispose](): void {
    process.stdin.off("data", this.#heard);
    process.stdin.setRawMode(false);
    process.stdin.pause();
  }
}
