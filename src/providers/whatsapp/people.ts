import type { RecordChange, Records } from "../provider.ts";

/**
 * One person has two ids at WhatsApp: the phone number, and a number of the network's own (LID). Which of them comes
 * is chance, so each person gets one id here, once and for ever: the phone number, `+15550001111`, where it was known
 * when the person first wrote, and `123@lid` otherwise.
 */
const personKind = "person";

/** Ids that people and groups have on the wire. */
export type Jid = string;

export interface Address {
  readonly user: string;
  readonly server: string;
}

/** Without the number of the device. Undefined for what is no id. */
export function addressOf(jid: Jid | null | undefined): Address | undefined {
  const match = /^([^@:\s]+)(?::\d+)?@([a-z.]+)$/.exec(jid ?? "");
  if (!match) return undefined;
  const [, user, server] = match;
  if (server === "c.us") return { user: user!, server: "s.whatsapp.net" };
  if (server === "hosted") return { user: user!, server: "s.whatsapp.net" };
  return { user: user!, server: server === "hosted.lid" ? "lid" : server! };
}

export function bareJid(jid: Jid | null | undefined): Jid | undefined {
  const address = addressOf(jid);
  return address && `${address.user}@${address.server}`;
}

/** What a message of ours is addressed to; undefined for what is no address at WhatsApp. */
export function jidOf(peerId: string): Jid | undefined {
  const number = /^\+?(\d{5,20})$/.exec(peerId.trim());
  if (number) return `${number[1]}@s.whatsapp.net`;
  const address = addressOf(peerId.trim());
  return address && /^(s\.whatsapp\.net|lid|g\.us)$/.test(address.server) ? bareJid(peerId.trim()) : undefined;
}

export const numberOf = (jid: Jid | undefined): string | undefined => {
  const address = addressOf(jid);
  return address?.server === "s.whatsapp.net" ? `+${address.user}` : undefined;
};

export class People {
  readonly #decided: Map<Jid, string>;
  #unwritten: RecordChange[] = [];

  constructor(records: Pick<Records, "list">) {
    this.#decided = new Map(records.list(personKind).map(({ id, value }) => [id, value]));
  }

  /** The person's one id. `alt` is the other id of the same person, where the network told it. */
  idOf(jid: Jid, alt?: Jid | null): string {
    const known = [bareJid(jid), bareJid(alt)].filter((one) => one !== undefined);
    if (known.length === 0) throw new RangeError("not an id of a person");
    const decided = known.map((one) => this.#decided.get(one)).find((one) => one !== undefined);
    const id = decided ?? known.map(numberOf).find((one) => one !== undefined) ?? known[0]!;
    for (const one of known) {
      // A number stands for itself.
      if (this.#decided.get(one) === id || (numberOf(one) === id && !this.#decided.has(one))) continue;
      this.#decided.set(one, id);
      this.#unwritten.push({ kind: personKind, id: one, value: id });
    }
    return id;
  }

  /** What is to be remembered since the last call. */
  takeChanges(): readonly RecordChange[] {
    return this.#unwritten.splice(0);
  }

  /** What was taken could not be written. */
  giveBack(changes: readonly RecordChange[]): void {
    this.#unwritten.unshift(...changes.filter(({ kind }) => kind === personKind));
  }
}
