import { type Static, type TSchema, Type } from "@sinclair/typebox";
import type { DeviceId } from "../devices/index.ts";
import { fits, shape } from "../protocol/index.ts";
import type { NodeNews, NodeNewsHandler } from "./node-events.ts";

/** Nodes that talk to the agent and hear its conversations: what they say, once a person let them. */

const saidCharsMax = 20_000;

/** Apps that have one connection, as a node, chat over it: they may call these beside what is for nodes. */
export const methodsOfTalkers: readonly string[] = [
  "health",
  "chat.history",
  "chat.send",
  "chat.abort",
  "sessions.list",
  "config.get",
  "voicewake.get",
  "voicewake.set",
];

export interface NodeSpeech {
  readonly nodeId: DeviceId;
  readonly principalId: string;
  readonly text: string;
  readonly sessionKey: string;
  readonly thinking: string;
  /** The node's own key: the same one twice is one message. */
  readonly key: string | undefined;
}

export interface TalkingParts {
  readonly mayChat: (nodeId: string) => boolean;
  /** Resolves once it is accepted on disk. */
  readonly say: (speech: NodeSpeech) => Promise<void>;
  readonly canonical: (sessionKey: string) => string;
}

const { nonEmpty, nullable, optional, sessionKeyText, text } = shape;
const maybe = (charsMax: number) => optional(nullable(text(charsMax)));

/** Open: apps put more beside it than is used here. */
const Transcript = Type.Object({ text: nonEmpty(saidCharsMax), sessionKey: maybe(512) });
const AgentRequest = Type.Object({
  message: nonEmpty(saidCharsMax),
  sessionKey: maybe(512),
  thinking: maybe(32),
  key: maybe(256),
});
const Subscription = Type.Object({ sessionKey: sessionKeyText() });

export function talkingHandlers(parts: TalkingParts): Readonly<Record<string, NodeNewsHandler>> {
  const { mayChat, say, canonical } = parts;
  const forTalkers =
    <S extends TSchema>(schema: S, handle: (payload: Static<S>, news: NodeNews) => Promise<void> | void) =>
    async (news: NodeNews) => {
      if (!mayChat(news.nodeId)) return "nobody approved chat for this node";
      if (!fits(schema, news.payload)) return "the payload is not as it should be";
      await handle(news.payload, news);
      return undefined;
    };
  return {
    "voice.transcript": forTalkers(Transcript, (said, { nodeId, call }) =>
      say({
        nodeId,
        principalId: call.principal.id,
        text: said.text,
        sessionKey: said.sessionKey || "main",
        thinking: "low",
        key: undefined,
      }),
    ),
    "agent.request": forTalkers(AgentRequest, (asked, { nodeId, call }) =>
      say({
        nodeId,
        principalId: call.principal.id,
        text: asked.message,
        sessionKey: asked.sessionKey || `node-${nodeId}`,
        thinking: asked.thinking || "low",
        key: asked.key || undefined,
      }),
    ),
    "chat.subscribe": forTalkers(Subscription, ({ sessionKey }, { call }) =>
      call.hearTopic(canonical(sessionKey), sessionKey),
    ),
    "chat.unsubscribe": forTalkers(Subscription, ({ sessionKey }, { call }) => call.leaveTopic(canonical(sessionKey))),
  };
}
