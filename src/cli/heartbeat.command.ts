import { defineCommand } from "citty";
import { realClock } from "../lib/index.ts";
import { withGateway } from "./connected.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson, printLine } from "./print.ts";
import { printFacts } from "./table.ts";
import { agoWords, gist, shown, spanWords } from "./words.ts";

/** `clawdia heartbeat`: the agent looks after things now and then. */

export const heartbeatCommand = defineCommand({
  meta: { name: "heartbeat", description: "The agent looks after things by itself now and then" },
  default: "last",
  subCommands: {
    last: defineCommand({
      meta: { name: "last", description: "Show what the last heartbeat did" },
      args: gatewayFlags,
      run: ({ args }) => last(args),
    }),
    on: defineCommand({
      meta: { name: "on", description: "Switch heartbeats on again" },
      args: gatewayFlags,
      run: ({ args }) => set(true, args),
    }),
    off: defineCommand({
      meta: { name: "off", description: "Switch heartbeats off until the gateway starts again" },
      args: gatewayFlags,
      run: ({ args }) => set(false, args),
    }),
    now: defineCommand({
      meta: { name: "now", description: "Let the agent look after things now" },
      args: {
        text: { type: "string", description: "What it should know", valueHint: "TEXT" },
        ...gatewayFlags,
      },
      run: ({ args }) => now(args.text, args),
    }),
  },
});

const asked = "The owner asks you to look after things now.";

async function last(flags: GatewayFlags): Promise<void> {
  const { event, agents } = await withGateway(flags, async ({ call }) => ({
    event: await call("last-heartbeat", {}),
    agents: (await call("status", {})).heartbeat.agents,
  }));
  if (flags.json) return printJson({ last: event, agents });
  const beating = agents.filter(({ enabled }) => enabled);
  printFacts([
    [
      "heartbeats",
      beating.map(({ agentId, everyMs }) => `${agentId}: every ${spanWords(everyMs ?? 0)}`).join(", ") || "off",
    ],
    ["last", event === null ? "none yet" : `${event.status}, ${agoWords(event.ts, realClock.nowMs())}`],
    ["why", shown(event?.reason)],
    ["told", event?.to === undefined ? undefined : `${shown(event.channel)}:${shown(event.to)}`],
    ["said", gist(event?.preview)],
  ]);
}

async function set(enabled: boolean, flags: GatewayFlags): Promise<void> {
  const result = await withGateway(flags, ({ call }) => call("set-heartbeats", { enabled }));
  if (flags.json) return printJson(result);
  printLine(
    enabled ? "Heartbeats are on." : "Heartbeats are off until the gateway starts again; for good: heartbeat.every 0m.",
  );
}

async function now(text: string | undefined, flags: GatewayFlags): Promise<void> {
  const result = await withGateway(flags, ({ call }) => call("wake", { mode: "now", text: text ?? asked }));
  if (flags.json) return printJson(result);
  printLine("The agent looks after things. What came of it: clawdia heartbeat last");
}
