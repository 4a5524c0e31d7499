import { faultCommands } from "../control/fault-commands.ts";
import { known } from "../control/serve.ts";
import type { CallRecord } from "./call-log.ts";
import type { DiscordDouble } from "./discord-double.ts";
import type { FaultRule } from "./faults.ts";
import type { Guild } from "./guild.ts";
import type { Attachment, Manner, Person, SeenMessage, Where } from "./person.ts";
import type { Json, WireUser } from "./wire.ts";

/** Everything that another process can have the double do. What waits answers when it has happened. */
export function controlCommands(discord: DiscordDouble) {
  return { ...peopleCommands(discord), ...weatherCommands(discord) };
}

function peopleCommands(discord: DiscordDouble) {
  const people = new Map<string, Person>();
  const guilds = new Map<string, Guild>();
  const who = ({ person }: By) => known(people.get(person), `person ${person}`);
  const which = ({ guild }: { readonly guild: string }) => known(guilds.get(guild), `server ${guild}`);
  return {
    person: async ({ name }: { readonly name: string }): Promise<string> => {
      const person = discord.person(name);
      people.set(person.id, person);
      return person.id;
    },
    guild: async ({ title }: { readonly title: string }): Promise<string> => {
      const guild = discord.guild(title);
      guilds.set(guild.id, guild);
      return guild.id;
    },
    channel: async (asked: { readonly guild: string; readonly name: string }): Promise<string> =>
      which(asked).channel(asked.name).id,
    says: async (asked: By & Manner & { readonly text: string }): Promise<string> => who(asked).says(asked.text, asked),
    sendsFile: async (asked: By & Manner & { readonly file: Attachment; readonly text?: string }): Promise<string> =>
      who(asked).sendsFile(asked.file, asked.text, asked),
    edits: async (asked: By & Where & To & { readonly text: string }): Promise<void> =>
      who(asked).edits(asked.messageId, asked.text, asked),
    reacts: async (asked: By & Where & To & { readonly emoji: string }): Promise<void> =>
      who(asked).reacts(asked.messageId, asked.emoji, asked),
    /** Answers once the bot answered the press. */
    presses: (asked: By & Where & To & { readonly button: string }): Promise<Json> =>
      who(asked).presses(asked.messageId, asked.button, asked).answered,
    commands: (asked: By & Where & { readonly name: string; readonly args?: string }): Promise<Json> =>
      who(asked).commands(asked.name, asked.args, asked).answered,
    hears: (asked: By & Where & { readonly count?: number }): Promise<SeenMessage[]> =>
      who(asked).hears(asked.count, asked),
    reads: (asked: By & Where & { readonly text: string }): Promise<SeenMessage> => who(asked).reads(asked.text, asked),
    sees: async (asked: By & Where): Promise<SeenMessage[]> => who(asked).sees(asked),
  };
}

/** What goes wrong, and what is remembered. */
function weatherCommands(discord: DiscordDouble) {
  return {
    about: async (): Promise<About> => {
      const { token, apiRoot, bot } = discord;
      return { token, apiRoot, bot };
    },
    ...faultCommands<FaultRule>(discord),
    goDown: async (): Promise<void> => discord.goDown(),
    comeBack: (): Promise<void> => discord.comeBack(),
    cutConnections: async (): Promise<void> => discord.cutConnections(),
    closeGateway: async ({ code }: { readonly code: number }): Promise<void> => discord.closeGateway(code),
    askReconnect: async (): Promise<void> => discord.askReconnect(),
    invalidateSession: async (): Promise<void> => discord.invalidateSession(),
    forgetSessions: async (): Promise<void> => discord.forgetSessions(),
    revokeToken: async (): Promise<void> => discord.revokeToken(),
    restoreToken: async (): Promise<void> => discord.restoreToken(),
    calls: async ({ method }: { readonly method?: string }): Promise<readonly CallRecord[]> => discord.calls(method),
  };
}

interface By {
  /** The id of a person. */
  readonly person: string;
}

interface To {
  readonly messageId: string;
}

interface About {
  readonly token: string;
  readonly apiRoot: string;
  readonly bot: WireUser;
}

export type ControlCommands = ReturnType<typeof controlCommands>;
