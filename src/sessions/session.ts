import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";
import type { SessionKey, SessionKind } from "./session-key.ts";

/** A conversation with an agent and what was set for it. Shapes of section 5.8 of the wire document. */

const { count, named, nonEmpty, nullable, oneOf, optional, text, timeMs } = shape;

const settingFields = {
  thinkingLevel: optional(nonEmpty(32)),
  verboseLevel: optional(nonEmpty(32)),
  reasoningLevel: optional(nonEmpty(32)),
  elevatedLevel: optional(nonEmpty(32)),
  responseUsage: optional(nonEmpty(32)),
  execHost: optional(nonEmpty(32)),
  execSecurity: optional(nonEmpty(32)),
  execAsk: optional(nonEmpty(32)),
  execNode: optional(nonEmpty(128)),
  model: optional(nonEmpty(128)),
  modelProvider: optional(nonEmpty(128)),
  sendPolicy: optional(nonEmpty(32)),
  groupActivation: optional(nonEmpty(32)),
};

/** Overrides of one session; absent means the default. */
export const SessionSettings = named("SessionEntrySettings", settingFields);
export type SessionSettings = Static<typeof SessionSettings>;

/** A chat that a session may be answered in. */
export interface SessionDelivery {
  readonly provider: string;
  readonly accountId: string;
  readonly peer: {
    readonly kind: "direct" | "group" | "channel";
    readonly id: string;
    readonly threadId?: string | undefined;
  };
}

const DeliveryContext = named("DeliveryContext", {
  channel: optional(nonEmpty(64)),
  to: optional(nonEmpty(256)),
  accountId: optional(nonEmpty(64)),
  threadId: optional(nonEmpty(128)),
});

export interface Session {
  readonly key: SessionKey;
  readonly agentId: string;
  readonly sessionId: string;
  readonly kind: SessionKind;
  readonly label: string | undefined;
  /** What people call the chat behind it. */
  readonly displayName: string | undefined;
  readonly spawnedBy: string | undefined;
  readonly settings: SessionSettings;
  /** Where it last heard from somebody, which is what `last` means. */
  readonly delivery: SessionDelivery | undefined;
  /** When a person last said something in it. */
  readonly lastHumanAtMs: number | undefined;
  /** Stands in for messages that compaction set aside. */
  readonly summary: string | undefined;
  /** Tokens that the newest model step filled its window with. */
  readonly contextTokens: number | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly abortedLastRun: boolean;
  readonly systemSent: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** One line of `sessions.list`. */
export const SessionRow = named("SessionRow", {
  key: nonEmpty(512),
  kind: oneOf("direct", "group", "global", "unknown"),
  label: optional(nonEmpty(64)),
  displayName: optional(nonEmpty(256)),
  derivedTitle: optional(nonEmpty(64)),
  lastMessagePreview: optional(text(2048)),
  updatedAt: nullable(timeMs()),
  sessionId: optional(nonEmpty(64)),
  systemSent: optional(Type.Boolean()),
  abortedLastRun: optional(Type.Boolean()),
  spawnedBy: optional(nonEmpty(512)),
  inputTokens: optional(count()),
  outputTokens: optional(count()),
  totalTokens: optional(count()),
  contextTokens: optional(count()),
  channel: optional(nonEmpty(64)),
  chatType: optional(nonEmpty(16)),
  deliveryContext: optional(DeliveryContext),
  lastChannel: optional(nonEmpty(64)),
  lastTo: optional(nonEmpty(256)),
  lastAccountId: optional(nonEmpty(64)),
  ...settingFields,
});
export type SessionRow = Static<typeof SessionRow>;

/** What `sessions.patch` and `sessions.reset` give back. */
export const SessionEntry = named("SessionEntry", {
  sessionId: nonEmpty(64),
  updatedAt: timeMs(),
  label: optional(nonEmpty(64)),
  spawnedBy: optional(nonEmpty(512)),
  abortedLastRun: optional(Type.Boolean()),
  systemSent: optional(Type.Boolean()),
  inputTokens: optional(count()),
  outputTokens: optional(count()),
  totalTokens: optional(count()),
  ...settingFields,
});
export type SessionEntry = Static<typeof SessionEntry>;

export function entryOnWire(session: Session): SessionEntry {
  return {
    sessionId: session.sessionId,
    updatedAt: session.updatedAtMs,
    ...(session.label !== undefined && { label: session.label }),
    ...(session.spawnedBy !== undefined && { spawnedBy: session.spawnedBy }),
    ...(session.abortedLastRun && { abortedLastRun: true }),
    systemSent: session.systemSent,
    inputTokens: session.inputTokens,
    outputTokens: session.outputTokens,
    totalTokens: session.inputTokens + session.outputTokens,
    ...session.settings,
  };
}

export function rowOnWire(session: Session): SessionRow {
  const { updatedAt, ...entry } = entryOnWire(session);
  return {
    key: session.key,
    kind: session.kind,
    updatedAt,
    ...displayNameOf(session),
    ...entry,
    ...deliveryOf(session),
  };
}

function displayNameOf({ displayName, label }: Session): { displayName?: string } {
  const name = label ?? displayName;
  return name === undefined ? {} : { displayName: name };
}

function deliveryOf({ delivery, kind }: Session): Partial<SessionRow> {
  if (delivery === undefined) return {};
  const { provider, accountId, peer } = delivery;
  const { threadId } = peer;
  return {
    channel: provider,
    chatType: kind === "group" ? "group" : "direct",
    deliveryContext: { channel: provider, to: peer.id, accountId, ...(threadId !== undefined && { threadId }) },
    lastChannel: provider,
    lastTo: peer.id,
    lastAccountId: accountId,
  };
}
