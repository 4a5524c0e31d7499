import { accountDefaults } from "../../src/config/index.ts";
import type { Clock } from "../../src/lib/index.ts";
import type { Provider } from "../../src/providers/index.ts";
import { type OpenHouse, openHouse } from "../../test/open-house.ts";

/** The house that works while it is recorded, and that wakes up on what a power cut left. */
export function openOn(stateDir: string, provider: Provider, clock?: Clock): Promise<OpenHouse> {
  const main = { ...accountDefaults("telegram"), mode: "polling" as const, apiRoot: "https://telegram.example" };
  return openHouse({
    stateDir,
    providers: [provider],
    accounts: { main: { ...main, dmPolicy: "open", allowFrom: ["*"], debounceMs: 0, streaming: "off" } },
    messages: { typing: "never" },
    session: { dmScope: "per-peer" },
    ...(clock && { clock }),
  });
}
