import { safeFileName } from "../../lib/index.ts";
import type { OutboundMedia } from "../message.ts";
import { refusal } from "./encode.ts";

/** The daemon reads no longer texts than 20 million characters, which base64 fills at three quarters of it. */
export const uploadBytesMax = 14_900_000;

/** A file as the daemon takes it in a call, wherever the daemon runs. Throws a DeliveryError when it is too large. */
export function attachmentOf(media: OutboundMedia): string {
  const bytes = media.bytes();
  if (bytes.byteLength > uploadBytesMax) {
    throw refusal(`the file has ${bytes.byteLength} bytes: signal-cli takes at most ${uploadBytesMax}`);
  }
  const type = /^[\w.+-]+\/[\w.+-]+$/.exec(media.mimeType.split(";")[0]!.trim())?.[0] ?? "application/octet-stream";
  // What ends a name there is replaced.
  const name = safeFileName(media.fileName).replace(/[;,=%&#+\s]/g, "_");
  return `data:${type};filename=${name};base64,${bytes.toBase64()}`;
}
