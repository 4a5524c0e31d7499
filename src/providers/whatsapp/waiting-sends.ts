import { DeliveryError } from "../errors.ts";
import { inDoubt, notConnected, refusalOf } from "./failures.ts";

/** Sends that wait for the server's word, by the id of their message. */

interface Waiting {
  /** True from the moment at which it may be on its way. */
  mayHaveLeft: boolean;
  readonly settle: (refusal: DeliveryError | undefined, code: number | undefined) => void;
}

export interface Outcome {
  readonly error: DeliveryError;
  readonly code: number | undefined;
}

export class WaitingSends {
  readonly #waiting = new Map<string, Waiting>();

  /** Resolves with undefined once the server has the message, and with what went wrong otherwise. Never rejects. */
  wait(messageId: string): Promise<Outcome | undefined> {
    return new Promise((resolve) => {
      const settle: Waiting["settle"] = (error, code) => {
        if (this.#waiting.get(messageId) === waiting) this.#waiting.delete(messageId);
        resolve(error && { error, code });
      };
      const waiting: Waiting = { mayHaveLeft: false, settle };
      // A second send of one message takes the place of the first, whose end nobody waits for.
      this.#waiting.get(messageId)?.settle(inDoubt("it was sent again"), undefined);
      this.#waiting.set(messageId, waiting);
    });
  }

  leaving(messageId: string): void {
    const waiting = this.#waiting.get(messageId);
    if (waiting) waiting.mayHaveLeft = true;
  }

  acknowledged(messageId: string, refusal: number | undefined): void {
    const error = refusal === undefined ? undefined : refusalOf(refusal);
    this.#waiting.get(messageId)?.settle(error, refusal);
  }

  /** The library gave up, or the time is over. */
  failed(messageId: string, why: string): void {
    const waiting = this.#waiting.get(messageId);
    if (!waiting) return;
    const certain = { isCertain: true, isPermanent: false };
    waiting.settle(waiting.mayHaveLeft ? inDoubt(why) : new DeliveryError(why, certain), undefined);
  }

  /** The connection is over. */
  clear(): void {
    for (const waiting of this.#waiting.values()) {
      waiting.settle(waiting.mayHaveLeft ? inDoubt("the connection ended") : notConnected(), undefined);
    }
  }
}
