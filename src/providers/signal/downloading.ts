import { isPlainObject } from "../../lib/index.ts";
import { MediaError } from "../errors.ts";
import type { DownloadedMedia } from "../provider.ts";
import { CallError } from "./failures.ts";
import { parseHandle } from "./handles.ts";
import { type SignalRpc } from "./rpc.ts";

const downloadTimeoutMs = 300_000;
/** Around the text of the file. */
const envelopeBytesMax = 4_096;

/** The bytes of an attachment, which the daemon fetched when the message came. Rejects with a MediaError. */
export async function downloadAttachment(
  rpc: SignalRpc,
  handle: string,
  bytesMax: number,
  signal: AbortSignal,
): Promise<DownloadedMedia> {
  const known = parseHandle(handle);
  if (!known) throw new MediaError("there is no such file", true);
  if ((known.bytes ?? 0) > bytesMax) throw tooLarge(known.bytes!, bytesMax);
  const { id, peer } = known;
  const chat = peer.kind === "group" ? { groupId: peer.id } : { recipient: peer.id };
  const limits = { timeoutMs: downloadTimeoutMs, signal, answerBytesMax: textBytes(bytesMax) + envelopeBytesMax };
  const answer = await rpc.call("getAttachment", { id, ...chat }, limits).catch((error: unknown) => {
    if (!(error instanceof CallError)) throw error;
    // The daemon does not look for a file twice: one that it does not have it will not get.
    throw new MediaError(error.message, error.failure.kind === "refused");
  });
  const data = isPlainObject(answer) ? answer["data"] : undefined;
  if (typeof data !== "string") throw new MediaError("signal-cli did not hand out the file", false);
  const bytes = decoded(data);
  if (bytes.byteLength > bytesMax) throw tooLarge(bytes.byteLength, bytesMax);
  // What the daemon could not fetch is an empty file there.
  if (bytes.byteLength === 0 && known.bytes !== 0) throw new MediaError("signal-cli could not fetch the file", true);
  return { bytes, mimeType: undefined, fileName: undefined };
}

const textBytes = (bytes: number) => Math.ceil(bytes / 3) * 4;

function decoded(base64: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(base64);
  } catch (error) {
    throw new MediaError("signal-cli handed out something that is no file", false, error);
  }
}

function tooLarge(bytes: number, bytesMax: number): MediaError {
  return new MediaError(`the file has ${bytes} bytes: at most ${bytesMax} are taken`, true);
}
