import { deadline, errorFields, unlessAborted } from "../../lib/index.ts";
import { EngineError } from "../engine.ts";
import { AcpAgent, type AcpAgentOptions } from "./acp-agent.ts";

/**
 * Keeps one agent running and lends it to turns. It starts at the first need, and anew when it is gone; one that does
 * not stop when it is told to is lent to nobody any more and ended with its last turn.
 */
export class AgentKeeper implements AsyncDisposable {
  readonly #options: AcpAgentOptions;
  readonly #stop = new AbortController();
  /** The agent that the next turn gets. */
  #next: Promise<AcpAgent> | undefined;
  /** Every agent that still runs, with the turns that use it. */
  readonly #turns = new Map<AcpAgent, number>();
  readonly #retired = new WeakSet<AcpAgent>();

  constructor(options: AcpAgentOptions) {
    this.#options = options;
  }

  /** Throws an `EngineError` when there is none to be had, or the signal's reason. Dispose of it with the turn. */
  async lend(signal: AbortSignal): Promise<Disposable & { readonly agent: AcpAgent }> {
    this.#next ??= this.#start();
    const agent = await unlessAborted(this.#next, signal);
    this.#turns.set(agent, (this.#turns.get(agent) ?? 0) + 1);
    return { agent, [Symbol.dispose]: () => this.#takeBack(agent) };
  }

  retire(agent: AcpAgent): void {
    this.#retired.add(agent);
    this.#next = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new EngineError("the gateway stops"));
    await this.#next?.catch(() => undefined);
    await Promise.all([...this.#turns.keys()].map((agent) => agent[Symbol.asyncDispose]()));
  }

  #takeBack(agent: AcpAgent): void {
    const left = (this.#turns.get(agent) ?? 1) - 1;
    this.#turns.set(agent, left);
    if (left === 0 && this.#retired.has(agent)) agent.kill();
  }

  #start(): Promise<AcpAgent> {
    const { name, log } = this.#options;
    const forget = () => {
      if (this.#next === starting) this.#next = undefined;
    };
    const starting = this.#startInTime().then(
      (agent) => {
        this.#turns.set(agent, 0);
        log.info("acp.started", { agent: name });
        void agent.gone.then((reason) => {
          log.info("acp.gone", { agent: name, reason });
          this.#turns.delete(agent);
          forget();
        });
        return agent;
      },
      (error: unknown) => {
        log.warn("acp.start_failed", { agent: name, ...errorFields(error) });
        forget();
        throw error;
      },
    );
    return starting;
  }

  async #startInTime(): Promise<AcpAgent> {
    const { name, clock } = this.#options;
    this.#stop.signal.throwIfAborted();
    using limit = deadline(clock, startMs, this.#stop.signal);
    try {
      return await AcpAgent.start(this.#options, limit.signal);
    } catch (error) {
      if (!limit.isOver) throw error;
      const why = `it did not greet within ${startMs / 1000} seconds`;
      throw new EngineError(`agent ${name} cannot be used: ${why}; is it an ACP agent?`, "no_model", { cause: error });
    }
  }
}

/** From the start of the program to its greeting. Programs may fetch themselves first. */
export const startMs = 60_000;
