import type { Client } from "../../client/index.ts";
import type { EventFrame, OperatorScope, PresenceEntry } from "../../protocol/index.ts";
import { shortName } from "../shared/chance.ts";
import type { Keep } from "../shared/keep.ts";
import { readNote, writeNote } from "../shared/notes.ts";
import { Store } from "../shared/store.ts";
import { asked, type ChatParts } from "./asking.ts";
import {
  type ChatState,
  conversationOf,
  emptyChat,
  isSameWord,
  unwellIn,
  withConversation,
  withoutRuns,
  withoutSession,
  withUnread,
} from "./chat-state.ts";
import {
  type ChatEvent,
  type ChatMessage,
  emptyConversation,
  imagesOf,
  outdated,
  textOf,
  withEvent,
  withoutLink,
} from "./conversation.ts";
import { forgetHistory } from "./offline.ts";
import { Reader } from "./reader.ts";
import { Sender } from "./sender.ts";
import type { DraftImage, Unsent } from "./unsent.ts";

/** The chat behind the page: it hears the gateway, keeps one state for the components and does what they ask. */

const announcedCharsMax = 300;

export class Chat {
  readonly state = new Store<ChatState>(emptyChat);
  readonly #keep: Keep;
  readonly #reader: Reader;
  readonly #sender: Sender;
  readonly #parts: ChatParts;
  /** Runs of other clients whose session was read again on their account. */
  readonly #met = new Set<string>();
  #client: Client | undefined;

  constructor(keep: Keep) {
    this.#keep = keep;
    this.#parts = { state: this.state, keep, client: () => this.#client };
    this.#reader = new Reader(this.#parts);
    this.#sender = new Sender(this.#parts);
  }

  /** What this browser remembers, before there is a connection. */
  async restore(): Promise<void> {
    await Promise.all([this.#reader.restoreSessions(), this.#sender.restore()]);
    const shown = readNote("shown") ?? this.state.value.mainKey;
    this.state.update((state) => ({ ...state, shown }));
    if (shown !== "") await this.#reader.restoreHistory(shown);
  }

  opened(client: Client): void {
    this.#client = client;
    const { snapshot, auth } = client.hello;
    const { mainSessionKey, defaultAgentId } = snapshot.sessionDefaults ?? {};
    this.state.update((state) => {
      const mainKey = mainSessionKey ?? state.mainKey;
      return {
        ...state,
        isOpen: true,
        mainKey,
        agentId: defaultAgentId ?? state.agentId,
        shown: state.shown || mainKey,
        presence: snapshot.presence,
        unwell: unwellIn(snapshot.health),
        // Scopes that this page does not know cover nothing.
        scopes: (auth?.scopes ?? []) as OperatorScope[],
      };
    });
    void this.#refresh();
    void this.#sender.sendAll();
  }

  lost(): void {
    if (!this.#client) return;
    this.#client = undefined;
    this.#met.clear();
    this.state.update((state) => ({ ...withoutRuns(state), isOpen: false, presence: [] }));
  }

  /** Events were lost: everything that was built from them is read again. */
  gapped(): void {
    this.#met.clear();
    this.state.update(withoutRuns);
    void this.#refresh();
  }

  hear(frame: EventFrame): void {
    if (frame.event === "chat") return this.#hearChat(frame.payload as ChatEvent);
    if (frame.event === "health") {
      const unwell = unwellIn(frame.payload);
      return this.state.update((state) => (isSameWord(state.unwell, unwell) ? state : { ...state, unwell }));
    }
    if (frame.event !== "presence") return;
    const { presence } = frame.payload as { presence: PresenceEntry[] };
    this.state.update((state) => ({ ...state, presence }));
  }

  show(sessionKey: string): void {
    writeNote("shown", sessionKey);
    this.state.update((state) => ({
      ...state,
      shown: sessionKey,
      trouble: undefined,
      unread: state.unread.filter((key) => key !== sessionKey),
    }));
    void this.#reader.restoreHistory(sessionKey);
    void this.#reader.readHistory(sessionKey);
  }

  /** A new session; the gateway hears of it with its first message. */
  create(): void {
    const sessionKey = `agent:${this.state.value.agentId}:webchat-${shortName()}`;
    this.state.update((state) =>
      withConversation(state, sessionKey, () => ({ ...emptyConversation, freshness: "fresh" })),
    );
    this.show(sessionKey);
  }

  send(text: string, images: readonly DraftImage[]): void {
    this.state.update((state) => ({ ...state, trouble: undefined }));
    void this.#sender.write(this.state.value.shown, text, images).then(() => this.#reader.readSessions());
  }

  resend(unsent: Unsent): void {
    void this.#sender.retry(unsent);
  }

  discard(unsent: Unsent): void {
    void this.#sender.discard(unsent);
  }

  /** Asks the same once more, as a new message. */
  askAgain(message: ChatMessage): void {
    const images = imagesOf(message).map(({ mimeType, data }, index) => ({
      name: `image ${index + 1}`,
      mimeType,
      data,
      bytes: Math.floor((data.length * 3) / 4),
    }));
    this.send(textOf(message), images);
  }

  async stop(): Promise<void> {
    const sessionKey = this.state.value.shown;
    const answer = await asked(this.#parts, (client) => client.call("chat.abort", { sessionKey }));
    if (answer?.aborted !== false) return;
    // Nothing was running: what the page shows is out of date.
    this.state.update((state) => withConversation(state, sessionKey, withoutLink));
    await this.#reader.readHistory(sessionKey);
  }

  async rename(key: string, label: string): Promise<void> {
    const patch = { key, label: label === "" ? null : label };
    await asked(this.#parts, (client) => client.call("sessions.patch", patch));
    await this.#reader.readSessions();
  }

  async reset(key: string): Promise<void> {
    if (!(await asked(this.#parts, (client) => client.call("sessions.reset", { key })))) return;
    this.state.update((state) => withConversation(state, key, () => emptyConversation));
    await Promise.all([this.#reader.readHistory(key), this.#reader.readSessions()]);
  }

  async remove(key: string): Promise<void> {
    const slow = { timeoutMs: 30_000 };
    if (!(await asked(this.#parts, (client) => client.call("sessions.delete", { key }, slow)))) return;
    await forgetHistory(this.#keep, key);
    this.state.update((state) => withoutSession(state, key));
    if (this.state.value.shown === key) this.show(this.state.value.mainKey);
    await this.#reader.readSessions();
  }

  readEarlier(): void {
    void this.#reader.readEarlier(this.state.value.shown);
  }

  /** All that was read is forgotten; what this person wrote and nobody has yet stays. */
  async forget(): Promise<void> {
    this.state.update(({ unsent }) => ({ ...emptyChat, unsent }));
    await this.#keep.clear("offline");
  }

  dismissTrouble(): void {
    this.state.update((state) => ({ ...state, trouble: undefined }));
  }

  async #refresh(): Promise<void> {
    await Promise.all([this.#reader.readHistory(this.state.value.shown), this.#reader.readSessions()]);
  }

  #hearChat(event: ChatEvent): void {
    const { runId, sessionKey } = event;
    const isOver = event.state !== "delta";
    if (isOver) this.#sender.ended(runId);
    const mine = this.state.value.unsent.find(({ idempotencyKey }) => idempotencyKey === runId);
    if (mine) void this.#sender.accepted(mine);
    const { shown } = this.state.value;
    const knows = conversationOf(this.state.value, sessionKey).messages.some((message) => message.runId === runId);
    this.state.update((state) => withConversation(state, sessionKey, (before) => withEvent(before, event)));
    if (isOver) {
      this.state.update((state) => withUnread(state, sessionKey));
      if (sessionKey === shown) this.state.update((state) => ({ ...state, announcement: announce(event) }));
      void this.#reader.keepCopy(sessionKey);
      void this.#reader.readSessions();
    }
    // Someone else's question is not in the event, so it is read from the history: at its first word and at its end.
    // A command may have changed what stands in the history: `/new` began another one.
    if ((knows && event.stopReason !== "command") || sessionKey !== shown || (this.#met.has(runId) && !isOver)) return;
    this.#met.add(runId);
    this.state.update((state) => withConversation(state, sessionKey, outdated));
    void this.#reader.readHistory(sessionKey);
  }
}

function announce({ state, message, errorMessage }: ChatEvent): string {
  if (state === "error") return `The answer failed: ${errorMessage ?? "the run failed"}`;
  if (state === "aborted") return "The answer was stopped.";
  const text = textOf(message);
  return text.length <= announcedCharsMax ? `Answer: ${text}` : `Answer: ${text.slice(0, announcedCharsMax)}…`;
}
