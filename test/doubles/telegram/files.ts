import { createHash } from "node:crypto";
import { unreachable } from "../../../src/lib/index.ts";
import type { Json } from "./wire.ts";

export const mediaKinds = [
  "photo",
  "document",
  "voice",
  "audio",
  "video",
  "video_note",
  "animation",
  "sticker",
] as const;
export type MediaKind = (typeof mediaKinds)[number];

export interface NewFile {
  readonly kind: MediaKind;
  readonly bytes: Uint8Array;
  readonly fileName?: string | undefined;
  readonly mimeType?: string | undefined;
}

export interface StoredFile extends NewFile {
  readonly fileId: string;
  readonly uniqueId: string;
  /** Under `/file/bot<token>/`. */
  readonly path: string;
}

/** What Telegram lets a bot download. */
export const downloadBytesMax = 20 * 1024 * 1024;

const places: Readonly<Record<MediaKind, readonly [folder: string, extension: string, mimeType: string]>> = {
  photo: ["photos", "jpg", "image/jpeg"],
  document: ["documents", "bin", "application/octet-stream"],
  voice: ["voice", "oga", "audio/ogg"],
  audio: ["music", "mp3", "audio/mpeg"],
  video: ["videos", "mp4", "video/mp4"],
  video_note: ["video_notes", "mp4", "video/mp4"],
  animation: ["animations", "mp4", "video/mp4"],
  sticker: ["stickers", "webp", "image/webp"],
};

/** Bytes of everything that people or the bot sent, by file id. */
export class FileStore {
  readonly #files = new Map<string, StoredFile>();

  add(file: NewFile): StoredFile {
    const number = this.#files.size;
    const [folder, extension] = places[file.kind];
    const digest = createHash("sha256").update(file.bytes).digest("base64url");
    const named = file.fileName?.includes(".") ? file.fileName.split(".").at(-1) : extension;
    const stored: StoredFile = {
      ...file,
      fileId: `AgACAgIAAx${digest.slice(0, 32)}_${file.kind}_${number}`,
      uniqueId: `AQAD${digest.slice(0, 12)}`,
      path: `${folder}/file_${number}.${named}`,
    };
    this.#files.set(stored.fileId, stored);
    return stored;
  }

  find(fileId: string): StoredFile | undefined {
    return this.#files.get(fileId);
  }

  at(path: string): StoredFile | undefined {
    return this.#files.values().find((file) => file.path === path);
  }

  /** How a message shows the file. Photos come in sizes, the smallest first, and the smallest is not the picture. */
  shown(file: StoredFile): Json {
    const face = { file_id: file.fileId, file_unique_id: file.uniqueId, file_size: file.bytes.length };
    const mime_type = file.mimeType ?? places[file.kind][2];
    const named = { ...face, mime_type, ...(file.fileName && { file_name: file.fileName }) };
    switch (file.kind) {
      case "photo":
        return { photo: [this.#thumbnailOf(file), { ...face, width: 1280, height: 960 }] };
      case "document":
        return { document: named };
      case "voice":
        return { voice: { ...face, mime_type, duration: 3 } };
      case "audio":
        return { audio: { ...named, duration: 3 } };
      case "video":
        return { video: { ...named, duration: 3, width: 640, height: 480 } };
      case "video_note":
        return { video_note: { ...face, duration: 3, length: 240 } };
      case "animation":
        return { animation: { ...named, duration: 3, width: 320, height: 240 }, document: named };
      case "sticker": {
        const drawing = { width: 512, height: 512, is_animated: false, is_video: false };
        return { sticker: { ...face, ...drawing, type: "regular", emoji: "👍" } };
      }
      default:
        return unreachable(file.kind);
    }
  }

  #thumbnailOf(file: StoredFile): Json {
    const small = this.add({ kind: "photo", bytes: file.bytes.slice(0, 16) });
    const face = { file_id: small.fileId, file_unique_id: small.uniqueId, file_size: small.bytes.length };
    return { ...face, width: 90, height: 67 };
  }
}
