import { defineCommand } from "citty";
import { realClock } from "../lib/index.ts";
import { withGateway } from "./connected.ts";
import { refused } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson, printLine } from "./print.ts";
import { paint } from "./style.ts";
import { printTable } from "./table.ts";
import { agoWords, shown } from "./words.ts";

/** `clawdia approvals`: who may talk to the agent over a messaging network. */

const sender = { type: "positional", required: true, description: "network:id, as the list shows it" } as const;
const account = { type: "string", description: "Account of the network (default main)", valueHint: "NAME" } as const;

export const approvalsCommand = defineCommand({
  meta: { name: "approvals", description: "Decide who may talk to the agent in messaging networks" },
  default: "list",
  subCommands: {
    list: defineCommand({
      meta: { name: "list", description: "List people who ask, and those who may" },
      args: gatewayFlags,
      run: ({ args }) => list(args),
    }),
    approve: defineCommand({
      meta: { name: "approve", description: "Let a person in, by the code that they were told or by network:id" },
      args: {
        who: { type: "positional", required: true, description: "The code, or network:id" },
        owner: { type: "boolean", description: "This person is the owner: every command and every tool" },
        account,
        ...gatewayFlags,
      },
      run: ({ args }) => approve(args.who, args.owner === true, args.account, args),
    }),
    reject: defineCommand({
      meta: { name: "reject", description: "Turn a person down" },
      args: { who: sender, account, ...gatewayFlags },
      run: ({ args }) => end("approvals.reject", args.who, args.account, args),
    }),
    revoke: defineCommand({
      meta: { name: "revoke", description: "Take a person's approval back" },
      args: { who: sender, account, ...gatewayFlags },
      run: ({ args }) => end("approvals.revoke", args.who, args.account, args),
    }),
  },
});

async function list(flags: GatewayFlags): Promise<void> {
  const listed = await withGateway(flags, ({ call }) => call("approvals.list", {}));
  if (flags.json) return printJson(listed);
  const nowMs = realClock.nowMs();
  if (listed.pending.length > 0) {
    printLine(paint("yellow", "Waiting for approval"));
    printTable(
      ["WHO", "NAME", "ASKED"],
      listed.pending.map(({ channel, senderId, senderName, createdAtMs }) => [
        `${channel}:${shown(senderId)}`,
        shown(senderName),
        agoWords(createdAtMs, nowMs),
      ]),
    );
    printLine(`${paint("yellow", "→")} clawdia approvals approve CODE  (the code that they were told)`);
    printLine();
  }
  if (listed.approved.length === 0) return printLine("Nobody is approved yet.");
  printTable(
    ["WHO", "NAME", "IS", "APPROVED"],
    listed.approved.map(({ channel, senderId, senderName, isOwner, approvedAtMs }) => [
      `${channel}:${shown(senderId)}`,
      shown(senderName),
      isOwner ? "owner" : "guest",
      agoWords(approvedAtMs, nowMs),
    ]),
  );
}

async function approve(
  who: string,
  isOwner: boolean,
  accountId: string | undefined,
  flags: GatewayFlags,
): Promise<void> {
  const named = parsed(who);
  const params = named ? { ...named, ...(accountId !== undefined && { accountId }) } : { code: who };
  const result = await withGateway(flags, ({ call }) => call("approvals.approve", { ...params, isOwner }));
  if (flags.json) return printJson(result);
  const name = shown(result.senderName ?? result.senderId);
  printLine(`${paint("green", "approved")} ${name} on ${result.channel}${isOwner ? " as the owner" : ""}.`);
  if (result.released > 0) printLine("What they wrote before is answered now.");
}

async function end(
  name: "approvals.reject" | "approvals.revoke",
  who: string,
  accountId: string | undefined,
  flags: GatewayFlags,
): Promise<void> {
  const named = parsed(who);
  if (!named) throw refused(`"${shown(who)}" is not network:id`, "clawdia approvals list");
  const params = { ...named, ...(accountId !== undefined && { accountId }) };
  const { ok } = await withGateway(flags, ({ call }) => call(name, params));
  if (flags.json) return printJson({ ok });
  if (!ok)
    throw refused(`there is nobody ${shown(who)} to ${name.slice("approvals.".length)}`, "clawdia approvals list");
  printLine(name === "approvals.reject" ? "Turned down." : "Approval taken back.");
}

/** `telegram:42` */
function parsed(who: string): { readonly channel: string; readonly senderId: string } | undefined {
  const colon = who.indexOf(":");
  return colon <= 0 ? undefined : { channel: who.slice(0, colon), senderId: who.slice(colon + 1) };
}
