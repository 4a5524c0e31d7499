import { accountDefaults, type Config, defaultConfig } from "../../src/config/index.ts";
import type { SimNetwork } from "./sim-network.ts";

/** How the simulated gateway is set up. Its choices turn with the seed. */

export const approvedSenders = ["7", "8", "9"] as const;
export const groupId = "g1";

export function houseConfig(seed: number, networks: readonly SimNetwork[]): Config {
  const usual = defaultConfig();
  const account = {
    ...accountDefaults("telegram"),
    mode: "polling" as const,
    apiRoot: "https://x.example",
    allowFrom: [...approvedSenders],
    groups: { "*": { enabled: true, requireMention: true } },
    ackScope: "off" as const,
  };
  const accounts = networks.map(({ id, provider }) => {
    const isEdited = provider.can.identity === "idempotent";
    return [id, { enabled: true, accounts: { main: { ...account, streaming: isEdited ? "edit" : "off" } } }] as const;
  });
  return {
    ...usual,
    messages: { ...usual.messages, queueMode: seed % 2 === 0 ? "followup" : "collect", queueMax: 64 },
    session: { ...usual.session, dmScope: seed % 3 === 0 ? "main" : "per-peer", resetMode: "daily", resetHour: 4 },
    providers: { ...usual.providers, ...Object.fromEntries(accounts) },
  };
}
