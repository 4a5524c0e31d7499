import { Type } from "@sinclair/typebox";
import { mimeOf } from "../lib/index.ts";
import { invalidRequest, shape } from "../protocol/index.ts";
import type { StoredImage } from "./message.ts";

/** Attachments of `agent` and `chat.send`: images as base64 or data URL. Others are left out, as upstream does. */

export const attachmentBytesMax = 5_000_000;
export const attachmentsMax = 16;

const { arrayOf, optional, text } = shape;
/** Base64 of the largest attachment, with room for a data URL's head. */
const contentCharsMax = 7_000_000;

/** Open: clients send sizes and previews of their own beside these. */
const Attachment = Type.Object(
  {
    type: optional(text(64)),
    mimeType: optional(text(256)),
    fileName: optional(text(1024)),
    content: optional(Type.Unknown()),
  },
  { additionalProperties: true, $id: "Attachment" },
);

export const Attachments = arrayOf(Attachment, attachmentsMax);

export interface ImageAttachment {
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** The kinds of images that models read. */
const imageTypes: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export function readAttachments(
  given: readonly { fileName?: string; content?: unknown }[] | undefined,
): ImageAttachment[] {
  return (given ?? []).flatMap((attachment, index) => {
    const bytes = decode(attachment.content, attachment.fileName ?? `attachment ${index + 1}`);
    const mimeType = mimeOf(bytes);
    return imageTypes.includes(mimeType) ? [{ mimeType, bytes }] : [];
  });
}

/** Puts the images where their message will name them. They are on disk when it resolves. */
export async function keepImages(
  media: { putAsync(bytes: Uint8Array): Promise<string> },
  images: readonly ImageAttachment[],
): Promise<StoredImage[]> {
  const kept: StoredImage[] = [];
  for (const { mimeType, bytes } of images) {
    kept.push({ type: "image", sha256: await media.putAsync(bytes), mimeType, bytes: bytes.length });
  }
  return kept;
}

function decode(content: unknown, name: string): Uint8Array {
  if (typeof content !== "string") throw invalidRequest(`${name}: content must be a base64 string or a data URL`);
  if (content.length > contentCharsMax) throw tooLarge(name);
  const base64 = content.startsWith("data:") ? content.slice(content.indexOf(",") + 1) : content;
  const compact = base64.replace(/\s/g, "");
  if (compact.length % 4 === 1 || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact)) {
    throw invalidRequest(`${name}: content is not valid base64`);
  }
  const bytes = Buffer.from(compact, "base64");
  if (bytes.length > attachmentBytesMax) throw tooLarge(name);
  return bytes;
}

function tooLarge(name: string) {
  return invalidRequest(`${name}: larger than ${attachmentBytesMax} bytes; send a smaller image`);
}
