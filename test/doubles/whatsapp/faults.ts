/** What becomes of the next message of an account's device. */
export type SendFault =
  /** The server says no, with this code, and does nothing. */
  | { readonly kind: "refuse"; readonly code: number }
  /** The connection breaks before the server did anything. */
  | { readonly kind: "cut-before" }
  /** The message is delivered, and the connection breaks before the sender hears so. */
  | { readonly kind: "cut-after" }
  /** The message is delivered, and the sender never hears so. */
  | { readonly kind: "hold-ack" };

/** Faults of messages, taken in order. */
export class Faults {
  readonly #waiting = new Map<string, SendFault[]>();

  add(number: string, fault: SendFault): void {
    this.#waiting.set(number, [...(this.#waiting.get(number) ?? []), fault]);
  }

  take(number: string): SendFault | undefined {
    return this.#waiting.get(number)?.shift();
  }
}
