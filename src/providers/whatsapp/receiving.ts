import type { WAMessage } from "@whiskeysockets/baileys";
import { shorten, slept, unlessAborted } from "../../lib/index.ts";
import type { Account, Ports } from "../provider.ts";
import { decode } from "./decode.ts";
import type { GroupTitles } from "./group-titles.ts";
import type { Jid } from "./people.ts";
import type { Session } from "./session.ts";
import type { WhatsAppSettings } from "./settings.ts";
import { voteOf } from "./votes.ts";

/** From a message of the library to a stored one of the house. */

/** A message that could not be stored is taken anew so often, after pauses that double; then the link gives up. */
const storeTriesMax = 6;
const storePauseMs = 1000;

export interface ReceivingParts {
  readonly account: Account<WhatsAppSettings>;
  readonly ports: Ports;
  readonly session: Session;
  readonly titles: GroupTitles;
  /** Aborted when the link is over. */
  readonly over: AbortSignal;
  readonly ownIds: () => readonly Jid[];
  /** The number of somebody who comes with the network's own id, where the library knows it. */
  readonly numberOf: (lid: Jid) => Promise<Jid | null | undefined>;
  readonly giveUp: (error: unknown) => void;
}

export class Receiving {
  readonly #parts: ReceivingParts;
  readonly #tries = new Map<string, number>();

  constructor(parts: ReceivingParts) {
    this.#parts = parts;
  }

  /** Resolves once the message is stored, or is none of the house's business. */
  async take(message: WAMessage): Promise<void> {
    const { account, ports, session, titles, over } = this.#parts;
    over.throwIfAborted();
    const ownIds = this.#parts.ownIds();
    await this.#learnNumber(message);
    const decoded = decode(message, {
      ownIds,
      takesSelfChat: account.settings.selfChat,
      idOf: (jid, alt) => session.people.idOf(jid, alt),
      titleOf: (group) => titles.of(group),
      isSent: (messageId) => session.sent.has(messageId),
      vote: voteOf(message, session.sent, ownIds),
    });
    const messageId = shorten(message.key.id ?? "", 40);
    if ("ignored" in decoded) {
      return ports.log.debug("message.ignored", { account: account.id, messageId, reason: decoded.ignored });
    }
    // Both at once, for one commit; what is half done is done again, for its keys are not used yet.
    const remembered = session.remember(message, decoded.ref.peer, ports.clock.nowMs());
    await unlessAborted(Promise.all([remembered, ports.receive(decoded)]), over);
    this.#tries.delete(message.key.id ?? "");
  }

  /** Its keys were used, which happens only after it was stored. */
  wasStored({ key }: WAMessage): boolean {
    return key.id !== null && key.id !== undefined && this.#parts.session.hasSeen(key.remoteJid, key.id);
  }

  /** After a pause: nothing was acknowledged, and its keys are as they were. */
  async takeAgain(messageId: string, handleAgain: () => void): Promise<void> {
    const tries = (this.#tries.get(messageId) ?? 0) + 1;
    this.#tries.set(messageId, tries);
    if (tries >= storeTriesMax) return this.#parts.giveUp(new Error("a message cannot be stored"));
    const pauseMs = storePauseMs * 2 ** (tries - 1);
    if (await slept(this.#parts.ports.clock, pauseMs, this.#parts.over)) handleAgain();
  }

  async #learnNumber({ key }: WAMessage): Promise<void> {
    const lookUp = async (jid: Jid) => (await this.#parts.numberOf(jid)) ?? undefined;
    if (key.participant?.endsWith("@lid")) key.participantAlt ??= await lookUp(key.participant);
    else if (key.remoteJid?.endsWith("@lid")) key.remoteJidAlt ??= await lookUp(key.remoteJid);
  }
}
