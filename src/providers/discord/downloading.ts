import type { APIMessage } from "discord-api-types/v10";
import { MediaError } from "../errors.ts";
import type { DownloadedMedia } from "../provider.ts";
import { attachmentsOf } from "./content.ts";
import { CallError, isOutOfReach } from "./failures.ts";
import type { RestApi } from "./rest-api.ts";

/**
 * The bytes behind `channel/message/attachment`. Addresses of files are signed for a day, so the message is asked for
 * a fresh one. Rejects with a MediaError or the signal's reason.
 */
export async function downloadFile(
  api: RestApi,
  handle: string,
  bytesMax: number,
  signal: AbortSignal,
): Promise<DownloadedMedia> {
  signal.throwIfAborted();
  const [channelId, messageId, attachmentId] = handle.split("/");
  const message = await messageOf(api, `/channels/${channelId}/messages/${messageId}`, signal);
  const file = attachmentsOf(message).find(({ id }) => id === attachmentId);
  if (!file) throw new MediaError("the file was taken out of its message", true);
  if (file.size > bytesMax) {
    throw new MediaError(`the file has ${file.size} bytes: at most ${bytesMax} are taken`, true);
  }
  const { status, mimeType, bytes } = await api.file(file.url, bytesMax, signal);
  if (status === 404 || status === 410) throw new MediaError("the file is gone from Discord", true);
  if (status !== 200) throw new MediaError(`Discord answered ${status} for the file`, false);
  return { bytes, mimeType: file.content_type ?? mimeType, fileName: file.filename };
}

async function messageOf(api: RestApi, route: `/${string}`, signal: AbortSignal): Promise<APIMessage> {
  try {
    return await api.call<APIMessage>("show a message", { method: "get", route }, signal);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    throw new MediaError(error.message, isOutOfReach(error));
  }
}
