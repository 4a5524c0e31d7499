import { faultCommands } from "../control/fault-commands.ts";
import { known } from "../control/serve.ts";
import type { Json } from "../telegram/wire.ts";
import type { CallRecord } from "./call-log.ts";
import type { FaultRule } from "./faults.ts";
import type { NewFile, Person, Where } from "./person.ts";
import type { Chat, SlackDouble } from "./slack-double.ts";
import type { SeenMessage } from "./workspace.ts";

/** Everything that another process can have the double do. What waits answers when it has happened. */
export function controlCommands(slack: SlackDouble) {
  return { ...peopleCommands(slack), ...weatherCommands(slack) };
}

function peopleCommands(slack: SlackDouble) {
  const people = new Map<string, Person>();
  const who = ({ person }: By) => known(people.get(person), `person ${person}`);
  return {
    person: async ({ name }: { readonly name: string }): Promise<string> => {
      const person = await slack.person(name);
      people.set(person.id, person);
      return person.id;
    },
    /** The id of the direct chat of a person with the app. */
    direct: async (asked: By): Promise<string> => who(asked).directId,
    channel: (asked: { readonly name: string; readonly people: readonly string[] }): Promise<Chat> =>
      slack.channel(
        asked.name,
        asked.people.map((person) => who({ person })),
      ),
    says: async (asked: By & Where & { readonly text: string }): Promise<string> =>
      (await who(asked).says(asked.text, asked)).ts,
    sendsFile: async (asked: By & Where & { readonly file: NewFile }): Promise<string> =>
      (await who(asked).sendsFile(asked.file, asked)).ts,
    edits: async (asked: By & Where & To & { readonly text: string }): Promise<string> =>
      (await who(asked).edits(asked.ts, asked.text, asked)).id,
    reacts: async (asked: By & Where & To & { readonly name: string }): Promise<string> =>
      (await who(asked).reacts(asked.ts, asked.name, asked)).id,
    /** Answers once the press was taken. */
    presses: async (asked: By & Where & To & { readonly button: string }): Promise<true> => {
      const delivery = who(asked).presses(asked.ts, asked.button, asked);
      return slack.until(() => delivery.isTaken || undefined);
    },
    commands: async (asked: By & Where & { readonly command: string; readonly text: string }): Promise<true> => {
      const delivery = who(asked).commands(asked.command, asked.text, asked);
      return slack.until(() => delivery.isTaken || undefined);
    },
    hears: (asked: By & Where & { readonly count?: number }): Promise<SeenMessage[]> =>
      who(asked).hears(asked.count, asked),
    reads: (asked: By & Where & { readonly text: string }): Promise<SeenMessage> => who(asked).reads(asked.text, asked),
    messages: async ({ chat }: { readonly chat: string }): Promise<SeenMessage[]> => slack.messages(chat),
    inject: async ({ event }: { readonly event: Json }): Promise<string> => slack.inject(event).id,
    /** Answers once the app acknowledged the message. */
    acknowledged: ({ ts }: To): Promise<true> => slack.until(() => slack.acknowledged.includes(ts) || undefined),
  };
}

/** What goes wrong, and what is remembered. */
function weatherCommands(slack: SlackDouble) {
  return {
    ...faultCommands<FaultRule>(slack),
    goDown: async (): Promise<void> => slack.goDown(),
    comeBack: (): Promise<void> => slack.comeBack(),
    cutConnections: async (): Promise<void> => slack.cutConnections(),
    freeze: async (): Promise<void> => slack.sockets.freeze(),
    thaw: async (): Promise<void> => slack.sockets.thaw(),
    refresh: async ({ reason }: { readonly reason: Parameters<SlackDouble["refresh"]>[0] }): Promise<void> =>
      slack.refresh(reason),
    bringAgain: (): Promise<void> => slack.bringAgain(),
    bringTo: async ({ address }: { readonly address?: string }): Promise<void> => slack.bringTo(address),
    revoke: async ({ error }: { readonly error?: string }): Promise<void> => slack.revoke(error),
    restore: async (): Promise<void> => slack.restore(),
    sockets: async (): Promise<{ readonly open: number; readonly opened: number; readonly most: number }> => {
      const { count: open, opened, most } = slack.sockets;
      return { open, opened, most };
    },
    calls: async ({ method }: { readonly method?: string }): Promise<readonly CallRecord[]> => slack.calls(method),
  };
}

interface By {
  /** The id of a person. */
  readonly person: string;
}

interface To {
  readonly ts: string;
}

export type ControlCommands = ReturnType<typeof controlCommands>;
