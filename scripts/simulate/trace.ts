/** What happened, line by line: a digest of all of it, and the lines themselves when somebody wants them. */
export class Trace {
  readonly #hash = new Bun.CryptoHasher("sha256");
  readonly #keeps: boolean;
  readonly lines: string[] = [];
  count = 0;

  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  add(atMs: number, what: string): void {
    const line = `${atMs} ${what}`;
    this.count++;
    this.#hash.update(line);
    this.#hash.update("\n");
    if (this.#keeps) this.lines.push(line);
  }

  digest(): string {
    return this.#hash.copy().digest("hex");
  }
}
