import { DeliveryError, type Link, MediaError, type OutboundMessage, type SentRef } from "../providers/index.ts";
import type { Database } from "../storage/index.ts";
import type { OutboxContent, OutboxMedia, OutboxRow, OutboxStore } from "./outbox.store.ts";

/** One row on its way to a link. The only caller of a link's `send`. */

export interface SenderParts {
  readonly database: Database;
  /** Resolves once no edit of the run's draft is on its way: a late one would overwrite the reply. */
  readonly quiet: (runId: string) => Promise<void>;
  readonly mediaBytes: (sha256: string) => Uint8Array | undefined;
  /** Loads what a reply names and keeps it. Rejects with a MediaError that says why not. */
  readonly loadMedia: (source: NonNullable<OutboxContent["mediaSource"]>, signal: AbortSignal) => Promise<OutboxMedia>;
}

export class Sender {
  readonly #parts: SenderParts;
  readonly #store: OutboxStore;

  constructor(parts: SenderParts, store: OutboxStore) {
    this.#parts = parts;
    this.#store = store;
  }

  /** Loads what the row names, once. */
  async prepare(row: OutboxRow, signal: AbortSignal): Promise<OutboxRow> {
    const { mediaSource, ...rest } = row.content;
    if (mediaSource === undefined) return row;
    const media = await this.#parts.loadMedia(mediaSource, signal);
    const content = { ...rest, media };
    await this.#parts.database.commit(() => this.#store.update(row.id, { content }));
    return { ...row, content };
  }

  /** Where an earlier attempt is unknown and the network can tell: the message, if it arrived. */
  async reconcile(row: OutboxRow, link: Link, signal: AbortSignal): Promise<SentRef | undefined> {
    if (!row.mayBeDouble || !link.reconcile || row.attemptAtMs === undefined) return undefined;
    return link.reconcile(this.#messageOf(row), row.attemptAtMs, signal);
  }

  /**
   * An edit of something that did not go out is a message of its own: a second one would be seen, so it must not be
   * tried again like an edit when nobody knows what became of it.
   */
  asItIsSent(row: OutboxRow): OutboxRow {
    return row.kind === "edit" && this.#editedBy(row) === undefined ? { ...row, kind: "message" } : row;
  }

  async send(row: OutboxRow, link: Link, signal: AbortSignal): Promise<SentRef> {
    // A disk that refused for long may have used up the attempt's time; nothing left yet, and that is certain.
    if (signal.aborted)
      throw new DeliveryError("its time was up before it left", { isCertain: true, isPermanent: false });
    const message = this.#messageOf(row);
    const messageId = row.kind === "edit" ? this.#editedBy(row) : undefined;
    if (messageId === undefined || !link.edit) return link.send(message, signal);
    if (row.runId !== undefined) await this.#parts.quiet(row.runId);
    await link.edit({ peer: row.peer, messageId }, message, signal);
    return { messageId };
  }

  /** The message that an edit changes, if it was sent. */
  #editedBy({ content }: OutboxRow): string | undefined {
    const target = content.editsRow === undefined ? undefined : this.#store.find(content.editsRow);
    return target?.state === "sent" ? target.messageId : undefined;
  }

  #messageOf({ sendId, peer, content }: OutboxRow): OutboundMessage {
    const { text, media, replyToId, buttons, poll, isSilent } = content;
    return {
      sendId,
      peer,
      text,
      replyToId,
      buttons,
      poll,
      isSilent,
      ...(media && {
        media: {
          kind: media.kind,
          mimeType: media.mimeType,
          fileName: media.fileName,
          bytes: () => {
            const bytes = this.#parts.mediaBytes(media.sha256);
            if (!bytes) throw new MediaError("the file is no longer stored", true);
            return bytes;
          },
        },
      }),
    };
  }
}
