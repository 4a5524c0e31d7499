import { defineCommand } from "citty";
import { withGateway } from "./connected.ts";
import { exitCodes } from "./exit-codes.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson, printLine } from "./print.ts";
import { paint } from "./style.ts";
import { printFacts } from "./table.ts";
import { agoWords, shown } from "./words.ts";

/** `clawdia health`: is it well? Exit code 0 means yes. */
export const healthCommand = defineCommand({
  meta: { name: "health", description: "Say whether the gateway and its networks are well" },
  args: gatewayFlags,
  run: ({ args }) => showHealth(args),
});

async function showHealth(flags: GatewayFlags): Promise<void> {
  const health = await withGateway(flags, ({ call }) => call("health", { probe: true }));
  const isWell = !health.store && !health.config;
  if (!isWell) process.exitCode = exitCodes.refused;
  if (flags.json) return printJson(health);
  const latest = health.sessions.recent[0];
  printLine(`${isWell ? paint("green", "well") : paint("red", "unwell")}, measured in ${health.durationMs} ms`);
  const lastUsed = latest ? `, last used ${agoWords(latest.updatedAt, health.ts)}` : "";
  printFacts([
    ["store", health.store && `nothing new is accepted: ${health.store.reason}`],
    ["config", health.config && shown(health.config.reason, 1024)],
    ["networks", health.channelOrder.map((id) => shown(health.channelLabels[id] ?? id)).join(", ") || "none"],
    ["agents", health.agents.map(({ agentId, name }) => shown(name ?? agentId)).join(", ")],
    ["sessions", `${health.sessions.count}${lastUsed}`],
  ]);
  for (const trouble of [health.store, health.config]) {
    if (trouble) printLine(`${paint("yellow", "→")} ${shown(trouble.cure, 1024)}`);
  }
}
