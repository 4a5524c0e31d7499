import { defineCommand } from "citty";
import { realClock } from "../lib/index.ts";
import { withGateway } from "./connected.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson, printLine } from "./print.ts";
import { printTable } from "./table.ts";
import { agoWords, gist, shown } from "./words.ts";

/** `clawdia inbox`: what came in, what became of it, and why something was not answered. */
export const inboxCommand = defineCommand({
  meta: { name: "inbox", description: "Show messages that came in, and why one was not answered" },
  args: {
    state: { type: "string", description: "Only these: ignored, held, context, done …", valueHint: "STATE" },
    network: { type: "string", description: "Only of this network", valueHint: "NAME" },
    ...gatewayFlags,
  },
  run: ({ args }) => list(args.state, args.network, args),
});

async function list(state: string | undefined, channel: string | undefined, flags: GatewayFlags): Promise<void> {
  const params = { ...(state !== undefined && { state }), ...(channel !== undefined && { channel }) };
  const { messages } = await withGateway(flags, ({ call }) => call("inbox.list", params));
  if (flags.json) return printJson({ messages });
  if (messages.length === 0) return printLine("No message came in yet.");
  const nowMs = realClock.nowMs();
  printTable(
    ["WHEN", "FROM", "MESSAGE", "STATE", "WHY"],
    messages.map((message) => [
      agoWords(message.receivedAtMs, nowMs),
      `${message.channel}:${shown(message.senderName ?? message.senderId, 40)}`,
      gist(message.preview).slice(0, 40),
      message.state,
      gist(message.reason).slice(0, 80),
    ]),
  );
}
