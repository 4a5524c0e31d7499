import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** What the house decides for one account of any network. A provider's own settings stand beside these. */
const { choice, named, optional } = shape;

const idDescription = "The network's immutable id of a person, never a name";

const senderIds = (description: string, fallback: readonly string[] | null = []) => ({
  ...Type.Array(Type.String({ minLength: 1, maxLength: 128, description: `${idDescription}; * for everybody.` }), {
    maxItems: 1024,
    description,
  }),
  ...(fallback && { default: fallback }),
});

/** Nobody is the owner by being anybody. */
const ownerIds = Type.Array(
  Type.String({ minLength: 1, maxLength: 128, pattern: "^(?!\\*$)", description: `${idDescription}; not *.` }),
  {
    maxItems: 1024,
    default: [],
    description: "People who are the owner: they may use every command and every tool.",
  },
);

const word = <const T extends readonly string[]>(values: T, fallback: T[number], description: string) =>
  choice(values, { default: fallback, description });

const flag = (fallback: boolean, description: string) => Type.Boolean({ default: fallback, description });

export const GroupSettings = named(
  "GroupSettings",
  {
    enabled: flag(true, "Off: nothing of this group is read."),
    requireMention: flag(true, "Answer only when the bot is mentioned or replied to."),
    allowFrom: optional(senderIds("Who may speak to the agent here; absent: as the account says.", null)),
    agent: optional(Type.String({ minLength: 1, maxLength: 64, description: "The agent that answers in this group." })),
  },
  { description: "One group, or * for all." },
);
export type GroupSettings = Static<typeof GroupSettings>;

export const accountPolicyFields = {
  enabled: flag(true, "Off: the account is not opened."),
  name: optional(Type.String({ minLength: 1, maxLength: 128, description: "What people see." })),
  dmPolicy: word(
    ["pairing", "allowlist", "open", "disabled"],
    "pairing",
    "Who may write directly. pairing: strangers get a code that the owner approves; allowlist: only those listed; " +
      "open: everybody, and needs allowFrom to hold *; disabled: nobody.",
  ),
  allowFrom: senderIds("People who may write directly, beside those approved by code."),
  owners: ownerIds,
  groupPolicy: word(
    ["allowlist", "open", "disabled"],
    "allowlist",
    "Which groups are read. allowlist: those in groups; open: all; disabled: none.",
  ),
  groupAllowFrom: optional(senderIds("Who may speak to the agent in groups; absent: those of allowFrom.", null)),
  groups: Type.Record(Type.String({ minLength: 1, maxLength: 128 }), GroupSettings, {
    default: {},
    description: "Groups by their id; * stands for all others.",
  }),
  mentionPatterns: Type.Array(
    Type.String({ minLength: 1, maxLength: 128, description: "Text that means the agent, upper or lower case." }),
    { maxItems: 32, default: [], description: "Beside the network's own mentions, where it does not tell those." },
  ),
  replyToMode: word(
    ["off", "first", "all"],
    "first",
    "Which parts of a reply quote the message that they answer, in groups.",
  ),
  ackReaction: Type.String({
    maxLength: 16,
    default: "👀",
    description: "Reaction to a message taken on; empty: none.",
  }),
  ackScope: word(
    ["group-mentions", "group-all", "direct", "all", "off"],
    "group-mentions",
    "Which messages get that reaction.",
  ),
  ackRemoved: flag(false, "Take the reaction away once the reply is there."),
  readReceipts: flag(true, "Mark messages as read once they are stored, where the network can."),
  streaming: word(
    ["edit", "off"],
    "edit",
    "edit: the reply grows in one message that is edited; off: it comes when it is whole.",
  ),
  historyMax: Type.Integer({
    minimum: 0,
    maximum: 500,
    default: 50,
    description: "Messages of a group that did not call the agent and are shown to it as context at the next call.",
  }),
  debounceMs: Type.Integer({
    minimum: 0,
    maximum: 60_000,
    default: 0,
    description: "How long to wait for more text of the same person before the agent starts.",
  }),
  mediaBytesMax: Type.Integer({
    minimum: 0,
    maximum: 100_000_000,
    default: 20_000_000,
    description: "Largest file that is taken from this account.",
  }),
  delivery: word(
    ["hold", "resend", "resend-dm"],
    "hold",
    "A send that a crash cut, where the network cannot tell whether it arrived. hold: keep it and tell the owner; " +
      "resend: send it again; resend-dm: again in direct chats only.",
  ),
};

/** The policy of one account, whatever its network. */
export const AccountPolicy = named("AccountPolicy", accountPolicyFields);
export type AccountPolicy = Static<typeof AccountPolicy>;

/** A setting that every network has, and that its link does not know. */
export function isPolicy(name: string): boolean {
  return Object.hasOwn(accountPolicyFields, name);
}
