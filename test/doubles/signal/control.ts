import { faultCommands } from "../control/fault-commands.ts";
import { known } from "../control/serve.ts";
import type { SeenMessage } from "./chats.ts";
import type { GroupFace } from "./desk.ts";
import type { FaultRule } from "./faults.ts";
import type { Attachment, Person, Spoken } from "./person.ts";
import type { NewPerson, SignalDouble } from "./signal-double.ts";
import type { Json } from "./wire.ts";

/** Everything that another process can have the double do. What waits answers when it has happened. */
export function controlCommands(signal: SignalDouble) {
  return { ...peopleCommands(signal), ...weatherCommands(signal) };
}

interface By {
  /** The ACI of a person. */
  readonly person: string;
}

interface In {
  /** The id of a group; the person's own chat when left out. */
  readonly group?: string | undefined;
}

function peopleCommands(signal: SignalDouble) {
  const people = new Map<string, Person>();
  const groups = new Map<string, GroupFace>();
  const who = ({ person }: By) => known(people.get(person), `person ${person}`);
  const where = ({ group }: In) => (group === undefined ? {} : { group: known(groups.get(group), `group ${group}`) });
  return {
    person: async (asked: NewPerson): Promise<string> => {
      const person = signal.person(asked);
      people.set(person.aci, person);
      return person.aci;
    },
    group: async ({ title }: { readonly title: string }): Promise<string> => {
      const group = signal.group(title);
      groups.set(group.id, group);
      return group.id;
    },
    /** `@us` in the text becomes a mention of us. */
    says: async (asked: By & In & { readonly text: string }): Promise<Spoken> =>
      who(asked).says(asked.text, where(asked)),
    sendsFile: async (asked: By & In & { readonly file: Attachment }): Promise<Spoken> =>
      who(asked).sendsFile(asked.file, where(asked)),
    edits: async (asked: By & In & { readonly sentAtMs: number; readonly text: string }): Promise<Spoken> =>
      who(asked).edits(asked, asked.text, where(asked)),
    reacts: async (
      asked: By & In & { readonly sentAtMs: number; readonly author: string; readonly emoji: string | null },
    ): Promise<Spoken> => who(asked).reacts(asked, asked.emoji, where(asked)),
    hears: (asked: By & In & { readonly count?: number }): Promise<SeenMessage[]> =>
      who(asked).hears(asked.count, where(asked)),
    hearsOf: (asked: By & In & { readonly text: string }): Promise<SeenMessage> =>
      who(asked).hearsOf(asked.text, where(asked)),
    sees: async (asked: By & In): Promise<SeenMessage[]> => who(asked).sees(where(asked)),
    leavesSignal: async (asked: By): Promise<void> => who(asked).leavesSignal(),
    inject: async ({ received }: { readonly received: Json }): Promise<number> => signal.inject(received).id,
  };
}

/** What goes wrong, and what is remembered. */
function weatherCommands(signal: SignalDouble) {
  return {
    ...faultCommands<FaultRule>(signal),
    goDown: async (): Promise<void> => signal.goDown(),
    comeBack: (): Promise<void> => signal.comeBack(),
    cutConnections: async (): Promise<void> => signal.cutConnections(),
    hang: async (): Promise<void> => signal.hang(),
    wake: async (): Promise<void> => signal.wake(),
    scan: (): Promise<string> => signal.scan(),
    unlink: async (): Promise<void> => signal.unlink(),
    relink: async (): Promise<void> => signal.relink(),
    calls: async ({ method }: { readonly method?: string }) => signal.calls(method),
    /** Answers once the event was handed over. */
    handedOver: ({ eventId }: { readonly eventId: number }): Promise<true> =>
      signal.until(() => signal.isHandedOver(eventId) || undefined),
    /** A program that behaves as signal-cli, in `bin` of the folder; gives its path. */
    program: async ({ folder }: { readonly folder: string }): Promise<string> => signal.program(folder),
  };
}

export type ControlCommands = ReturnType<typeof controlCommands>;
