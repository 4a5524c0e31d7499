import type { Idempotency } from "../idempotency/index.ts";
import { type Ids, oneLine, sha256Text } from "../lib/index.ts";
import { invalidRequest } from "../protocol/index.ts";
import type { Outbox, OutboxContent } from "../outbox/index.ts";
import { type Accounts, type Capabilities, keeperFor, type RenderedText } from "../providers/index.ts";
import { refuseBlocked, type ReplyWish, replyTarget, type RunDelivery, type RunId, type Runs } from "../runs/index.ts";
import { type SessionKey, type Sessions, thinkingLevelOf } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import type { AgentOrder, HookOrder, MessageOrder, WakeOrder } from "./order.ts";

/** Orders of hooks become runs, notices and deliveries. What is answered with success is on disk, once. */

export interface HooksParts {
  readonly database: Database;
  readonly idempotency: Idempotency;
  readonly runs: Runs;
  readonly sessions: Sessions;
  readonly outbox: Outbox;
  readonly accounts: () => Accounts;
  readonly ids: Ids;
  readonly defaultAgentId: () => string;
  readonly runTimeoutMs: () => number;
  readonly knownModel: (reference: string) => boolean;
  readonly renderFor: (can: Capabilities, markdown: string) => readonly RenderedText[];
  /** Marks text of others so that a model can tell it from ours. */
  readonly fence: (text: string, source: string) => string;
}

/** Which request it is, so that a repeat is known. */
export interface Delivery {
  /** The part of the path that names the hook. */
  readonly path: string;
  /** What its sender calls it; undefined when it does not say, and every request counts as another one. */
  readonly id: string | undefined;
}

export type HookOutcome =
  | { readonly kind: "woken"; readonly mode: WakeOrder["mode"] }
  | { readonly kind: "started"; readonly runId: string }
  | { readonly kind: "queued"; readonly deliveryIds: readonly string[] };

/** Whose rows these are, in the store of keys and of runs. */
const principal = "hook";
const sessionPrefix = "hook:";
const ownWords = "This came in over a hook. Tell the owner what matters of it, in a few words.";

export class Hooks {
  readonly #parts: HooksParts;

  constructor(parts: HooksParts) {
    this.#parts = parts;
  }

  /** Resolves once it is on disk; a repeat gets what its first made. Throws INVALID_REQUEST for what cannot be done. */
  take(order: HookOrder, delivery: Delivery): Promise<HookOutcome> {
    switch (order.kind) {
      case "wake":
        return this.#wake(order, delivery);
      case "agent":
        return this.#start(order, delivery);
      default:
        return this.#deliver(order, delivery);
    }
  }

  async #wake(order: WakeOrder, delivery: Delivery): Promise<HookOutcome> {
    const { database, idempotency, sessions } = this.#parts;
    const { mode } = order;
    if (mode === "now") {
      const target = { deliver: true, channel: "last" };
      await this.#run(order, { delivery, sessionKey: sessions.mainKey, target });
      return { kind: "woken", mode };
    }
    const identity = this.#identityOf(delivery);
    await database.accept(() => {
      if (idempotency.find(identity) !== undefined) return;
      idempotency.remember(identity, "woken");
      sessions.systemEvents.add(sessions.mainKey, this.#promptOf(order));
    });
    return { kind: "woken", mode };
  }

  async #start(order: AgentOrder, delivery: Delivery): Promise<HookOutcome> {
    const { ids, sessions, defaultAgentId, knownModel } = this.#parts;
    if (order.model !== undefined && !knownModel(order.model)) {
      throw invalidRequest(`model ${order.model} is not known: clawdia models list`);
    }
    const written = order.sessionKey?.trim().toLowerCase() ?? `${sessionPrefix}${ids.uuid()}`;
    // A key under which people or other work talk to the agent is not for who can post to a hook.
    if (!written.startsWith(sessionPrefix) || written === sessionPrefix) {
      throw invalidRequest(`sessionKey must begin with ${sessionPrefix} and go on with a name`);
    }
    const sessionKey = sessions.canonical(`agent:${order.agentId ?? defaultAgentId()}:${written}`);
    refuseBlocked(sessions, sessionKey);
    const runId = await this.#run(order, { delivery, sessionKey, target: order.target });
    return { kind: "started", runId };
  }

  async #run(
    order: AgentOrder | WakeOrder,
    to: { readonly delivery: Delivery; readonly sessionKey: SessionKey; readonly target: ReplyWish },
  ): Promise<string> {
    const { runs, runTimeoutMs } = this.#parts;
    const isOwner = order.trust === "owner";
    const own = order.kind === "agent" ? order : undefined;
    const { run } = await runs.accept({
      identity: this.#identityOf(to.delivery),
      source: "hook",
      sessionKey: to.sessionKey,
      input: {
        text: this.#promptOf(order),
        imageCount: 0,
        thinkingLevel: thinkingLevelOf(own?.thinking),
        extraSystemPrompt: undefined,
        ...(own?.model !== undefined && { model: own.model }),
        ...(!isOwner && { isOwner }),
      },
      images: [],
      timeoutMs: own?.timeoutSeconds === undefined ? runTimeoutMs() : own.timeoutSeconds * 1000,
      delivery: this.#deliveryOf(to.target, isOwner),
      saidText: `[Hook ${oneLine(order.name, 64)}] ${order.text}`,
    });
    return run.id;
  }

  async #deliver(order: MessageOrder, delivery: Delivery): Promise<HookOutcome> {
    const { accounts, database, idempotency, outbox, renderFor } = this.#parts;
    const to = this.#deliveryOf(order.target, true);
    if (!to) throw invalidRequest("nobody wrote from a network yet, so there is no last chat: name channel and to");
    const keeper = keeperFor(accounts(), { channel: to.provider, accountId: to.accountId }, "unknown channel");
    const contents: OutboxContent[] = renderFor(keeper.provider.can, order.text).map((text) => ({ text }));
    if (contents.length === 0) throw invalidRequest("there is nothing to say in that text");
    const identity = this.#identityOf(delivery);
    const deliveryIds = await database.accept(() => {
      if (idempotency.find(identity) === undefined) idempotency.remember(identity, "queued");
      return contents.map((content, index) =>
        outbox.add({
          idem: `${identity.key}:${index}`,
          provider: to.provider,
          accountId: to.accountId,
          peer: to.peer,
          content,
          class: "proactive",
        }),
      );
    });
    outbox.wake();
    return { kind: "queued", deliveryIds };
  }

  /** The answer of a stranger's text is nobody's authority, wherever it goes. */
  #deliveryOf(target: ReplyWish, isOwner: boolean): RunDelivery | undefined {
    const { sessions, accounts } = this.#parts;
    const found = replyTarget(target, sessions.find(sessions.mainKey)?.delivery, accounts());
    return found && { ...found, isOwner: found.isOwner && isOwner };
  }

  #promptOf({ name, text, trust, instruction }: AgentOrder | WakeOrder): string {
    const head = `[Hook ${oneLine(name, 64)}]`;
    if (trust === "owner") return `${head} ${instruction === undefined ? text : `${instruction}\n\n${text}`}`;
    const fencedText = this.#parts.fence(text, `hook ${oneLine(name, 64)}`);
    return `${head} ${instruction ?? ownWords}\n\n${fencedText}`;
  }

  /** The key is a run's id too, so it is made of the delivery's name and not taken from outside. */
  #identityOf({ path, id }: Delivery) {
    const key: RunId | string =
      id === undefined ? this.#parts.ids.uuid() : `hook-${sha256Text(`${path}\n${id}`).slice(0, 40)}`;
    return { principal, method: `hooks/${path}`, key, body: null };
  }
}
