import { expect, test } from "bun:test";
import { accountDefaults, type AccountPolicy } from "../../src/config/index.ts";
import { admit, type AdmitInput, type Verdict } from "../../src/inbox/admit.ts";
import type { InboundMessage } from "../../src/providers/index.ts";

const nowMs = 1_800_000_000_000;

function message(changes: Partial<InboundMessage> = {}): InboundMessage {
  return {
    ref: { peer: { kind: "direct", id: "7" }, messageId: "1" },
    event: { kind: "message", id: "" },
    sender: { id: "7", name: "bob", handle: "bob" },
    sentAtMs: nowMs,
    text: "hello",
    media: [],
    mentionsSelf: true,
    ...changes,
  };
}

function judged(policy: Partial<AccountPolicy>, changes: Partial<InboundMessage>, rest: Partial<AdmitInput> = {}) {
  return admit({
    message: message(changes),
    policy: { ...accountDefaults("telegram"), ...policy },
    approved: undefined,
    tellsMentions: true,
    activation: undefined,
    isCommand: false,
    nowMs,
    connectedAtMs: nowMs,
    catchUpMs: 900_000,
    wasHeld: false,
    ...rest,
  });
}

const group = { ref: { peer: { kind: "group" as const, id: "-1" }, messageId: "1" } };
const quiet = { ...group, mentionsSelf: false };
const on = { enabled: true, requireMention: true };
const open: Partial<AccountPolicy> = { groupPolicy: "open", allowFrom: ["7"] };
const yes = { isOwner: false };

type Row = readonly [
  name: string,
  policy: Partial<AccountPolicy>,
  changes: Partial<InboundMessage>,
  verdict: Verdict["kind"],
  rest?: Partial<AdmitInput>,
];

const rows: readonly Row[] = [
  ["a stranger asks for approval", {}, {}, "ask-approval"],
  ["an approved person", {}, {}, "admitted", { approved: yes }],
  ["somebody on the list", { allowFrom: ["7"] }, {}, "admitted"],
  ["the owner", { owners: ["7"] }, {}, "admitted"],
  ["a stranger under allowlist", { dmPolicy: "allowlist" }, {}, "ignored"],
  ["anybody under open with *", { dmPolicy: "open", allowFrom: ["*"] }, {}, "admitted"],
  ["anybody under open without *", { dmPolicy: "open" }, {}, "ignored"],
  ["the owner when direct messages are off", { dmPolicy: "disabled", owners: ["7"] }, {}, "ignored"],
  ["an account that is off", { enabled: false, owners: ["7"] }, {}, "ignored"],
  ["a stranger's button", {}, { event: { kind: "button", id: "b" } }, "ignored"],
  ["a stranger's edit", {}, { event: { kind: "edit", id: "e" } }, "ignored"],
  ["a stranger's reaction", {}, { event: { kind: "reaction", id: "r" } }, "ignored"],
  ["an approved person's edit", {}, { event: { kind: "edit", id: "e" } }, "ignored", { approved: yes }],
  ["an approved person's button", {}, { event: { kind: "button", id: "b" } }, "admitted", { approved: yes }],
  ["an empty message", { allowFrom: ["7"] }, { text: "  " }, "ignored"],
  ["a group that is not listed", { allowFrom: ["7"] }, group, "ignored"],
  ["a listed group", { groups: { "-1": on }, allowFrom: ["7"] }, group, "admitted"],
  ["a listed group by *", { groups: { "*": on }, allowFrom: ["7"] }, group, "admitted"],
  ["a group that is off", { groups: { "-1": { ...on, enabled: false } }, allowFrom: ["7"] }, group, "ignored"],
  ["a stranger in an open group", { groupPolicy: "open" }, group, "ignored"],
  ["a listed speaker", { groupPolicy: "open", groupAllowFrom: ["7"] }, group, "admitted"],
  [
    "the group's own list beats the account's",
    { ...open, groups: { "-1": { ...on, allowFrom: ["9"] } } },
    group,
    "ignored",
  ],
  ["a group without a mention", open, quiet, "context"],
  ["a group that wants no mention", { ...open, groups: { "-1": { ...on, requireMention: false } } }, quiet, "admitted"],
  ["/activation always", open, quiet, "admitted", { activation: "always" }],
  [
    "/activation mention",
    { ...open, groups: { "-1": { ...on, requireMention: false } } },
    quiet,
    "context",
    { activation: "mention" },
  ],
  ["a command needs no mention", open, quiet, "admitted", { isCommand: true }],
  ["a pattern in the text", { ...open, mentionPatterns: ["hello"] }, quiet, "admitted"],
  ["groups are off", { ...open, groupPolicy: "disabled" }, group, "ignored"],
  ["missed for a short time", { allowFrom: ["7"] }, { sentAtMs: nowMs - 600_000 }, "admitted"],
  ["missed too long ago", { allowFrom: ["7"] }, { sentAtMs: nowMs - 1_000_000 }, "context"],
  ["held until its sender was approved", {}, { sentAtMs: nowMs - 9e6 }, "admitted", { approved: yes, wasHeld: true }],
];

for (const [name, policy, changes, kind, rest] of rows) {
  test(`${name}: ${kind}`, () => expect(judged(policy, changes, rest).kind).toBe(kind));
}

const notSeven = ["", " ", "07", "77", "7 ", "７", "bob", "@bob", "7:1", "-7", "*"];

for (const id of notSeven) {
  test(`the id ${JSON.stringify(id)} does not match 7`, () => {
    const verdict = judged({ dmPolicy: "allowlist", allowFrom: ["7"] }, { sender: { id, name: "7", handle: "7" } });
    expect(verdict.kind).toBe("ignored");
  });
}

test("a group's id in allowFrom lets no person in", () => {
  expect(judged({ dmPolicy: "allowlist", allowFrom: ["-1"] }, {}).kind).toBe("ignored");
  expect(judged({ groupPolicy: "open", allowFrom: ["-1"] }, group).kind).toBe("ignored");
});
