import type { WAMessage } from "@whiskeysockets/baileys";
import { shorten } from "../../lib/index.ts";
import type { Peer } from "../message.ts";
import type { RecordChange, Records } from "../provider.ts";
import { type FoundFile, fileOf, textOf, unwrapped } from "./content.ts";
import { mediaHandle } from "./decode.ts";
import type { Quote, Target } from "./encode.ts";
import { addressOf, bareJid, type Jid, jidOf, People } from "./people.ts";
import { type KeptFile, keptMax, Remembered, type SeenMessage, type SentMessage, seenTextMax } from "./remembered.ts";

/** What the link of an account knows of people and messages, in its records. */
export class Session {
  readonly people: People;
  readonly sent: Remembered<SentMessage>;
  readonly #seen: Remembered<SeenMessage>;
  readonly #files: Remembered<KeptFile>;
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
    this.people = new People(records);
    this.sent = new Remembered(records, "sent", keptMax.sent);
    this.#seen = new Remembered(records, "seen", keptMax.seen);
    this.#files = new Remembered(records, "media", keptMax.media);
  }

  /** Before the house is given a message: what is needed to quote it, to react to it and to fetch its file. */
  async remember(message: WAMessage, peer: Peer, atMs: number): Promise<void> {
    const content = unwrapped(message.message);
    const { key } = message;
    const isPassing = !content || content.reactionMessage || content.protocolMessage;
    const changes: RecordChange[] = [...this.people.takeChanges()];
    if (!isPassing && key.id) {
      const seen = {
        atMs,
        jid: bareJid(key.remoteJid)!,
        participant: bareJid(key.participant),
        fromMe: key.fromMe === true,
        text: shorten(textOf(content), seenTextMax),
      };
      changes.push(...this.#seen.put(placeOf(peer.id, key.id), seen));
      const found = fileOf(content);
      if (found) changes.push(...this.#keep(mediaHandle(peer, key.id), found, atMs));
    }
    if (changes.length === 0) return;
    try {
      await this.#records.write(changes);
    } catch (error) {
      this.people.giveBack(changes);
      throw error;
    }
  }

  /** `jid` is the chat's id on the wire, of which a person has two. */
  hasSeen(jid: Jid | null | undefined, messageId: string): boolean {
    const address = addressOf(jid);
    if (!jid || !address) return false;
    const peerId = address.server === "g.us" ? bareJid(jid)! : this.people.idOf(jid);
    return this.#seen.has(placeOf(peerId, messageId));
  }

  file(handle: string): KeptFile | undefined {
    return this.#files.get(handle);
  }

  quote(peerId: string, messageId: string): Quote | undefined {
    const seen = this.#seen.get(placeOf(peerId, messageId));
    return seen && { messageId, seen };
  }

  /** How a message is named on the wire; undefined when nobody can tell who wrote it in a group. */
  target(peerId: string, messageId: string): Target | undefined {
    if (this.sent.has(messageId)) {
      const jid = this.sent.get(messageId)?.jid ?? jidOf(peerId);
      return jid === undefined ? undefined : { remoteJid: jid, id: messageId, fromMe: true };
    }
    const seen = this.quote(peerId, messageId)?.seen;
    if (seen) return { remoteJid: seen.jid, id: messageId, fromMe: seen.fromMe, participant: seen.participant };
    const jid = jidOf(peerId);
    return jid === undefined || jid.endsWith("@g.us") ? undefined : { remoteJid: jid, id: messageId, fromMe: false };
  }

  #keep(handle: string, { file, mediaType }: FoundFile, atMs: number): readonly RecordChange[] {
    const { directPath, mediaKey, fileSha256, mimetype } = file;
    if (!directPath || !mediaKey) return [];
    const kept: KeptFile & { atMs: number } = {
      atMs,
      mediaType,
      directPath,
      mediaKey: Buffer.from(mediaKey).toString("base64"),
      sha256: fileSha256 ? Buffer.from(fileSha256).toString("base64") : undefined,
      mimeType: mimetype ?? undefined,
      fileName: "fileName" in file ? (file.fileName ?? undefined) : undefined,
    };
    return this.#files.put(handle, kept);
  }
}

const placeOf = (peerId: string, messageId: string) => `${peerId}/${messageId}`;
