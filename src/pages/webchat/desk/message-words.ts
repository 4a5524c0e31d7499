import type { Lists } from "../desk-readings.ts";
import type { Section } from "../views.ts";

/** What became of a message, why, and what a person can do now, in words. Pure. */

export type InboxMessage = Lists["messages"][number];
export type InboxState = InboxMessage["state"];
type Tone = "good" | "busy" | "bad" | "calm";

export interface StateWords {
  readonly name: string;
  readonly tone: Tone;
  /** Said when the gateway gave no reason. */
  readonly why: string;
}

export const stateWords: Readonly<Record<InboxState, StateWords>> = {
  accepted: { name: "Just came in", tone: "busy", why: "It is on disk and is judged in a moment." },
  held: { name: "Waits for approval", tone: "bad", why: "Its sender is not approved yet." },
  routed: { name: "Waits for its turn", tone: "busy", why: "The agent works on something else in this conversation." },
  context: { name: "Read along", tone: "calm", why: "The agent sees it with the next message that is meant for it." },
  claimed: { name: "Being answered", tone: "busy", why: "The agent works on it." },
  done: { name: "Answered", tone: "good", why: "The agent has dealt with it." },
  ignored: { name: "Ignored", tone: "bad", why: "It was not let through to the agent." },
  dead: { name: "Given up", tone: "bad", why: "It could not be dealt with, even when it was tried again." },
};

export const inboxStates = Object.keys(stateWords) as InboxState[];

/** Runs that came to an end of which nothing is seen, by how the reason begins. */
const silentReasons = ["the run failed", "no language model", "the agent had nothing to say", "the run ended without"];

type Judged = Pick<InboxMessage, "state" | "reason">;

function isSilent({ state, reason = "" }: Judged): boolean {
  return state === "done" && silentReasons.some((start) => reason.startsWith(start));
}

/** The state of this message; what is done was not always answered. */
export function wordsOf(message: Judged): StateWords {
  const { state, reason = "" } = message;
  if (isSilent(message)) return { name: "No answer", tone: "bad", why: "" };
  if (state === "done" && reason.startsWith("command /")) return { name: "Obeyed", tone: "good", why: "" };
  if (state === "done" && reason === "shown as context") return { name: "Read along", tone: "calm", why: "" };
  return stateWords[state];
}

/** What a person asks for who wonders why there is no answer. */
export function isUnanswered(message: Judged): boolean {
  const { state } = message;
  return state === "ignored" || state === "held" || state === "context" || state === "dead" || isSilent(message);
}

export interface NextStep {
  readonly text: string;
  /** A page where it is done. */
  readonly section?: Section;
}

type Asked = Pick<InboxMessage, "state" | "reason" | "channel" | "accountId" | "peerId" | "senderId">;

/** The reason begins with the words; `setting` stands under the account in the config. */
type Row = readonly [reason: string, step: (message: Asked) => NextStep];

const rows: readonly Row[] = [
  ["the sender waits for approval", () => ({ text: "Approve or reject them.", section: "people" })],
  [
    "too many strangers wait",
    () => ({
      text: "Decide over those who wait; then this person gets a code when they write again.",
      section: "people",
    }),
  ],
  ["the sender is not approved", () => ({ text: "They get a code when they write a message.", section: "people" })],
  [
    "the sender is not in allowFrom",
    (one) => ({ text: `Add ${one.senderId} to ${place(one, "allowFrom")}, or set dmPolicy there to pairing.` }),
  ],
  [
    "dmPolicy is open",
    (one) => ({ text: `Add * to ${place(one, "allowFrom")} if everybody may write, or set dmPolicy to pairing.` }),
  ],
  ["direct messages are switched off", (one) => ({ text: `Set ${place(one, "dmPolicy")} to pairing.` })],
  ["groups are switched off", (one) => ({ text: `Set ${place(one, "groupPolicy")} to allowlist and name the group.` })],
  ["the group is switched off", (one) => ({ text: `Set enabled under ${place(one, `groups.${one.peerId}`)}.` })],
  ["the group ", (one) => ({ text: `Add ${one.peerId} (or * for all groups) to ${place(one, "groups")}.` })],
  [
    "the sender may not speak",
    (one) => ({ text: `Add ${one.senderId} to ${place(one, "groupAllowFrom")}, or approve them.`, section: "people" }),
  ],
  [
    "the agent was not mentioned",
    (one) => ({
      text:
        "Mention the agent or reply to it. To be answered always, write /activation always in the group, or set " +
        `requireMention under ${place(one, `groups.${one.peerId}`)} to false.`,
    }),
  ],
  [
    "sent too long ago",
    () => ({ text: "Write it again; messages.catchUpMinutes in the config says how old a missed message may be." }),
  ],
  ["the account is switched off", (one) => ({ text: `Set ${place(one, "enabled")} to true.`, section: "networks" })],
  ["too many messages waited", () => ({ text: "Write it again when the agent has answered the others." })],
  ["stopped by the person", () => ({ text: "Write it again if it should be answered after all." })],
  ["no language model", () => ({ text: "Choose one on the gateway's machine: clawdia models choose." })],
  ["the run failed", () => ({ text: "Write it again. If it fails again, the cause is in the log: clawdia logs." })],
  ["the agent had nothing to say", () => ({ text: "Ask again in other words if you wait for an answer." })],
  ["the run ended without", () => ({ text: "Write it again if it should be answered after all." })],
  ["an edit of a message", () => ({ text: "Write a new message to be answered again." })],
  ["a reaction", () => ({ text: "Nothing is to be done: write a message to be answered." })],
  ["it is empty", () => ({ text: "Nothing is to be done: there was nothing to answer." })],
  ["the network did not say", () => ({ text: "Nothing can be done: without a sender nobody is answered." })],
];

/** Undefined when nothing is to be done. */
export function nextStep(message: Asked): NextStep | undefined {
  const { state, reason = "" } = message;
  if (state === "held") return rows[0]![1](message);
  if (!isUnanswered(message)) return undefined;
  const row = rows.find(([start]) => reason.startsWith(start));
  if (row) return row[1](message);
  return state === "context" ? undefined : { text: "Look for its id in the gateway's log: clawdia logs." };
}

function place({ channel, accountId }: Asked, setting: string): string {
  return `providers.${channel}.accounts.${accountId}.${setting}`;
}

/** Who wrote it: what came over WebChat is the owner's own. */
export function senderOf({ channel, senderName, senderId }: InboxMessage): string {
  return channel === "webchat" ? "You" : (senderName ?? senderId);
}

/** A person's name, a group's id, or which of the owner's own conversations it is. */
export function chatName(message: InboxMessage): string {
  const { channel, peerKind, peerId } = message;
  if (channel === "webchat") return `WebChat ${peerId.replace(/^agent:/, "")}`;
  return peerKind === "direct" ? senderOf(message) : `${peerKind} ${peerId}`;
}

/** One choice of the chat filter. */
export function chatKey({ channel, accountId, peerId }: InboxMessage): string {
  return `${channel}/${accountId}/${peerId}`;
}

export interface Narrowing {
  /** A `chatKey`; empty for all. */
  readonly chat: string;
  readonly words: string;
  readonly onlyUnanswered: boolean;
}

/** What is left of the loaded messages. Every word must be somewhere in what the row shows. */
export function narrowed(messages: readonly InboxMessage[], { chat, words, onlyUnanswered }: Narrowing) {
  const wanted = words
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return messages.filter((message) => {
    if (chat !== "" && chatKey(message) !== chat) return false;
    if (onlyUnanswered && !isUnanswered(message)) return false;
    const { preview, senderId, reason = "", peerId, channel } = message;
    const shown = [preview, senderOf(message), senderId, reason, peerId, channel, wordsOf(message).name];
    const text = shown.join("\n").toLocaleLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
