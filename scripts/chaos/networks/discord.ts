import { DiscordDouble } from "../../../test/doubles/discord/discord-double.ts";
import type { Person } from "../../../test/doubles/discord/person.ts";
import type { ChaosNetwork, ChaosPerson } from "../network.ts";

/** Often, so that what the gateway says to have is known soon. */
const beatMs = 100;

/** Discord drops a repetition by its nonce, and its history tells of what is older: nothing is held. */
export async function discordNetwork(peopleCount: number): Promise<ChaosNetwork> {
  const discord = await DiscordDouble.start({ beatMs });
  const people = Array.from({ length: peopleCount }, (_, index) =>
    chaosPerson(discord, discord.person(`Discord ${index}`)),
  );
  return {
    id: "discord",
    identity: "reconcilable",
    settings: { botToken: discord.token, apiRoot: discord.apiRoot },
    secrets: {},
    people,
    // What a stranger says directly before there is a session that can go on, Discord shows to no bot.
    link: () => discord.whenAtWork(),
    [Symbol.asyncDispose]: () => discord[Symbol.asyncDispose](),
  };
}

function chaosPerson(discord: DiscordDouble, person: Person): ChaosPerson {
  return {
    name: person.user.username,
    says: async (text) => {
      const id = await Promise.resolve(person.says(text));
      return { isTaken: () => discord.hasAcknowledged(id) || discord.wasReadInHistory(id) };
    },
    hears: () => person.sees().flatMap(({ isFromBot, text }) => (isFromBot ? [text] : [])),
  };
}
