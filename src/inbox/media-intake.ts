import { type Clock, deadline, errorFields, type Log, unlessAborted } from "../lib/index.ts";
import { type InboundMedia, type Link, MediaError } from "../providers/index.ts";
import type { StoredBlock } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import type { InboundRow, InboxStore, KeptMedia } from "./inbox.store.ts";

/** Files of messages: fetched after the message was taken on and before its turn, kept under their hash. */

/** Messages whose files are fetched at the same moment. */
const fetchingMax = 8;
/** Tries before a file counts as not to be had, and the time of each: what comes behind it waits. */
const triesMax = 3;
const tryMs = 120_000;

export interface MediaIntakeParts {
  readonly database: Database;
  readonly store: InboxStore;
  readonly log: Log;
  readonly clock: Pick<Clock, "sleep">;
  readonly linkOf: (provider: string, accountId: string) => Link | undefined;
  readonly bytesMaxOf: (provider: string, accountId: string) => number;
  readonly keep: (bytes: Uint8Array) => Promise<string>;
  /** From the bytes, never from what the network or a name says. */
  readonly mimeOf: (bytes: Uint8Array) => string;
  /** Puts a file where the agent can read it; its path in the workspace. */
  readonly placeFile: (agentId: string, name: string, bytes: Uint8Array) => string;
}

const imageTypes: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export class MediaIntake implements AsyncDisposable {
  readonly #parts: MediaIntakeParts;
  readonly #fetching = new Map<string, Promise<void>>();
  readonly #tries = new Map<string, number>();
  readonly #stop = new AbortController();

  constructor(parts: MediaIntakeParts) {
    this.#parts = parts;
  }

  /** Begins to fetch what is missing; `done` is called for every message that is complete. */
  fetch(rows: readonly InboundRow[], done: () => void): void {
    for (const row of rows) {
      if (row.kept.length >= row.message.media.length || this.#fetching.has(row.id)) continue;
      if (this.#fetching.size >= fetchingMax) return;
      const link = this.#parts.linkOf(row.provider, row.accountId);
      if (!link) continue;
      const work = this.#fetchAll(row, link)
        .catch((error: unknown) => this.#parts.log.warn("media.failed", { id: row.id, ...errorFields(error) }))
        .finally(() => {
          this.#fetching.delete(row.id);
          done();
        });
      this.#fetching.set(row.id, work);
    }
  }

  imagesOf(row: InboundRow): Extract<StoredBlock, { type: "image" }>[] {
    return row.kept.flatMap(({ sha256, mimeType, bytes }) =>
      sha256 !== undefined && mimeType !== undefined && imageTypes.includes(mimeType)
        ? [{ type: "image" as const, sha256, mimeType, bytes: bytes ?? 0 }]
        : [],
    );
  }

  fileOf(row: InboundRow, index: number): string | undefined {
    return row.kept[index]?.path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#fetching.values());
  }

  async #fetchAll(row: InboundRow, link: Link): Promise<void> {
    const kept: KeptMedia[] = [];
    for (const media of row.message.media) kept.push(await this.#fetchOne(row, media, link));
    this.#tries.delete(row.id);
    await this.#parts.database.commit(() => this.#parts.store.setKept(row, kept));
  }

  async #fetchOne(row: InboundRow, media: InboundMedia, link: Link): Promise<KeptMedia> {
    if (!link.download) return { problem: "this network's files are not read" };
    const bytesMax = this.#parts.bytesMaxOf(row.provider, row.accountId);
    if ((media.bytes ?? 0) > bytesMax) return { problem: `larger than ${bytesMax} bytes` };
    using late = deadline(this.#parts.clock, tryMs, this.#stop.signal);
    try {
      const got = await unlessAborted(link.download(media.handle, bytesMax, late.signal), late.signal);
      const mimeType = this.#parts.mimeOf(got.bytes);
      const sha256 = await this.#parts.keep(got.bytes);
      const name = media.fileName ?? got.fileName ?? media.kind;
      const isSeen = imageTypes.includes(mimeType);
      const path = isSeen ? undefined : this.#parts.placeFile(row.agentId!, name, got.bytes);
      return { sha256, mimeType, bytes: got.bytes.length, path };
    } catch (error) {
      const tries = (this.#tries.get(row.id) ?? 0) + 1;
      this.#tries.set(row.id, tries);
      const isOver = this.#stop.signal.aborted || !this.#parts.database.takesWrites;
      if (!isOver && ((error instanceof MediaError && error.isPermanent) || tries >= triesMax)) {
        return { problem: error instanceof MediaError ? error.message : "the network did not give it" };
      }
      throw error;
    }
  }
}
