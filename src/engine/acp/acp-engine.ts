import type { ContentBlock, RequestPermissionRequest, StopReason } from "@agentclientprotocol/sdk";
import { deadline, errorFields, unlessAborted } from "../../lib/index.ts";
import { type AgentEngine, EngineError, type EngineEvent, type EngineTurn, type ModelRef } from "../engine.ts";
import { zeroTurnUsage } from "../turn-words.ts";
import type { AcpAgent, AcpAgentOptions } from "./acp-agent.ts";
import { AgentKeeper } from "./agent-keeper.ts";
import { type AskPermission, decidePermission } from "./permission.ts";
import { promptBlocks, text } from "./prompt-blocks.ts";
import { readStored, type SessionIds, writeStored } from "./stored-session.ts";
import { type AgentWord, TurnEvents } from "./turn-events.ts";

/**
 * An external agent (ACP) as an engine: a program with tools and an identity of its own, kept running between turns. It
 * asks before it acts, and unless somebody says yes in time the answer is no. The conversation is the agent's: it hears
 * what is said to it, and once, when it does not know it yet, the end of what was said before.
 */
export interface AcpEngineOptions extends AcpAgentOptions {
  readonly sessionIds: SessionIds;
  /** Asked where the settings say `ask`, and only for the owner. */
  readonly askPermission?: AskPermission | undefined;
}

export const acpLimits = {
  /** To make or load a session. */
  sessionMs: 60_000,
  /** How long an agent may go on after it was told to stop; then its process is ended. */
  cancelGraceMs: 800,
} as const;

export function makeAcpEngine(options: AcpEngineOptions): AcpEngine {
  return new AcpEngine(options);
}

type Ending = "stop" | "length" | "aborted";

/** The agent's session for a turn, and how much the agent knows of it. */
interface TurnSession {
  readonly id: string;
  readonly isNew: boolean;
  readonly isAgain: boolean;
}

export class AcpEngine implements AgentEngine, AsyncDisposable {
  readonly id: string;
  readonly model: ModelRef;
  readonly #options: AcpEngineOptions;
  readonly #keeper: AgentKeeper;

  constructor(options: AcpEngineOptions) {
    this.id = `acp:${options.name}`;
    this.model = { provider: "acp", model: options.name };
    this.#options = options;
    this.#keeper = new AgentKeeper(options);
  }

  async *run(turn: EngineTurn, signal: AbortSignal): AsyncIterable<EngineEvent> {
    const abort = new AbortController();
    const both = AbortSignal.any([signal, abort.signal]);
    const events = new TurnEvents((error) => abort.abort(error));
    const working = this.#work(turn, both, events).then(
      (stopReason) => {
        const isTooMuch = abort.signal.reason instanceof EngineError;
        if (isTooMuch) events.finish({ error: abort.signal.reason });
        else events.finish({ end: { kind: "end", stopReason, usage: zeroTurnUsage, model: this.model } });
      },
      (error: unknown) => events.finish({ error }),
    );
    try {
      yield* events;
    } finally {
      // Also where the reader has left: the agent does not go on for nobody.
      abort.abort();
      await working;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper[Symbol.asyncDispose]();
  }

  /** The whole turn. An abort is an ending, wherever it comes. */
  async #work(turn: EngineTurn, signal: AbortSignal, events: TurnEvents): Promise<Ending> {
    if (signal.aborted) return "aborted";
    try {
      using lent = await this.#keeper.lend(signal);
      return await this.#converse(lent.agent, { turn, signal, events });
    } catch (error) {
      if (signal.aborted) return "aborted";
      throw error;
    }
  }

  async #converse(
    agent: AcpAgent,
    { turn, signal, events }: { turn: EngineTurn; signal: AbortSignal; events: TurnEvents },
  ): Promise<Ending> {
    const session = await this.#sessionInTime(agent, turn, signal);
    const listener = {
      say: (word: AgentWord) => events.say(word),
      permit: (request: RequestPermissionRequest) => decidePermission(request, { ...this.#options, turn, signal }),
    };
    using listening = new DisposableStack();
    listening.use(agent.listen(session.id, listener));
    let blocks = promptBlocks(turn, { ...session, seesImages: agent.seesImages });
    this.#options.sessionIds.set(turn.sessionKey, writeStored({ sessionId: session.id, runId: turn.runId }));
    for (;;) {
      const ending = await this.#prompt(agent, session.id, { blocks, signal });
      if (ending !== "stop") return ending;
      const steering = (await turn.steering?.()) ?? [];
      if (steering.length === 0) return "stop";
      events.cut();
      blocks = [text(steering.join("\n\n"))];
    }
  }

  async #sessionInTime(agent: AcpAgent, turn: EngineTurn, signal: AbortSignal): Promise<TurnSession> {
    using limit = deadline(this.#options.clock, acpLimits.sessionMs, signal);
    try {
      return await this.#session(agent, turn, limit.signal);
    } catch (error) {
      if (!limit.isOver) throw error;
      const why = `it did not open a session within ${acpLimits.sessionMs / 1000} seconds`;
      throw new EngineError(`agent ${this.#options.name} cannot be used: ${why}`, "timeout", { cause: error });
    }
  }

  /** A session that the agent knows, one that it loads, or a new one. */
  async #session(agent: AcpAgent, turn: EngineTurn, signal: AbortSignal): Promise<TurnSession> {
    const { sessionKey, runId, history } = turn;
    const stored = readStored(this.#options.sessionIds.get(sessionKey));
    const isAgain = stored?.runId === runId;
    const known = agent.sessions.get(sessionKey);
    if (stored && (isAgain || history.length > 0)) {
      if (known === stored.sessionId) return { id: known, isNew: false, isAgain };
      if (await this.#isLoaded(agent, stored.sessionId, signal)) {
        agent.sessions.set(sessionKey, stored.sessionId);
        return { id: stored.sessionId, isNew: false, isAgain };
      }
      // What it did before the cut is not known, and it cannot be asked: doing it twice would be a guess.
      if (isAgain) throw this.#interrupted();
    }
    if (known !== undefined) agent.forgetSession(known);
    const id = await unlessAborted(agent.newSession(), signal);
    agent.sessions.set(sessionKey, id);
    return { id, isNew: true, isAgain: false };
  }

  async #isLoaded(agent: AcpAgent, sessionId: string, signal: AbortSignal): Promise<boolean> {
    if (!agent.loadsSessions) return false;
    try {
      await unlessAborted(agent.loadSession(sessionId), signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      this.#options.log.info("acp.load_failed", { agent: this.#options.name, ...errorFields(error) });
      return false;
    }
  }

  #interrupted(): EngineError {
    return new EngineError(
      `agent ${this.#options.name} was cut while it worked on this, and cannot take up what it did; ` +
        "it was not asked again: look at what is done, then say how to go on",
    );
  }

  async #prompt(
    agent: AcpAgent,
    sessionId: string,
    { blocks, signal }: { blocks: ContentBlock[]; signal: AbortSignal },
  ): Promise<Ending> {
    const asked = agent.prompt(sessionId, blocks);
    try {
      return endingOf(await unlessAborted(asked, signal));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    agent.cancel(sessionId);
    using limit = deadline(this.#options.clock, acpLimits.cancelGraceMs);
    const settled = asked.then(
      () => true,
      () => true,
    );
    if (await unlessAborted(settled, limit.signal).catch(() => false)) return "aborted";
    this.#options.log.warn("acp.cancel_ignored", { agent: this.#options.name });
    this.#keeper.retire(agent);
    return "aborted";
  }
}

function endingOf(stopReason: StopReason): Ending {
  switch (stopReason) {
    case "max_tokens":
    case "max_turn_requests":
      return "length";
    case "cancelled":
      return "aborted";
    default:
      return "stop";
  }
}
