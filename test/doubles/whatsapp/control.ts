import { decode, encode } from "../telegram/control-wire.ts";
import type { SendFault } from "./faults.ts";
import type { Person, PersonOptions, Saying, SentFile } from "./person.ts";
import type { WhatsAppDouble } from "./whatsapp-double.ts";

/** Everything that another process can have the double do. What waits answers when it has happened. */
export function controlCommands(whatsapp: WhatsAppDouble) {
  const people = new Map<string, Person>();
  const who = ({ person }: By) => {
    const found = people.get(person);
    if (!found) throw new Error(`nobody has the number ${person}`);
    return found;
  };
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
export interface ServedDouble {
  readonly webSocketUrl: string;
  readonly mediaUrl: string;
  readonly controlUrl: string;
  readonly adminToken: string;
}

export interface ControlParts {
  readonly whatsapp: WhatsAppDouble;
  readonly adminToken: string;
  readonly port: number;
}

/** Takes commands over HTTP from whoever has the token. */
export function openControl({ whatsapp, adminToken, port }: ControlParts): Bun.Server<undefined> {
  const commands: Readonly<Record<string, (asked: never) => Promise<unknown>>> = controlCommands(whatsapp);
  return Bun.serve({
    port,
    hostname: "127.0.0.1",
    // What waits for a person may take long.
    idleTimeout: 0,
    fetch: async (request) => {
      if (request.headers.get("authorization") !== `Bearer ${adminToken}`) return answer({ error: "no" }, 401);
      const command = commands[new URL(request.url).pathname.slice(1)];
      if (!command) return answer({ error: "no such command" }, 404);
      try {
        return answer({ result: await command(decode(await request.text()) as never) }, 200);
      } catch (error) {
        return answer({ error: error instanceof Error ? error.message : String(error) }, 500);
      }
    },
  });
}

function answer(value: unknown, status: number): Response {
  return new Response(encode(value), { status, headers: { "content-type": "application/json" } });
}

/** Drives a double in another process: `await ask("says", { person, text: "hi" })`. */
export function remoteControl({ controlUrl, adminToken }: Pick<ServedDouble, "controlUrl" | "adminToken">) {
  return async <Name extends keyof ControlCommands>(
    name: Name,
    ...asked: Parameters<ControlCommands[Name]>
  ): Promise<Awaited<ReturnType<ControlCommands[Name]>>> => {
    const response = await fetch(new URL(name, controlUrl), {
      method: "POST",
      headers: { authorization: `Bearer ${adminToken}` },
      body: encode(asked[0] ?? {}),
    });
    const said = decode(await response.text()) as { readonly result?: unknown; readonly error?: string };
    if (!response.ok) throw new Error(`${name}: ${said.error ?? `HTTP ${response.status}`}`);
    return said.result as Awaited<ReturnType<ControlCommands[Name]>>;
  };
}
