import { type Client, ConnectError } from "../../client/index.ts";
import type { Methods } from "../../gateway/index.ts";
import { makeIds, realClock, realRandom } from "../../lib/index.ts";
import type { EventFrame, ParamsOf } from "../../protocol/index.ts";
import { refused } from "../failure.ts";
import { GrowingText } from "../growing-text.ts";
import { messageText, type SaidMessage } from "../messages.ts";
import { agoWords, shown, shownText } from "../words.ts";
import type { Screen } from "./screen.ts";

/** What a `chat` event carries, as far as a person sees it. */
interface ChatEvent {
  readonly runId: string;
  readonly sessionKey: string;
  readonly state: "delta" | "final" | "aborted" | "error";
  readonly message?: SaidMessage;
  readonly errorMessage?: string;
}

const historyAtStart = 10;
const historyAfterGap = 50;
const sessionsListed = 20;

/** One session as it is shown: what is said in it by whomever, each message once, also over lost connections. */
export class Conversation {
  readonly #screen: Screen;
  readonly #ids = makeIds(realClock, realRandom);
  readonly #shownMessages = new Set<string>();
  /** Runs that this chat started, until they end. */
  readonly #own = new Map<string, PromiseWithResolvers<void>>();
  #sessionKey: string | undefined;
  #agentName = "agent";
  #client = Promise.withResolvers<Client>();
  #isLinked = false;
  #hasHistory = false;
  #answer: { readonly runId: string; readonly text: GrowingText } | undefined;
  /** Events are handled one after the other, so that nothing overtakes what has to be fetched first. */
  #turn: Promise<void> = Promise.resolve();

  constructor(screen: Screen, sessionKey: string | undefined) {
    this.#screen = screen;
    this.#sessionKey = sessionKey;
  }

  get isAnswering(): boolean {
    return this.#answer !== undefined || this.#own.size > 0;
  }

  get isLinked(): boolean {
    return this.#isLinked;
  }

  /** A connection came, or (undefined) went. */
  link(client: Client | undefined): void {
    if (this.#isLinked) this.#client = Promise.withResolvers<Client>();
    this.#isLinked = client !== undefined;
    if (!client) return;
    this.#sessionKey ??= client.hello.snapshot.sessionDefaults?.mainSessionKey ?? "main";
    this.#client.resolve(client);
    this.catchUp();
  }

  hear({ event, payload }: EventFrame): void {
    if (event === "chat") this.#next(() => this.#handle(payload as ChatEvent));
  }

  /** Shows what was said while nobody listened. */
  catchUp(): void {
    this.#next(() => this.#fetchMissing());
  }

  /** Resolves once the answer ended; rejects when it failed. */
  async say(message: string): Promise<void> {
    const idempotencyKey = this.#ids.uuid();
    const ended = Promise.withResolvers<void>();
    // It may fail before anybody waits for it.
    ended.promise.catch(() => undefined);
    this.#own.set(idempotencyKey, ended);
    try {
      const { status } = await this.#surely((client) =>
        client.call("chat.send", { sessionKey: this.#key(), message, idempotencyKey }),
      );
      if (status === "ok") return this.#next(() => this.#fetchMissing());
      await ended.promise;
    } finally {
      this.#own.delete(idempotencyKey);
    }
  }

  /** Ends what runs in the session; false when nothing did. */
  async stop(): Promise<boolean> {
    const client = await this.#client.promise;
    return (await client.call("chat.abort", { sessionKey: this.#key() })).aborted;
  }

  async startAnew(): Promise<void> {
    const client = await this.#client.promise;
    await client.call("sessions.reset", { key: this.#key() });
  }

  async sessions(): Promise<string[]> {
    const client = await this.#client.promise;
    const params = { limit: sessionsListed, includeDerivedTitles: true, includeGlobal: true };
    const { sessions, ts } = await client.call("sessions.list", params);
    return sessions.map(({ key, label, derivedTitle, updatedAt }) => {
      const title = label ?? derivedTitle;
      return `${shown(key)}${title === undefined ? "" : ` "${shown(title)}"`}, ${agoWords(updatedAt, ts)}`;
    });
  }

  #key(): string {
    return this.#sessionKey ?? "main";
  }

  #next(step: () => Promise<void> | void): void {
    this.#turn = this.#turn.then(step).catch((error: unknown) => {
      // The connection went while something was fetched: `catchUp` runs again with the next one.
      if (!(error instanceof ConnectError))
        this.#screen.note(`! ${shown(error instanceof Error ? error.message : String(error))}`);
    });
  }

  /** Repeats a call on the next connection when this one goes away under it. Safe for calls with an idempotency key. */
  async #surely<T>(call: (client: Client) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call(await this.#client.promise);
      } catch (error) {
        if (!(error instanceof ConnectError)) throw error;
        // The link reports its end just after the call does.
        await realClock.sleep(0);
      }
    }
  }

  async #handle(event: ChatEvent): Promise<void> {
    const { runId, sessionKey, state, message } = event;
    if (sessionKey !== this.#sessionKey || this.#hasShown("assistant", runId)) return;
    const isOwn = this.#own.has(runId);
    if (!isOwn && !this.#screen.isTerminal) return;
    if (!isOwn && !this.#hasShown("user", runId)) await this.#showQuestion(runId);
    if (message) this.#grow(runId, messageText(message));
    if (state !== "delta") this.#endRun(event);
  }

  #grow(runId: string, text: string): void {
    if (this.#answer?.runId !== runId) {
      this.#closeAnswer();
      this.#screen.startAnswer(this.#agentName);
      this.#answer = { runId, text: new GrowingText((piece) => this.#screen.write(piece)) };
    }
    this.#answer.text.show(text);
  }

  #endRun({ runId, state, errorMessage }: Pick<ChatEvent, "runId" | "state" | "errorMessage">): void {
    this.#shownMessages.add(`assistant:${runId}`);
    if (this.#answer?.runId === runId) this.#closeAnswer();
    const own = this.#own.get(runId);
    if (state === "error") {
      const failure = refused(shown(errorMessage ?? "the run failed"));
      if (own) return own.reject(failure);
      return this.#screen.note(`! ${failure.message}`);
    }
    if (state === "aborted") this.#screen.note("(stopped)");
    own?.resolve();
  }

  #closeAnswer(): void {
    if (!this.#answer) return;
    this.#answer.text.end();
    this.#answer = undefined;
    this.#screen.endAnswer();
  }

  /** Asked from another client of the owner: the words are in the history only. */
  async #showQuestion(runId: string): Promise<void> {
    this.#shownMessages.add(`user:${runId}`);
    const question = (await this.#history(historyAtStart)).find(
      (message) => message.role === "user" && message.runId === runId,
    );
    if (question) this.#screen.said("you", shownText(messageText(question)));
  }

  async #fetchMissing(): Promise<void> {
    if (!this.#hasHistory) return this.#start();
    for (const message of await this.#history(historyAfterGap)) {
      if (this.#hasShown(message.role, keyOf(message))) continue;
      const { runId } = message;
      if (runId !== undefined && message.role === "assistant" && this.#answer?.runId === runId) {
        this.#grow(runId, messageText(message));
        this.#endRun({ runId, state: "final" });
      } else this.#show(message);
    }
    await this.#askAfterOwn();
  }

  /** The first connection: who answers, and what was said last. A pipe gets neither. */
  async #start(): Promise<void> {
    const client = await this.#client.promise;
    const sessionKey = this.#key();
    const { name } = await client.call("agent.identity.get", { sessionKey } satisfies IdentityParams);
    this.#agentName = shown(name, 64);
    const messages = await this.#history(historyAtStart);
    this.#hasHistory = true;
    for (const message of messages) {
      if (this.#screen.isTerminal) this.#show(message);
      else this.#shownMessages.add(`${message.role}:${keyOf(message)}`);
    }
  }

  #show(message: SaidMessage): void {
    const { runId, role } = message;
    this.#shownMessages.add(`${role}:${keyOf(message)}`);
    const own = runId === undefined ? undefined : this.#own.get(runId);
    const isForPipe = own !== undefined && role === "assistant";
    if (this.#screen.isTerminal ? own === undefined || role === "assistant" : isForPipe)
      this.#screen.said(role === "user" ? "you" : this.#agentName, shownText(messageText(message)));
    if (role === "assistant") own?.resolve();
  }

  /** Runs of this chat may have ended without a word while the connection was away. */
  async #askAfterOwn(): Promise<void> {
    const client = await this.#client.promise;
    for (const [runId, own] of this.#own) {
      const { status, error } = await client.call("agent.wait", { runId, timeoutMs: 0 });
      if (status === "timeout") continue;
      if (status === "error") own.reject(refused(shown(error ?? "the run failed")));
      else own.resolve();
    }
  }

  async #history(limit: number): Promise<readonly SaidMessage[]> {
    const client = await this.#client.promise;
    return (await client.call("chat.history", { sessionKey: this.#key(), limit })).messages;
  }

  #hasShown(role: string, key: string): boolean {
    return this.#shownMessages.has(`${role}:${key}`);
  }
}

type IdentityParams = ParamsOf<Methods["agent.identity.get"]>;

/** Question and answer of a run have its id; messages without a run have their time. */
function keyOf({ runId, timestamp }: Pick<SaidMessage, "runId" | "timestamp">): string {
  return runId ?? String(timestamp);
}
