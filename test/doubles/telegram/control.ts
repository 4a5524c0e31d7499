import { faultCommands } from "../control/fault-commands.ts";
import { known } from "../control/serve.ts";
import type { CallRecord } from "./call-log.ts";
import type { FaultRule } from "./faults.ts";
import type { Attachment, Manner, Person, Pressed, Where } from "./person.ts";
import type { SeenMessage } from "./seen.ts";
import type { NewGroup, NewPerson, TelegramDouble } from "./telegram-double.ts";
import type { Group } from "./group.ts";
import type { Injected } from "./updates.ts";
import type { Json, WireUser } from "./wire.ts";

/** Everything that another process can have the double do. What waits answers when it has happened. */
export function controlCommands(telegram: TelegramDouble) {
  return { ...peopleCommands(telegram), ...weatherCommands(telegram) };
}

function peopleCommands(telegram: TelegramDouble) {
  const people = new Map<number, Person>();
  const groups = new Map<number, Group>();
  const who = ({ person }: By) => known(people.get(person), `person ${person}`);
  const which = ({ chat }: In) => known(groups.get(chat), `group ${chat}`);
  return {
    person: async (asked: NewPerson): Promise<number> => {
      const person = telegram.person(asked);
      people.set(person.id, person);
      return person.id;
    },
    group: async (asked: NewGroup): Promise<number> => {
      const group = await telegram.group(asked);
      groups.set(group.id, group);
      return group.id;
    },
    topic: (asked: In & { readonly name: string }): Promise<number> => which(asked).topic(asked.name),
    migrate: async (asked: In): Promise<number> => {
      const moved = await which(asked).migrates();
      groups.set(moved.id, moved);
      return moved.id;
    },
    says: (asked: By & Manner & { readonly text: string }): Promise<Injected> => who(asked).says(asked.text, asked),
    sendsMedia: (asked: By & Manner & { readonly file: Attachment }): Promise<Injected> =>
      who(asked).sendsMedia(asked.file, asked),
    sendsAlbum: (asked: By & Manner & { readonly files: readonly Attachment[] }): Promise<Injected[]> =>
      who(asked).sendsAlbum(asked.files, asked),
    sends: (asked: By & Manner & { readonly content: Json }): Promise<Injected> =>
      who(asked).sends(asked.content, asked),
    edits: (asked: By & Where & To & { readonly text: string }): Promise<number | undefined> =>
      who(asked).edits(asked.messageId, asked.text, asked),
    reacts: (asked: By & Where & To & { readonly emoji: string | null }): Promise<number | undefined> =>
      who(asked).reacts(asked.messageId, asked.emoji, asked),
    /** Answers once the bot answered the press. */
    presses: async (asked: By & Where & To & { readonly button: string }): Promise<PressAnswer> => {
      const { answered } = await who(asked).presses(asked.messageId, asked.button, asked);
      return answered;
    },
    hears: (asked: By & Where & { readonly count?: number }): Promise<SeenMessage[]> =>
      who(asked).hears(asked.count, asked),
    reads: (asked: By & Where & { readonly text: string }): Promise<SeenMessage> => who(asked).reads(asked.text, asked),
    messages: async ({ chat }: In): Promise<SeenMessage[]> => telegram.messages(chat),
    blocksBot: (asked: By): Promise<number | undefined> => who(asked).blocksBot(),
    unblocksBot: (asked: By): Promise<number | undefined> => who(asked).unblocksBot(),
    inject: ({ kind, content }: { readonly kind: string; readonly content: Json }): Promise<number | undefined> =>
      telegram.inject(kind, content),
  };
}

/** What goes wrong, and what is remembered. */
function weatherCommands(telegram: TelegramDouble) {
  return {
    about: async (): Promise<About> => {
      const { token, apiRoot, bot, confirmed } = telegram;
      return { token, apiRoot, bot, confirmed };
    },
    ...faultCommands<FaultRule>(telegram),
    goDown: async (): Promise<void> => telegram.goDown(),
    comeBack: (): Promise<void> => telegram.comeBack(),
    cutConnections: async (): Promise<void> => telegram.cutConnections(),
    revokeToken: async (): Promise<void> => telegram.revokeToken(),
    restoreToken: async (): Promise<void> => telegram.restoreToken(),
    pollElsewhere: (): Promise<void> => telegram.pollElsewhere(),
    calls: async ({ method }: { readonly method?: string }): Promise<readonly CallRecord[]> => telegram.calls(method),
    /** Answers once the bot took every update up to this one. */
    confirmed: ({ updateId }: { readonly updateId: number }): Promise<true> =>
      telegram.until(() => telegram.confirmed >= updateId || undefined),
  };
}

interface By {
  /** The id of a person. */
  readonly person: number;
}

interface In {
  readonly chat: number;
}

interface To {
  readonly messageId: number;
}

type PressAnswer = Awaited<Pressed["answered"]>;

interface About {
  readonly token: string;
  readonly apiRoot: string;
  readonly bot: WireUser;
  readonly confirmed: number;
}

export type ControlCommands = ReturnType<typeof controlCommands>;
