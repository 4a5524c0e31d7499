import type { ChaosNetwork } from "./network.ts";
import { signalNetwork } from "./networks/signal.ts";
import { discordNetwork } from "./networks/discord.ts";
import { imessageNetwork } from "./networks/imessage.ts";
import { slackNetwork } from "./networks/slack.ts";
import { telegramNetwork } from "./networks/telegram.ts";
import { whatsappNetwork } from "./networks/whatsapp.ts";

/** Every network that the chaos run can have, by the provider's id. Add yours here. */
const makers: Readonly<Record<string, (peopleCount: number) => Promise<ChaosNetwork>>> = {
  telegram: telegramNetwork,
  whatsapp: whatsappNetwork,
  signal: signalNetwork,
  discord: discordNetwork,
  imessage: imessageNetwork,
  slack: slackNetwork,
};

export const chaosNetworkIds = Object.keys(makers);

/** Opens the named networks with that many people in all, shared out evenly. */
export async function openNetworks(ids: readonly string[], peopleCount: number): Promise<readonly ChaosNetwork[]> {
  const each = Math.ceil(peopleCount / ids.length);
  return Promise.all(
    ids.map((id) => {
      const make = makers[id];
      if (!make) throw new Error(`no network "${id}" here: one of ${chaosNetworkIds.join(", ")}`);
      return make(each);
    }),
  );
}
