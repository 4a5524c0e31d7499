import { defineCommand } from "citty";
import type { Methods } from "../gateway/index.ts";
import { realClock, spanWords } from "../lib/index.ts";
import type { ResultOf } from "../protocol/index.ts";
import { withGateway } from "./connected.ts";
import { wholeNumber } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson, printLine } from "./print.ts";
import { printFacts } from "./table.ts";
import { agoWords, gist, shown } from "./words.ts";

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

type Heartbeat = ResultOf<Methods["last-heartbeat"]>;

const waitMaxMs = 600_000;
const asked = "The owner asks you to look after things now.";

async function last(flags: GatewayFlags): Promise<void> {
  const { event, agents, model } = await withGateway(flags, async ({ call }) => {
    const { heartbeat, gateway } = await call("status", {});
    return { event: await call("last-heartbeat", {}), agents: heartbeat.agents, model: gateway.model };
  });
  if (flags.json) return printJson({ last: event, agents });
  const beating = agents.filter(({ enabled }) => enabled);
  const noModel = model === "builtin/echo" ? "off: no language model is connected: clawdia models choose" : "off";
  printFacts([
    [
      "heartbeats",
      beating.map(({ agentId, everyMs }) => `${agentId}: every ${spanWords(everyMs ?? 0)}`).join(", ") || noModel,
    ],
    ["last", event === null ? "none yet" : `${event.status}, ${agoWords(event.ts, realClock.nowMs())}`],
    ...wordsOf(event),
  ]);
}

async function set(enabled: boolean, flags: GatewayFlags): Promise<void> {
  const result = await withGateway(flags, ({ call }) => call("set-heartbeats", { enabled }));
  if (flags.json) return printJson(result);
  printLine(
    enabled ? "Heartbeats are on." : "Heartbeats are off until the gateway starts again; for good: heartbeat.every 0m.",
  );
}

/** Waits for what comes of it, as long as --timeout allows. */
async function now(text: string | undefined, flags: GatewayFlags): Promise<void> {
  const heard = Promise.withResolvers<Heartbeat>();
  const waitMs = wholeNumber("timeout", flags.timeout) ?? waitMaxMs;
  const event = await withGateway(
    flags,
    async ({ call }) => {
      await call("wake", { mode: "now", text: text ?? asked });
      const late = new AbortController();
      const over = realClock.sleep(waitMs, late.signal).then(
        () => undefined,
        () => undefined,
      );
      return Promise.race([heard.promise, over]).finally(() => late.abort());
    },
    (frame) => frame.event === "heartbeat" && heard.resolve(frame.payload as Heartbeat),
  );
  if (flags.json) return printJson({ ok: true, last: event ?? null });
  if (!event) return printLine("The agent is still at it. What came of it: clawdia heartbeat last");
  printFacts([["heartbeat", event.status], ...wordsOf(event)]);
}

function wordsOf(event: Heartbeat): [string, string | undefined][] {
  return [
    ["why", shown(event?.reason)],
    ["told", event?.to === undefined ? undefined : `${shown(event.channel)}:${shown(event.to)}`],
    ["said", gist(event?.preview)],
  ];
}
