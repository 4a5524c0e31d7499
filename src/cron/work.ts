import type { Outbox } from "../outbox/index.ts";
import { type Clock, type Ids, isoTime, shorten } from "../lib/index.ts";
import { type Accounts, type Capabilities, keeperFor, peerFor, type RenderedText } from "../providers/index.ts";
import { type ReplyWish, replyTarget, type Run, type RunDelivery, type RunId, type Runs } from "../runs/index.ts";
import { type SessionKey, type Sessions, thinkingLevelOf } from "../sessions/index.ts";
import type { AgentTurnPayload, Authority, CronJob, MessagePayload } from "./cron-job.ts";

/** What a job does, as rows of others: a notice, messages, a run. All of it inside the caller's transaction. */

export interface WorkParts {
  readonly clock: Pick<Clock, "nowMs">;
  readonly ids: Ids;
  readonly sessions: Sessions;
  readonly runs: Pick<Runs, "add">;
  readonly outbox: Pick<Outbox, "add">;
  readonly accounts: () => Accounts;
  readonly renderFor: (can: Capabilities, markdown: string) => readonly RenderedText[];
  readonly defaultAgentId: () => string;
  readonly runTimeoutMs: () => number;
  /** Whether that person is an owner now. */
  readonly isOwner: (sender: NonNullable<Authority["sender"]>) => boolean;
}

/** Something that was begun: a run whose end is still to come, or work that is done with this. */
export interface Begun {
  readonly run?: Run;
  /** The conversation of the time before, which nobody needs any more. */
  readonly forgotten?: string | undefined;
  readonly summary?: string;
  /** Messages are on their way. */
  readonly isSending?: boolean;
}

const previewCharsMax = 120;

export class Work {
  readonly #parts: WorkParts;

  constructor(parts: WorkParts) {
    this.#parts = parts;
  }

  agentIdOf(job: Pick<CronJob, "agentId">): string {
    return job.agentId ?? this.#parts.defaultAgentId();
  }

  mainKeyOf(job: Pick<CronJob, "agentId">): SessionKey {
    const { sessions } = this.#parts;
    return sessions.canonical(`agent:${this.agentIdOf(job)}:${sessions.names.mainKey}`);
  }

  sessionKeyOf(job: Pick<CronJob, "agentId" | "id">): SessionKey {
    return this.#parts.sessions.canonical(`agent:${this.agentIdOf(job)}:cron:${job.id}`);
  }

  /** Throws a GatewayError where it cannot be begun, for instance for a network that is not linked any more. */
  begin(job: CronJob, rowId: string, isAlone: boolean): Begun {
    const { payload } = job;
    switch (payload.kind) {
      case "systemEvent":
        this.#parts.sessions.systemEvents.add(this.mainKeyOf(job), payload.text);
        return { summary: shorten(payload.text, previewCharsMax) };
      case "message":
        return this.#send(job, payload, rowId);
      default:
        return this.#start(job, payload, isAlone);
    }
  }

  /** The chat that a message goes to, or why there is none. */
  refuseUnreachable({ payload }: Pick<CronJob, "payload">): void {
    if (payload.kind === "message") keeperFor(this.#parts.accounts(), payload, "unknown channel");
    if (payload.kind === "agentTurn" && payload.channel !== undefined && payload.channel !== "last") {
      replyTarget(wishOf(payload), undefined, this.#parts.accounts());
    }
  }

  #send(job: CronJob, payload: MessagePayload, rowId: string): Begun {
    const { accounts, outbox, renderFor } = this.#parts;
    const keeper = keeperFor(accounts(), payload, "unknown channel");
    const peer = peerFor(keeper.provider, payload);
    for (const [index, text] of renderFor(keeper.provider.can, payload.text).entries()) {
      outbox.add({
        idem: `cron:${rowId}:${index}`,
        provider: keeper.provider.id,
        accountId: keeper.account.id,
        peer,
        content: { text },
        class: "proactive",
        sessionKey: this.mainKeyOf(job),
      });
    }
    return { isSending: true, summary: shorten(payload.text, previewCharsMax) };
  }

  #start(job: CronJob, payload: AgentTurnPayload, isAlone: boolean): Begun {
    const { sessions, runs, ids, clock, runTimeoutMs } = this.#parts;
    const sessionKey = this.sessionKeyOf(job);
    const before = sessions.find(sessionKey);
    // Every time starts without a past; what the last time said is not kept for ever.
    sessions.reset(sessionKey);
    const isOwner = job.authority.sender === undefined || this.#parts.isOwner(job.authority.sender);
    const delivery = this.#deliveryOf(job, payload, isOwner);
    const run = runs.add({
      id: ids.uuid() as RunId,
      principal: `cron:${job.id}`,
      source: "cron",
      sessionKey,
      input: {
        text: `[cron:${job.id} ${job.name}] ${payload.message}\nCurrent time: ${isoTime(clock.nowMs())}`,
        imageCount: 0,
        thinkingLevel: thinkingLevelOf(payload.thinking),
        extraSystemPrompt: undefined,
        isOwner,
        ...(payload.model !== undefined && { model: payload.model }),
      },
      images: [],
      timeoutMs: payload.timeoutSeconds === undefined ? runTimeoutMs() : payload.timeoutSeconds * 1000,
      delivery,
      saidText: payload.message,
    });
    return { run, forgotten: isAlone ? before?.sessionId : undefined };
  }

  #deliveryOf(job: CronJob, payload: AgentTurnPayload, isOwner: boolean): RunDelivery | undefined {
    const { sessions, accounts } = this.#parts;
    const last = sessions.find(this.mainKeyOf(job))?.delivery;
    try {
      const found = replyTarget(wishOf(payload), last, accounts());
      return found && { ...found, isOwner: found.isOwner && isOwner };
    } catch (error) {
      if (payload.bestEffortDeliver === true) return undefined;
      throw error;
    }
  }
}

/** A chat that is named is meant to hear of it. */
function wishOf({ deliver, channel, to, accountId, threadId }: AgentTurnPayload): ReplyWish {
  return { deliver: deliver ?? to !== undefined, channel, to, accountId, threadId };
}
