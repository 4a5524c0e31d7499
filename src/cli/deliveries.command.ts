import { defineCommand } from "citty";
import { realClock } from "../lib/index.ts";
import { withGateway } from "./connected.ts";
import { refused } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson, printLine } from "./print.ts";
import { paint } from "./style.ts";
import { printTable } from "./table.ts";
import { agoWords, gist, shown } from "./words.ts";

/** `clawdia deliveries`: messages on their way out, and those that need somebody. */

export const deliveriesCommand = defineCommand({
  meta: { name: "deliveries", description: "See messages on their way out, and decide over those that got stuck" },
  default: "list",
  subCommands: {
    list: defineCommand({
      meta: { name: "list", description: "List those that need a decision; --all for the newest ones" },
      args: { all: { type: "boolean", description: "All, newest first" }, ...gatewayFlags },
      run: ({ args }) => list(args.all === true, args),
    }),
    resolve: defineCommand({
      meta: { name: "resolve", description: "Send a message again, say that it arrived, or drop it" },
      args: {
        id: { type: "positional", required: true, description: "Id of the delivery" },
        decision: { type: "positional", required: true, description: "resend, arrived or drop" },
        ...gatewayFlags,
      },
      run: ({ args }) => resolve(args.id, args.decision, args),
    }),
  },
});

const decisions = ["resend", "arrived", "drop"] as const;

async function list(all: boolean, flags: GatewayFlags): Promise<void> {
  const { deliveries } = await withGateway(flags, ({ call }) => call("deliveries.list", { troubled: !all }));
  if (flags.json) return printJson({ deliveries });
  if (deliveries.length === 0) return printLine(all ? "Nothing was sent yet." : "Every message arrived.");
  const nowMs = realClock.nowMs();
  printTable(
    ["ID", "TO", "STATE", "WHEN", "MESSAGE", "WHY"],
    deliveries.map(({ id, channel, to, state, createdAtMs, preview, error }) => [
      shown(id),
      `${channel}:${shown(to)}`,
      state,
      agoWords(createdAtMs, nowMs),
      gist(preview).slice(0, 40),
      gist(error).slice(0, 60),
    ]),
  );
  if (!all) printLine(`${paint("yellow", "→")} clawdia deliveries resolve ID resend|arrived|drop`);
}

async function resolve(id: string, decision: string, flags: GatewayFlags): Promise<void> {
  const known = decisions.find((one) => one === decision);
  if (!known) throw refused(`"${shown(decision)}" is no decision`, "resend, arrived or drop");
  await withGateway(flags, ({ call }) => call("deliveries.resolve", { id, decision: known }));
  if (flags.json) return printJson({ ok: true });
  printLine({ resend: "It is sent again.", arrived: "It counts as delivered.", drop: "It is dropped." }[known]);
}
