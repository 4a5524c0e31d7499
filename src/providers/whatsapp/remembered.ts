import type { RecordChange, Records } from "../provider.ts";

/** What a link remembers of messages, durable and bounded: the oldest is forgotten first. */

interface Dated {
  readonly atMs: number;
}

const recentMax = 64;

export class Remembered<T extends object> {
  readonly #records: Records;
  readonly #kind: string;
  readonly #max: number;
  /** Ids from the oldest to the youngest. */
  readonly #ids: Set<string>;
  /** The youngest, also while they are still being written. */
  readonly #recent = new Map<string, string>();

  constructor(records: Records, kind: string, max: number) {
    this.#records = records;
    this.#kind = kind;
    this.#max = max;
    const dated = records.list(kind).map(({ id, value }) => [id, (JSON.parse(value) as Dated).atMs] as const);
    this.#ids = new Set(dated.toSorted(([, left], [, right]) => left - right).map(([id]) => id));
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  get(id: string): (T & Dated) | undefined {
    const text = this.#recent.get(id) ?? this.#records.get(this.#kind, id);
    return text === undefined ? undefined : (JSON.parse(text) as T & Dated);
  }

  /** What is to be written so that it is remembered; it counts as known from here on. */
  put(id: string, value: T & Dated): readonly RecordChange[] {
    const kind = this.#kind;
    this.#ids.delete(id);
    this.#ids.add(id);
    const text = JSON.stringify(value);
    this.#recent.delete(id);
    this.#recent.set(id, text);
    if (this.#recent.size > recentMax) this.#recent.delete(this.#recent.keys().next().value!);
    const tooMany = [...this.#ids].slice(0, Math.max(0, this.#ids.size - this.#max));
    for (const old of tooMany) this.#ids.delete(old);
    return [{ kind, id, value: text }, ...tooMany.map((old) => ({ kind, id: old, value: undefined }))];
  }
}

/** A message that we sent: for resending it to a device that could not read it, and for reading votes. */
export interface SentMessage {
  readonly jid: string;
  /** The message as it is encrypted, in base64. */
  readonly content: string;
}

/** A message that came: for quoting it, reacting to it and marking it read. */
export interface SeenMessage {
  readonly jid: string;
  readonly participant?: string | undefined;
  readonly fromMe: boolean;
  readonly text: string;
}

/** Where the bytes of a file are, and the key to them. */
export interface KeptFile {
  readonly mediaType: "image" | "video" | "audio" | "document" | "sticker";
  readonly directPath: string;
  readonly mediaKey: string;
  readonly sha256?: string | undefined;
  readonly mimeType?: string | undefined;
  readonly fileName?: string | undefined;
}

export const keptMax = { sent: 1000, seen: 2000, media: 4000 } as const;

/** Enough for a quote; the apps show no more. */
export const seenTextMax = 300;
