import { defineCommand } from "citty";
import type { Methods } from "../gateway/index.ts";
import type { ResultOf } from "../protocol/index.ts";
import { type Connected, withGateway } from "./connected.ts";
import { refused } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { columnsMax, printJson, printLine } from "./print.ts";
import { asked, secretFromInput } from "./prompt.ts";
import { qrLines } from "./qr-code.ts";
import { hasColor, paint } from "./style.ts";
import { printTable } from "./table.ts";
import { agoWords, shown } from "./words.ts";

/** `clawdia providers`: the messaging networks and their accounts. */

const network = { type: "positional", required: true, description: "The network, for instance telegram" } as const;
const account = { type: "string", description: "Short name of the account (default main)", valueHint: "NAME" } as const;

export const providersCommand = defineCommand({
  meta: { name: "providers", description: "Link messaging networks and see how they are" },
  default: "list",
  subCommands: {
    list: defineCommand({
      meta: { name: "list", description: "List the accounts and how they are" },
      args: { probe: { type: "boolean", description: "Ask every network now" }, ...gatewayFlags },
      run: ({ args }) => list(args.probe === true, args),
    }),
    add: defineCommand({
      meta: { name: "add", description: "Link an account; a secret may come on standard input" },
      args: { network, account, ...gatewayFlags },
      run: ({ args }) => add(args.network, args.account ?? "main", args),
    }),
    remove: defineCommand({
      meta: { name: "remove", description: "Close an account and delete its credentials" },
      args: { network, account, ...gatewayFlags },
      run: ({ args }) => remove(args.network, args.account ?? "main", args),
    }),
  },
});

type Progress = ResultOf<Methods["channels.login.start"]>;

async function list(probe: boolean, flags: GatewayFlags): Promise<void> {
  const status = await withGateway(flags, ({ call }) => call("channels.status", { probe }));
  if (flags.json) return printJson(status);
  const rows = status.channelOrder.flatMap((id) =>
    (status.channelAccounts[id] ?? []).map((one) => [
      `${id}/${word(one["accountId"])}`,
      word(one["handle"] ?? one["name"]),
      stateWords(one),
      agoWords(one["lastInboundAt"] as number | undefined, status.ts),
    ]),
  );
  if (rows.length === 0) {
    const names = status.channelOrder.join(", ");
    printLine(`No network is linked yet. There is: ${names === "" ? "none" : names}.`);
    printLine(`Link one: clawdia providers add ${status.channelOrder[0] ?? "telegram"}`);
    return;
  }
  printTable(["ACCOUNT", "WHO", "STATE", "LAST MESSAGE"], rows);
  for (const id of status.channelOrder) {
    for (const one of status.channelAccounts[id] ?? []) {
      if (one["cure"]) printLine(`${paint("yellow", "→")} ${word(one["cure"])}`);
    }
  }
}

function stateWords(one: Readonly<Record<string, unknown>>): string {
  const { state, lastError, probe } = one;
  const failedProbe = (probe as { ok?: boolean; error?: string } | undefined)?.ok === false;
  if (failedProbe) return paint("red", `no answer: ${word((probe as { error?: string }).error)}`);
  if (state === "connected") return paint("green", "connected");
  return paint(
    state === "logged-out" ? "red" : "yellow",
    lastError ? `${word(state)}: ${word(lastError)}` : word(state),
  );
}

function word(value: unknown): string {
  return typeof value === "string" ? shown(value, 120) : "";
}

async function add(channel: string, accountId: string, flags: GatewayFlags): Promise<void> {
  const done = await withGateway(flags, async ({ call }) => {
    let progress = await call("channels.login.start", { channel, accountId });
    while (!progress.done) progress = await answer(progress, call);
    return progress.done;
  });
  if (flags.json) return printJson({ channel, accountId, ...done });
  printLine(`${paint("green", "linked")} ${channel}/${accountId}: ${shown(done.name)}. ${shown(done.message)}`);
}

/** One step: asks the person, or waits for the network. */
async function answer({ loginId, step }: Progress, call: Connected["call"]): Promise<Progress> {
  if (step?.kind === "ask") {
    const label = shown(step.label);
    if (step.help) printLine(shown(step.help));
    const value = step.isSecret ? await secretFromInput(label) : await asked(label);
    if (value.trim() === "") {
      await call("channels.login.cancel", { loginId });
      throw refused("nothing was given", "the same command again");
    }
    return call("channels.login.next", { loginId, value: value.trim() });
  }
  if (step?.kind === "qr") printCode(step.text ?? "");
  if (step?.message ?? step?.help) printLine(shown(step?.message ?? step?.help));
  return call("channels.login.next", { loginId }, { timeoutMs: loginStepMs });
}

/** As a drawing to scan, or as its text where it does not fit. */
function printCode(text: string): void {
  const lines = qrLines(text, hasColor(), columnsMax());
  printLine(lines ? lines.join("\n") : shown(text, 4096));
}

/** A step that waits for a person with a phone. */
const loginStepMs = 180_000;

async function remove(channel: string, accountId: string, flags: GatewayFlags): Promise<void> {
  const result = await withGateway(flags, ({ call }) => call("channels.logout", { channel, accountId }));
  if (flags.json) return printJson(result);
  printLine(`${channel}/${accountId} is closed${result.cleared ? ", and its credentials are deleted" : ""}.`);
}
