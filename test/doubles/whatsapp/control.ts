import { type ControlDoor, controlOf } from "../control/ask.ts";
import { known } from "../control/serve.ts";
import type { SendFault } from "./faults.ts";
import type { Person, PersonOptions, Saying, SentFile } from "./person.ts";
import type { WhatsAppDouble } from "./whatsapp-double.ts";

/** Everything that another process can have the double do. What waits answers when it has happened. */
export function controlCommands(whatsapp: WhatsAppDouble) {
  const people = new Map<string, Person>();
  const who = ({ person }: By) => known(people.get(person), `number ${person}`);
  return {
    person: async (asked: PersonOptions): Promise<string> => {
      const person = await whatsapp.person(asked);
      people.set(person.number, person);
      return person.number;
    },
    group: async (asked: { readonly subject: string; readonly members: readonly string[] }): Promise<string> =>
      whatsapp.group(
        asked.subject,
        asked.members.map((person) => who({ person })),
      ).jid,
    says: (asked: By & Saying & { readonly text: string }): Promise<string> => who(asked).says(asked.text, asked),
    sendsFile: (asked: By & { readonly file: SentFile; readonly to?: string }): Promise<string> =>
      who(asked).sendsFile(asked.file, asked.to),
    /** Texts of our account, as this person sees them. */
    hears: async (asked: By): Promise<readonly string[]> =>
      who(asked)
        .hears()
        .map(({ text }) => text),
    reads: async (asked: By & { readonly text: string }): Promise<string> =>
      (await who(asked).reads(new RegExp(asked.text))).text,
    scan: async ({ qr }: { readonly qr: string }): Promise<number> => whatsapp.scan(qr).id,
    types: ({ code }: { readonly code: string }): Promise<void> => whatsapp.types(code),
    removeDevice: async (): Promise<void> => whatsapp.removeDevice(),
    fault: async (fault: SendFault): Promise<void> => whatsapp.fault(fault),
    streamError: async ({ code }: { readonly code: number }): Promise<void> => whatsapp.streamError(code),
    freeze: async (): Promise<void> => whatsapp.device?.connection?.freeze(),
    slow: async ({ ms }: { readonly ms: number }): Promise<void> => whatsapp.device?.connection?.slow(ms),
    cutConnections: async (): Promise<void> => whatsapp.cutConnections(),
    goDown: async (): Promise<void> => whatsapp.goDown(),
    comeBack: async (): Promise<void> => whatsapp.comeBack(),
  };
}

interface By {
  readonly person: string;
}

export type ControlCommands = ReturnType<typeof controlCommands>;

/** The line that `serve.ts` prints. */
export interface ServedDouble extends ControlDoor {
  readonly webSocketUrl: string;
  readonly mediaUrl: string;
}

/** Drives a double in another process: `await ask("says", { person, text: "hi" })`. */
export const remoteControl = (door: ControlDoor) => controlOf<ControlCommands>(door);
