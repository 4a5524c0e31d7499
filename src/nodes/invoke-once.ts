import type { Idempotency, RequestIdentity } from "../idempotency/index.ts";
import { conflict, GatewayError } from "../protocol/index.ts";
import type { Database } from "../storage/index.ts";
import { happensOnce } from "./command-params.ts";
import type { InvokeAnswer } from "./invocations.ts";

export interface InvokeOnceParts {
  readonly idempotency: Idempotency;
  readonly database: Database;
}

interface UnderWay {
  readonly text: string;
  readonly answer: Promise<InvokeAnswer>;
}

/**
 * A caller that asks again with the same key shares the call that is under way. What must not happen twice is
 * remembered on disk before the node hears of it, so that neither a retry nor a restart repeats it.
 */
export class InvokeOnce {
  readonly #parts: InvokeOnceParts;
  readonly #underWay = new Map<string, UnderWay>();

  constructor(parts: InvokeOnceParts) {
    this.#parts = parts;
  }

  async run(identity: RequestIdentity, command: string, call: () => Promise<InvokeAnswer>): Promise<InvokeAnswer> {
    const name = `${identity.principal} ${identity.key}`;
    const text = JSON.stringify(identity.body);
    const earlier = this.#underWay.get(name);
    if (earlier) {
      if (earlier.text === text) return earlier.answer;
      throw conflict("idempotencyKey is used for another node.invoke that is under way; choose a new key");
    }
    const answer = this.#start(identity, command, call);
    this.#underWay.set(name, { text, answer });
    try {
      return await answer;
    } finally {
      this.#underWay.delete(name);
    }
  }

  async #start(identity: RequestIdentity, command: string, call: () => Promise<InvokeAnswer>): Promise<InvokeAnswer> {
    if (!happensOnce(command)) return call();
    const { idempotency, database } = this.#parts;
    await database.accept(() => {
      if (idempotency.find(identity) === undefined) idempotency.remember(identity, identity.key);
      else throw doneBefore(command);
    });
    return call();
  }
}

function doneBefore(command: string): GatewayError {
  const message = `${command} was sent to the node with this idempotencyKey before, and is not sent twice`;
  return new GatewayError("UNAVAILABLE", message, { details: { code: "ALREADY_SENT" }, retryable: false });
}
