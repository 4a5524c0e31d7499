import { defineCommand } from "citty";
import { withGateway } from "./connected.ts";
import { exitCodes } from "./exit-codes.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { glyphsFor } from "./glyphs.ts";
import { printJson, printLine } from "./print.ts";
import { paint } from "./style.ts";
import type { Activity } from "./status-picture.ts";
import { printFacts } from "./table.ts";
import { agoWords, shown } from "./words.ts";

/** `clawdia health`: is it well? Exit code 0 means yes; 1 that somebody is needed. */
export const healthCommand = defineCommand({
  meta: { name: "health", description: "Say whether the gateway and its networks are well" },
  args: gatewayFlags,
  run: ({ args }) => showHealth(args),
});

type Network = Activity["networks"][number];

/** What is wrong, in words, and the command that helps; without one it helps itself. */
interface Trouble {
  readonly what: string;
  readonly cure: string | undefined;
}

async function showHealth(flags: GatewayFlags): Promise<void> {
  const { health, networks } = await withGateway(flags, async ({ call }) => {
    const [measured, status] = await Promise.all([call("health", { probe: true }), call("status", {})]);
    return { health: measured, networks: status.activity?.networks ?? [] };
  });
  const troubles = [
    ...(health.store ? [{ what: `nothing new is accepted: ${health.store.reason}`, cure: health.store.cure }] : []),
    ...(health.config ? [{ what: health.config.reason, cure: health.config.cure }] : []),
    ...networks.flatMap(troubleOf),
  ];
  const isWell = troubles.every(({ cure }) => cure === undefined);
  if (!isWell) process.exitCode = exitCodes.refused;
  if (flags.json) return printJson({ ...health, networks, troubles });
  const word = isWell
    ? paint("green", troubles.length === 0 ? "well" : "well, but not all of it")
    : paint("red", "unwell");
  printLine(`${word}, measured in ${health.durationMs} ms`);
  const { next, troubled } = glyphsFor();
  for (const { what, cure } of troubles) {
    printLine(`${paint("yellow", troubled)} ${shown(what, 1024)}`);
    printLine(`  ${next} ${cure === undefined ? "it tries again by itself" : paint("cyan", shown(cure, 1024))}`);
  }
  const latest = health.sessions.recent[0];
  const lastUsed = latest ? `, last used ${agoWords(latest.updatedAt, health.ts)}` : "";
  printFacts([
    ["networks", networks.map(({ label, state }) => `${shown(label)} ${shown(state)}`).join(", ") || "none"],
    ["agents", health.agents.map(({ agentId, name }) => shown(name ?? agentId)).join(", ")],
    ["sessions", `${health.sessions.count}${lastUsed}`],
  ]);
}

function troubleOf({ label, state, reason, cure }: Network): Trouble[] {
  if (state === "connected" || state === "stopped" || state === "connecting") return [];
  return [{ what: `${label}: ${state}${reason === undefined ? "" : `: ${reason}`}`, cure }];
}
