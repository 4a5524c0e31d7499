import { known } from "../control/serve.ts";
import type { Fault, FaultRule } from "./faults.ts";
import type { CallRecord, Denial, Happening, MessagesDouble } from "./messages-double.ts";
import type { Person, SentFile } from "./person.ts";
import { type DoubleChat, type DoubleRow, type Json, wireRow } from "./rows.ts";

/** Everything that another process can have the double do. What waits answers when it has happened. */
export function controlCommands(double: MessagesDouble) {
  return { ...peopleCommands(double), ...weatherCommands(double) };
}

function peopleCommands(double: MessagesDouble) {
  const people = new Map<string, Person>();
  const who = ({ person }: By) => known(people.get(person), `person ${person}`);
  const chatOf = ({ chat }: In): DoubleChat | undefined =>
    chat === undefined
      ? undefined
      : known(
          double.chats.find(({ guid }) => guid === chat),
          `chat ${chat}`,
        );
  const rowOf = (guid: string): DoubleRow =>
    known(
      double.rows.find((row) => row.guid === guid),
      `message ${guid}`,
    );
  return {
    /** Gives the person's handle. */
    person: async (asked: NewPerson): Promise<string> => {
      people.set(asked.handle, double.person(asked));
      return asked.handle;
    },
    /** Gives the group's guid. */
    group: async (asked: { readonly name: string; readonly members: readonly string[] }): Promise<string> =>
      double.group(
        asked.name,
        asked.members.map((person) => who({ person })),
      ).guid,
    says: async (asked: By & In & { readonly text: string; readonly replyTo?: string }): Promise<Json> => {
      const replyTo = asked.replyTo === undefined ? undefined : rowOf(asked.replyTo);
      return wireRow(who(asked).says(asked.text, { chat: chatOf(asked), replyTo }));
    },
    sendsFile: async (asked: By & In & { readonly file: SentFile; readonly text?: string }): Promise<Json> =>
      wireRow(who(asked).sendsFile(asked.file, { chat: chatOf(asked), ...(asked.text && { text: asked.text }) })),
    reacts: async (asked: By & { readonly to: string; readonly kind: string }): Promise<Json> =>
      wireRow(who(asked).reacts(rowOf(asked.to), asked.kind)),
    reads: async (asked: By & In & { readonly text: string }): Promise<Json> =>
      wireRow(await who(asked).reads(new RegExp(asked.text), { chat: chatOf(asked) })),
    sees: async (asked: By & In): Promise<readonly Json[]> =>
      who(asked)
        .sees({ chat: chatOf(asked) })
        .map((row) => wireRow(row)),
  };
}

/** What goes wrong, and what is remembered. */
function weatherCommands(double: MessagesDouble) {
  const faults: Fault[] = [];
  const the = ({ fault }: { readonly fault: number }) => known(faults[fault], `fault ${fault}`);
  return {
    /** Gives the fault's number for `struck`, `release` and `lift`. */
    fault: async (rule: FaultRule): Promise<number> => faults.push(double.fault(rule)) - 1,
    struck: (asked: { readonly fault: number }): Promise<void> => the(asked).struck(),
    release: async (asked: { readonly fault: number }): Promise<void> => the(asked).release(),
    lift: async (asked: { readonly fault: number }): Promise<void> => the(asked).lift(),
    goDown: async (): Promise<void> => double.goDown(),
    comeBack: async (): Promise<void> => double.comeBack(),
    deny: async ({ denial }: { readonly denial?: Denial }): Promise<void> => void (double.denial = denial),
    setBridge: async ({ isOn }: { readonly isOn: boolean }): Promise<void> => void (double.hasBridge = isOn),
    breakWatches: async ({ how }: { readonly how: "error" | "overflow" }): Promise<void> => {
      for (const connection of double.connections) connection.breaksWatches(how);
    },
    goDeaf: async (): Promise<void> => {
      for (const connection of double.connections) connection.goesDeaf();
    },
    putOut: async ({ text }: { readonly text: string }): Promise<void> => {
      for (const connection of double.connections) connection.says(text);
    },
    calls: async ({ method }: { readonly method?: string }): Promise<readonly CallRecord[]> =>
      method === undefined ? double.calls : double.callsOf(method),
    happenings: async (): Promise<readonly Happening[]> => double.happenings,
    /** Answers once a watch began. */
    watched: async (): Promise<readonly number[]> => {
      await double.until(() => double.watchedFrom.length > 0);
      return double.watchedFrom;
    },
    running: async (): Promise<readonly (number | undefined)[]> => double.connections.map(({ pid }) => pid),
  };
}

interface By {
  /** The handle of a person. */
  readonly person: string;
}

interface In {
  /** The guid of a group; otherwise the person's own chat. */
  readonly chat?: string | undefined;
}

interface NewPerson {
  readonly name: string;
  readonly handle: string;
  readonly service?: string;
}

export type ControlCommands = ReturnType<typeof controlCommands>;
