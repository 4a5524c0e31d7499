import type { AccountPolicy, GroupSettings } from "../config/index.ts";
import type { InboundMessage } from "../providers/index.ts";

/** May this message reach the agent? Pure: message × policy × who was approved → a verdict with its reason. */

export type Verdict =
  | { readonly kind: "admitted"; readonly isOwner: boolean; readonly agentId: string | undefined }
  /** Kept for the agent to see at the next call. */
  | { readonly kind: "context"; readonly reason: string }
  | { readonly kind: "ask-approval" }
  | { readonly kind: "ignored"; readonly reason: string };

export interface Approved {
  readonly isOwner: boolean;
}

export interface AdmitInput {
  readonly message: InboundMessage;
  readonly policy: AccountPolicy;
  /** The sender's approval, if a person gave one. */
  readonly approved: Approved | undefined;
  /** Whether the network tells who is mentioned. */
  readonly tellsMentions: boolean;
  /** The session's own choice for its group. */
  readonly activation: "mention" | "always" | undefined;
  /** True when the text is a command that the sender may use: it needs no mention. */
  readonly isCommand: boolean;
  readonly nowMs: number;
  /** When the link that brought it was connected; what was sent before counts as missed. */
  readonly connectedAtMs: number;
  readonly catchUpMs: number;
  /** It waited for its sender's approval, which somebody gave now: it was not missed. */
  readonly wasHeld: boolean;
}

/** A message sent this long before the link came up was sent while we were away. */
const awayMs = 30_000;

export function admit(input: AdmitInput): Verdict {
  const { message, policy } = input;
  if (!policy.enabled) return ignored("the account is switched off");
  const { id } = message.sender;
  if (id.trim() === "") return ignored("the network did not say who wrote it");
  if (message.event.kind === "reaction") return ignored("a reaction is not answered");
  const verdict = message.ref.peer.kind === "direct" ? admitDirect(input) : admitGroup(input);
  if (verdict.kind !== "admitted") return verdict;
  // Edits of what was answered already would be a second turn.
  if (message.event.kind === "edit") return ignored("an edit of a message that was taken on already");
  if (isMissed(input)) return { kind: "context", reason: "sent too long ago, while the gateway was away" };
  if (message.text.trim() === "" && message.media.length === 0) return ignored("it is empty");
  return verdict;
}

/** Whether the person may use commands and be answered at all, wherever they write. */
export function isKnownSender({ message, policy, approved }: Pick<AdmitInput, "message" | "policy" | "approved">) {
  return approved !== undefined || isOwner(message.sender.id, policy) || isListed(message.sender.id, policy.allowFrom);
}

function admitDirect(input: AdmitInput): Verdict {
  const { message, policy, approved } = input;
  const owner = isOwner(message.sender.id, policy) || approved?.isOwner === true;
  const admitted: Verdict = { kind: "admitted", isOwner: owner, agentId: undefined };
  if (policy.dmPolicy === "disabled") return ignored("direct messages are switched off (dmPolicy: disabled)");
  if (isKnownSender(input)) return admitted;
  if (policy.dmPolicy === "open") return ignored("dmPolicy is open, but allowFrom does not hold *");
  if (policy.dmPolicy === "allowlist") return ignored("the sender is not in allowFrom (dmPolicy: allowlist)");
  // Only what a stranger says themselves asks for an approval; pressing and editing does not.
  return message.event.kind === "message" ? { kind: "ask-approval" } : ignored("the sender is not approved");
}

function admitGroup(input: AdmitInput): Verdict {
  const { message, policy, approved, activation } = input;
  const group = groupOf(message.ref.peer.id, policy);
  if (policy.groupPolicy === "disabled") return ignored("groups are switched off (groupPolicy: disabled)");
  if (policy.groupPolicy === "allowlist" && !group) {
    return ignored(`the group ${message.ref.peer.id} is not in groups (groupPolicy: allowlist)`);
  }
  if (group && !group.enabled) return ignored("the group is switched off");
  const owner = isOwner(message.sender.id, policy) || approved?.isOwner === true;
  // Who was approved for direct messages was not approved for groups: there the owner and the config's lists count.
  const allowed = group?.allowFrom ?? policy.groupAllowFrom ?? policy.allowFrom;
  const maySpeak = owner || isListed(message.sender.id, allowed);
  if (!maySpeak) return ignored("the sender may not speak to the agent in this group");
  const needsMention = activation === undefined ? (group?.requireMention ?? true) : activation === "mention";
  if (needsMention && !isMeant(input)) return { kind: "context", reason: "the agent was not mentioned" };
  return { kind: "admitted", isOwner: owner, agentId: group?.agent };
}

function isMeant({ message, policy, tellsMentions, isCommand }: AdmitInput): boolean {
  if (message.mentionsSelf || isCommand || message.event.kind === "button") return true;
  const text = message.text.toLowerCase();
  const patterns = policy.mentionPatterns.map((pattern) => pattern.toLowerCase());
  return (!tellsMentions || patterns.length > 0) && patterns.some((pattern) => text.includes(pattern));
}

function isMissed({ message, nowMs, connectedAtMs, catchUpMs, wasHeld }: AdmitInput): boolean {
  return !wasHeld && message.sentAtMs < connectedAtMs - awayMs && nowMs - message.sentAtMs > catchUpMs;
}

function groupOf(id: string, policy: AccountPolicy): GroupSettings | undefined {
  if (Object.hasOwn(policy.groups, id)) return policy.groups[id];
  return Object.hasOwn(policy.groups, "*") ? policy.groups["*"] : undefined;
}

/** Exact, and never by a name: ids of other kinds, prefixes and spellings do not match. */
function isListed(senderId: string, list: readonly string[]): boolean {
  return list.includes("*") || list.includes(senderId);
}

function isOwner(senderId: string, policy: AccountPolicy): boolean {
  return policy.owners.includes(senderId);
}

function ignored(reason: string): Verdict {
  return { kind: "ignored", reason };
}
