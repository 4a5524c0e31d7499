import { defineCommand } from "citty";
import { processEnvironment } from "../config/index.ts";
import type { Methods } from "../gateway/index.ts";
import { realClock } from "../lib/index.ts";
import type { ResultOf } from "../protocol/index.ts";
import { Tailscale, troubleOf } from "../tailscale/index.ts";
import { withGateway } from "./connected.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { addressOf, adviceFor } from "./outside-address.ts";
import { printJson, printLine } from "./print.ts";
import { qrLines } from "./qr-code.ts";
import { hasColor, paint } from "./style.ts";
import { shown } from "./words.ts";

/** `clawdia remote`: how another device gets in, and a code that lets exactly one in. */

const access = ["full", "limited", "node"] as const;

export const remoteCommand = defineCommand({
  meta: { name: "remote", description: "Let one more device in: a link and a code that work once, for five minutes" },
  args: {
    address: { type: "string", description: "The gateway as that device reaches it", valueHint: "http(s)://HOST" },
    access: {
      type: "enum",
      options: [...access],
      description: "What it may do: full (browsers and apps), limited (an app that only talks and approves), node",
      valueHint: "WHAT",
    },
    ...gatewayFlags,
  },
  run: ({ args }) => letIn(args.access ?? "full", args.address, args),
});

async function letIn(wanted: (typeof access)[number], address: string | undefined, flags: GatewayFlags) {
  const publicUrl = address === undefined ? undefined : addressOf(address);
  const { made, isLocal, front } = await withGateway(flags, async ({ call, target }) => ({
    made: await call("device.pair.setupCode", {
      joinUrl: true,
      ...(publicUrl !== undefined && { publicUrl }),
      ...(wanted !== "full" && { bootstrapProfile: wanted }),
    }),
    isLocal: target.isLocal,
    front: (await call("status", {})).gateway.tailscale,
  }));
  if (flags.json) return printJson(made);
  const { gatewayUrl, joinUrl = "", setupCode } = made;
  // A browser's page asks for all that an owner may do.
  if (wanted === "full") printCode("Browser: open this link, or scan it", joinUrl);
  if (wanted === "node") printCode("Screen: open this link in its browser, or scan it", joinUrl);
  printCode(wanted === "node" ? "Node: give it this setup code, or scan it" : "App: its setup code", setupCode);
  printLine(`${paint("yellow", "→")} It lets one device in, once, within five minutes; then: clawdia devices`);
  const lines = [
    ...(publicUrl === undefined ? await tailscaleAdvice(front, isLocal) : []),
    ...adviceFor(new URL(gatewayUrl)),
  ];
  for (const line of lines) printLine(`${paint("yellow", "→")} ${line}`);
}

type Front = ResultOf<Methods["status"]>["gateway"]["tailscale"];

/** Where Tailscale leads here already, why it does not, or how it would. */
async function tailscaleAdvice(front: Front, isLocal: boolean): Promise<string[]> {
  if (front?.url !== undefined)
    return front.mode === "serve"
      ? ["This address is for the machines of your tailnet: the other one needs Tailscale"]
      : [];
  if (front) return front.reason === undefined ? [] : [shown(`${front.reason} (${front.mode}): ${front.cure}`, 1024)];
  const tailscale = new Tailscale({ environment: processEnvironment(), clock: realClock });
  if (!isLocal || tailscale.program === undefined) return [];
  const status = await tailscale.status();
  const name = status.kind === "answer" && !troubleOf(status.value) ? status.value.name : undefined;
  if (name === undefined) return [];
  return [
    `Tailscale is here: clawdia config set gateway.tailscale.mode serve makes it https://${name} for your own machines`,
  ];
}

function printCode(what: string, text: string): void {
  printLine(`${paint("bold", what)}:`);
  const { columns, isTTY } = process.stdout;
  const drawn = isTTY ? qrLines(text, hasColor(), columns) : undefined;
  for (const line of drawn ?? []) printLine(line);
  printLine(`  ${shown(text, 8192)}`);
  printLine();
}
