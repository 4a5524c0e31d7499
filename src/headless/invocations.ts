import { type Static, Type } from "@sinclair/typebox";
import { type Clock, deadline, errorFields, type Log, unlessAborted } from "../lib/index.ts";
import { fits, shape } from "../protocol/index.ts";
import type { NodeCommand } from "./command.ts";
import { badParams, failed, NodeFailure } from "./failure.ts";

/** From `node.invoke.request` to `node.invoke.result` (section 10.1 of the wire document). */

const { nullable, optional } = shape;

const Request = shape.lenient({
  id: shape.nonEmpty(128),
  nodeId: shape.nonEmpty(128),
  command: shape.nonEmpty(128),
  paramsJSON: optional(nullable(Type.String())),
  timeoutMs: optional(nullable(Type.Number({ minimum: 0 }))),
});
type Request = Static<typeof Request>;

export type Outcome =
  | { readonly ok: true; readonly payloadJSON?: string }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

/** The connection that asked; answers go there and nowhere else. */
export interface Asker {
  readonly answer: (result: Outcome & { readonly id: string; readonly nodeId: string }) => Promise<unknown>;
  /** Aborted when the connection is gone: nobody waits for its answers any more. */
  readonly gone: AbortSignal;
  readonly frameBytesMax: number;
}

export interface InvocationsParts {
  readonly nodeId: string;
  /** What may be asked for now. */
  readonly commands: () => readonly NodeCommand[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Askings at the same moment; more are told to come back. */
export const invocationsMax = 32;
/** Where the gateway names no time. */
const defaultTimeoutMs = 30_000;
const timeoutMaxMs = 3_600_000;
/** Of a frame, for all that is around an answer. */
const frameMarginBytes = 64 * 1024;

export class Invocations {
  readonly #parts: InvocationsParts;
  #running = 0;

  constructor(parts: InvocationsParts) {
    this.#parts = parts;
  }

  get runningCount(): number {
    return this.#running;
  }

  /** Does what is asked and answers; never rejects. What is no request for this node is not answered. */
  async hear(payload: unknown, asker: Asker): Promise<void> {
    const { nodeId, clock, log } = this.#parts;
    if (!fits(Request, payload) || payload.nodeId !== nodeId) return log.warn("invocation.unreadable");
    const startedAtMs = clock.elapsedMs();
    this.#running++;
    const outcome = await this.#outcome(payload, asker).finally(() => this.#running--);
    const ms = Math.round(clock.elapsedMs() - startedAtMs);
    const facts = { command: payload.command, ms, ...(!outcome.ok && { error: outcome.error.message }) };
    log.info(outcome.ok ? "invocation.done" : "invocation.failed", facts);
    if (asker.gone.aborted) return log.info("invocation.unheard", { command: payload.command });
    try {
      await asker.answer({ id: payload.id, nodeId, ...outcome });
    } catch (error) {
      log.warn("invocation.unanswered", { command: payload.command, ...errorFields(error) });
    }
  }

  async #outcome(request: Request, asker: Asker): Promise<Outcome> {
    try {
      return await this.#run(request, asker);
    } catch (error) {
      if (error instanceof NodeFailure) return { ok: false, error: { code: error.code, message: error.message } };
      this.#parts.log.error("invocation.broken", { command: request.command, ...errorFields(error) });
      const message = `INTERNAL: ${request.command} failed by a fault of the node; its log says more`;
      return { ok: false, error: { code: "UNAVAILABLE", message } };
    }
  }

  async #run({ command: name, paramsJSON, timeoutMs }: Request, asker: Asker): Promise<Outcome> {
    if (this.#running > invocationsMax) throw failed("BUSY", `${invocationsMax} commands run already; ask again later`);
    const command = this.#parts.commands().find((known) => known.name === name);
    if (!command)
      throw badParams(`this node does not offer ${name} now: clawdia node status says why, on that machine`);
    const ms = Math.min(timeoutMs ?? defaultTimeoutMs, timeoutMaxMs);
    const answerCharsMax = asker.frameBytesMax - frameMarginBytes;
    using time = deadline(this.#parts.clock, ms, asker.gone);
    try {
      const work = command.run(paramsOf(paramsJSON), { signal: time.signal, answerCharsMax });
      const answer = await unlessAborted(work, time.signal);
      return answer === undefined ? { ok: true } : { ok: true, payloadJSON: textOf(name, answer, answerCharsMax) };
    } catch (error) {
      if (error instanceof NodeFailure || !time.signal.aborted) throw error;
      throw new NodeFailure("TIMEOUT", time.isOver ? `node invoke timed out: ${name} after ${ms} ms` : "gone", error);
    }
  }
}

function paramsOf(paramsJSON: string | null | undefined): unknown {
  if (paramsJSON === undefined || paramsJSON === null || paramsJSON === "") return undefined;
  try {
    return JSON.parse(paramsJSON) as unknown;
  } catch (error) {
    throw badParams(`paramsJSON is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** As text inside of a frame: what is escaped there weighs more. */
function textOf(name: string, answer: object, charsMax: number): string {
  const text = JSON.stringify(answer);
  const bytes = Buffer.byteLength(JSON.stringify(text));
  if (bytes <= charsMax) return text;
  throw failed("MEDIA_TOO_LARGE", `the answer to ${name} has ${bytes} bytes and the gateway takes ${charsMax}`);
}
