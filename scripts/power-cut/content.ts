/** A file's bytes, which grow without being copied each time. What was never written reads as zeros. */
export class Content {
  #bytes: Buffer;
  #size: number;

  constructor(bytes: Buffer = Buffer.alloc(0)) {
    this.#bytes = bytes;
    this.#size = bytes.length;
  }

  copy(): Content {
    return new Content(Buffer.from(this.bytes));
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  write(at: number, bytes: Buffer): void {
    this.grow(at + bytes.length);
    this.#bytes.set(bytes, at);
  }

  grow(size: number): void {
    if (size <= this.#size) return;
    if (size > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(size, this.#bytes.length * 2));
      larger.set(this.bytes);
      this.#bytes = larger;
    }
    this.#size = size;
  }

  truncate(size: number): void {
    this.grow(size);
    this.#bytes.fill(0, size);
    this.#size = size;
  }
}
