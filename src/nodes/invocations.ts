import type { DeviceId } from "../devices/index.ts";
import { type Clock, deadline, type Ids, type Log } from "../lib/index.ts";
import { type ErrorCode, GatewayError, unavailable, wireLimits } from "../protocol/index.ts";

/** Calls of nodes that wait for their answers. An answer counts from the very connection that was asked, once. */

/** Calls of one node that may wait at once. */
export const waitingMax = 32;
/** A payload whose text is longer is given as a value alone, so that a reply does not carry it twice. */
const textCharsMax = 4 * 1024 * 1024;

export interface InvokeTarget {
  readonly nodeId: DeviceId;
  readonly connectionId: string;
}

export interface Invocation extends InvokeTarget {
  readonly command: string;
  readonly params: unknown;
  readonly timeoutMs: number;
  readonly idempotencyKey: string;
  /** Aborted when nobody wants the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

export interface InvokeAnswer {
  readonly payload: unknown;
  readonly payloadJSON: string | null;
}

/** What a node says, as it came. */
export interface NodeResult {
  readonly id: string;
  readonly ok: boolean;
  readonly payload?: unknown;
  readonly payloadJSON?: unknown;
  readonly error?: { readonly code?: string; readonly message?: string } | null;
}

export interface InvokeRequest {
  readonly id: string;
  readonly nodeId: string;
  readonly command: string;
  readonly paramsJSON?: string;
  readonly timeoutMs?: number;
  readonly idempotencyKey?: string;
}

export interface InvocationsParts {
  readonly clock: Clock;
  readonly ids: Pick<Ids, "uuid">;
  readonly log: Log;
  /** False when the connection is gone. */
  readonly send: (connectionId: string, request: InvokeRequest) => boolean;
}

interface Waiting {
  readonly target: InvokeTarget;
  readonly command: string;
  readonly answered: PromiseWithResolvers<InvokeAnswer>;
}

export class Invocations {
  readonly #parts: InvocationsParts;
  readonly #waiting = new Map<string, Waiting>();
  #ignored = 0;

  constructor(parts: InvocationsParts) {
    this.#parts = parts;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Answers that fitted no call: late ones, doubled ones, those of another node or of an older connection. */
  get ignoredCount(): number {
    return this.#ignored;
  }

  /** Rejects with the one kind of error that callers of nodes know: `details.nodeError` says what the node said. */
  async invoke(invocation: Invocation): Promise<InvokeAnswer> {
    const { nodeId, connectionId, command, timeoutMs, idempotencyKey, signal } = invocation;
    const paramsJSON = paramsText(invocation.params);
    const busy = [...this.#waiting.values()].filter(({ target }) => target.nodeId === nodeId);
    if (busy.length >= waitingMax) {
      throw unavailable(`the node has ${waitingMax} calls to answer already; wait for some`, { retryAfterMs: 1000 });
    }
    const id = this.#parts.ids.uuid();
    const answered = Promise.withResolvers<InvokeAnswer>();
    using late = deadline(this.#parts.clock, timeoutMs, signal);
    this.#waiting.set(id, { target: { nodeId, connectionId }, command, answered });
    try {
      const request = { id, nodeId, command, ...(paramsJSON !== undefined && { paramsJSON }), timeoutMs };
      if (!this.#parts.send(connectionId, { ...request, idempotencyKey })) {
        throw nodeFailure("UNAVAILABLE", "failed to send invoke to node", { retryable: true });
      }
      if (timeoutMs === 0) throw timedOut(timeoutMs);
      late.signal.addEventListener("abort", () => answered.reject(timedOut(timeoutMs)), { once: true });
      return await answered.promise;
    } finally {
      this.#waiting.delete(id);
    }
  }

  /** False when it answers nothing that is asked of this node over this connection. */
  answer(from: InvokeTarget, result: NodeResult): boolean {
    const waiting = this.#waiting.get(result.id);
    if (waiting?.target.nodeId !== from.nodeId || waiting.target.connectionId !== from.connectionId) {
      this.#ignored++;
      this.#parts.log.debug("node-result.ignored", { nodeId: from.nodeId, count: this.#ignored });
      return false;
    }
    this.#waiting.delete(result.id);
    if (result.ok) waiting.answered.resolve(answerOf(result));
    else waiting.answered.reject(refusalOf(result));
    return true;
  }

  /** What was asked over this connection will not be answered: at once, not when its time is up. */
  cut(connectionId: string): void {
    for (const [id, { target, command, answered }] of this.#waiting) {
      if (target.connectionId !== connectionId) continue;
      this.#waiting.delete(id);
      answered.reject(unavailable(`node disconnected (${command})`, { details: { code: "NODE_DISCONNECTED" } }));
    }
  }
}

function answerOf({ payload, payloadJSON }: NodeResult): InvokeAnswer {
  if (typeof payloadJSON !== "string") {
    const value = payload ?? (payloadJSON === null ? undefined : payloadJSON);
    return { payload: value ?? null, payloadJSON: null };
  }
  return { payload: parsed(payloadJSON), payloadJSON: payloadJSON.length > textCharsMax ? null : payloadJSON };
}

/** Text that is no JSON is what the node said all the same. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Apple's apps put the specific code in front of the message, Android's into the code: callers see it in one place. */
function refusalOf({ error }: NodeResult): GatewayError {
  const message = error?.message ?? "node invoke failed";
  const prefix = /^([A-Z][A-Z0-9_]{2,63}): ?/.exec(message)?.[1];
  const code = prefix ?? error?.code;
  const nodeError = error ? { ...(code !== undefined && { code }), message } : null;
  return unavailable(message.slice(0, 2048), { details: { nodeError }, retryable: false });
}

function timedOut(timeoutMs: number): GatewayError {
  return nodeFailure("UNAVAILABLE", "node invoke timed out", { code: "TIMEOUT", timeoutMs, retryable: true });
}

function nodeFailure(
  code: ErrorCode,
  message: string,
  { retryable, ...said }: { readonly code?: string; readonly timeoutMs?: number; readonly retryable: boolean },
): GatewayError {
  return new GatewayError(code, message, { details: { nodeError: { code, message, ...said } }, retryable });
}

function paramsText(params: unknown): string | undefined {
  if (params === undefined || params === null) return undefined;
  const text = JSON.stringify(params);
  if (text.length <= wireLimits.replyBytesMax) return text;
  throw new GatewayError("TOO_LARGE", `the params are larger than ${wireLimits.replyBytesMax} bytes; send less`);
}
