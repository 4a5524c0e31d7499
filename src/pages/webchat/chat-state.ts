import { coversScope, type OperatorScope, type PresenceEntry } from "../../protocol/index.ts";
import { type Conversation, emptyConversation, withoutLink } from "./conversation.ts";
import type { SessionRow } from "./offline.ts";
import type { Unsent } from "./unsent.ts";

/** All that the chat shows, as one value. Pure. */

export interface ChatState {
  /** False while the gateway is away: then everything here is from this browser's own copies. */
  readonly isOpen: boolean;
  readonly mainKey: string;
  readonly agentId: string;
  readonly rows: readonly SessionRow[];
  /** Key of the session on the screen; empty until any is known. */
  readonly shown: string;
  readonly conversations: Readonly<Record<string, Conversation>>;
  readonly unsent: readonly Unsent[];
  /** Sessions where something was said since they were last shown. */
  readonly unread: readonly string[];
  readonly presence: readonly PresenceEntry[];
  /** Undefined until the gateway said what this device may do. */
  readonly scopes: readonly OperatorScope[] | undefined;
  /** Read out by screen readers when an answer is complete. */
  readonly announcement: string;
  /** What is wrong with the gateway itself, and the command that helps. */
  readonly unwell: Unwell | undefined;
  /** Something that a person asked for did not work. */
  readonly trouble: string | undefined;
}

export const emptyChat: ChatState = {
  isOpen: false,
  mainKey: "",
  agentId: "main",
  rows: [],
  shown: "",
  conversations: {},
  unsent: [],
  unread: [],
  presence: [],
  scopes: undefined,
  announcement: "",
  unwell: undefined,
  trouble: undefined,
};

export interface Unwell {
  readonly reason: string;
  readonly cure: string;
}

/** What a gateway's health says is wrong; the store comes first, for then nothing can be done. */
export function unwellIn(health: unknown): Unwell | undefined {
  const { store, config } = (health ?? {}) as { readonly store?: Unwell; readonly config?: Unwell };
  return store ?? config;
}

export function isSameWord(before: Unwell | undefined, after: Unwell | undefined): boolean {
  return before?.reason === after?.reason && before?.cure === after?.cure;
}

export function conversationOf(state: ChatState, sessionKey: string): Conversation {
  return state.conversations[sessionKey] ?? emptyConversation;
}

export function withConversation(
  state: ChatState,
  sessionKey: string,
  change: (before: Conversation) => Conversation,
): ChatState {
  const before = conversationOf(state, sessionKey);
  const after = change(before);
  return before === after ? state : { ...state, conversations: { ...state.conversations, [sessionKey]: after } };
}

export function withUnsent(state: ChatState, changed: Unsent): ChatState {
  const isKnown = state.unsent.some(({ idempotencyKey }) => idempotencyKey === changed.idempotencyKey);
  if (!isKnown) return { ...state, unsent: [...state.unsent, changed] };
  return {
    ...state,
    unsent: state.unsent.map((one) => (one.idempotencyKey === changed.idempotencyKey ? changed : one)),
  };
}

export function withoutUnsent(state: ChatState, idempotencyKey: string): ChatState {
  return { ...state, unsent: state.unsent.filter((one) => one.idempotencyKey !== idempotencyKey) };
}

export function withUnread(state: ChatState, sessionKey: string): ChatState {
  if (sessionKey === state.shown || state.unread.includes(sessionKey)) return state;
  return { ...state, unread: [...state.unread, sessionKey] };
}

export function withoutSession(state: ChatState, sessionKey: string): ChatState {
  const { [sessionKey]: _gone, ...conversations } = state.conversations;
  return { ...state, conversations, rows: state.rows.filter(({ key }) => key !== sessionKey) };
}

/** Events were lost or will not come: nothing is known of what was under way. */
export function withoutRuns(state: ChatState): ChatState {
  const conversations = Object.fromEntries(
    Object.entries(state.conversations).map(([key, conversation]) => [key, withoutLink(conversation)]),
  );
  return { ...state, conversations };
}

export function may(state: ChatState, scope: OperatorScope): boolean {
  return state.scopes === undefined || coversScope(state.scopes, scope);
}

/** Clients that are connected now, without the gateway itself. */
export function presentClients({ presence }: ChatState): PresenceEntry[] {
  return presence.filter(({ mode, reason }) => mode !== "gateway" && reason !== "disconnect");
}
