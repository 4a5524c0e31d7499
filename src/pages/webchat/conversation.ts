import type { Answer } from "../shared/answers.ts";

/** One session as the page shows it, and how it changes. Pure. */

export type ChatMessage = Answer<"chat.history">["messages"][number];
export type ContentBlock = ChatMessage["content"][number];
export type ImageBlock = Extract<ContentBlock, { type: "image" }>;

/** Payload of a `chat` event. `message` holds the whole answer so far. */
export interface ChatEvent {
  readonly runId: string;
  readonly sessionKey: string;
  readonly seq: number;
  readonly state: "delta" | "final" | "aborted" | "error";
  readonly message?: ChatMessage;
  readonly errorMessage?: string;
  readonly stopReason?: string;
}

/** A run that is under way. */
export interface LiveRun {
  readonly runId: string;
  readonly seq: number;
  /** Empty until the agent begins to speak. */
  readonly text: string;
}

export interface Conversation {
  readonly messages: readonly ChatMessage[];
  /** `kept` is what this browser remembers, perhaps out of date. */
  readonly freshness: "none" | "kept" | "fresh";
  readonly keptAtMs: number | undefined;
  readonly hasEarlier: boolean;
  readonly runs: readonly LiveRun[];
  /** Why a run ended badly, by its id. */
  readonly failures: Readonly<Record<string, string>>;
  /** Raised with each change of the messages, so that an answer on the way is known to be out of date. */
  readonly revision: number;
}

export const emptyConversation: Conversation = {
  messages: [],
  freshness: "none",
  keptAtMs: undefined,
  hasEarlier: false,
  runs: [],
  failures: {},
  revision: 0,
};

export function withEvent(before: Conversation, event: ChatEvent): Conversation {
  const runs = before.runs.filter(({ runId }) => runId !== event.runId);
  const known = before.runs.find(({ runId }) => runId === event.runId);
  if (event.state === "delta") {
    if (known && event.seq < known.seq) return before;
    return { ...before, runs: [...runs, { runId: event.runId, seq: event.seq, text: textOf(event.message) }] };
  }
  const said = event.message ? { ...event.message, runId: event.runId } : undefined;
  const after = withMessage(
    { ...before, runs },
    said && event.state === "aborted" ? { ...said, stopReason: "aborted" } : said,
  );
  if (event.state !== "error") return after;
  return withFailure(after, event.runId, event.errorMessage ?? "the run failed");
}

/** A run that was accepted and has not spoken yet. */
export function withRun(before: Conversation, runId: string): Conversation {
  if (before.runs.some((run) => run.runId === runId)) return before;
  return { ...before, runs: [...before.runs, { runId, seq: 0, text: "" }] };
}

export function withFailure(before: Conversation, runId: string, reason: string): Conversation {
  return { ...before, failures: { ...before.failures, [runId]: reason } };
}

/** Adds what was just said, unless it is there. */
export function withMessage(before: Conversation, message: ChatMessage | undefined): Conversation {
  if (!message || hasMessage(before, message)) return before;
  return { ...before, messages: [...before.messages, message], revision: before.revision + 1 };
}

/** The gateway's history takes the place of what was shown; messages that did not change stay the same objects. */
export function withHistory(before: Conversation, messages: readonly ChatMessage[], limit: number): Conversation {
  const known = new Map(before.messages.map((message) => [message.id, message]));
  known.delete(undefined);
  return {
    ...before,
    messages: messages.map((message) => known.get(message.id) ?? message),
    freshness: "fresh",
    keptAtMs: undefined,
    hasEarlier: messages.length === limit,
  };
}

/** The connection is gone: what was under way is not known any more, and what is shown may be old. */
export function withoutLink(before: Conversation): Conversation {
  return { ...before, runs: [], freshness: before.freshness === "fresh" ? "kept" : before.freshness };
}

/** A history that is being read now may lack what was just said elsewhere. */
export function outdated(before: Conversation): Conversation {
  return { ...before, revision: before.revision + 1 };
}

/** The run of the newest question, while nothing answers it. */
export function unansweredRun({ messages, failures }: Conversation): string | undefined {
  const last = messages.at(-1);
  if (last?.role !== "user" || last.runId === undefined || last.runId in failures) return undefined;
  return last.runId;
}

/** Stays the same from the moment a message is sent until long after: drawn elements are kept by it. */
export function messageKeys(messages: readonly ChatMessage[]): string[] {
  const counts = new Map<string, number>();
  return messages.map(({ runId, role, id, timestamp }) => {
    const name = runId === undefined ? (id ?? `${role}:${timestamp}`) : `${runId}:${role}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return `${name}:${count}`;
  });
}

export function textOf(message: Pick<ChatMessage, "content"> | undefined): string {
  return (message?.content ?? []).flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
}

export function imagesOf(message: Pick<ChatMessage, "content">): ImageBlock[] {
  return message.content.filter((block) => block.type === "image");
}

/** True for an answer that was stopped before its end. */
export function isStopped({ stopReason }: Pick<ChatMessage, "stopReason">): boolean {
  return stopReason === "aborted" || stopReason === "rpc" || stopReason === "timeout";
}

function hasMessage({ messages }: Conversation, { runId, role }: ChatMessage): boolean {
  return runId !== undefined && messages.some((message) => message.runId === runId && message.role === role);
}
