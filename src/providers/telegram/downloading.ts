import { MediaError } from "../errors.ts";
import type { DownloadedMedia } from "../provider.ts";
import type { BotApi } from "./bot-api.ts";
import { CallError } from "./failures.ts";

/** The bytes behind a file id. Rejects with a MediaError or the signal's reason. */
export async function downloadFile(
  api: BotApi,
  fileId: string,
  bytesMax: number,
  signal: AbortSignal,
): Promise<DownloadedMedia> {
  const file = await whereabouts(api, fileId, signal);
  if ((file.file_size ?? 0) > bytesMax) {
    throw new MediaError(`the file has ${file.file_size} bytes: at most ${bytesMax} are taken`, true);
  }
  if (!file.file_path) throw new MediaError("Telegram has no path to the file", false);
  const { status, mimeType, bytes } = await api.file(file.file_path, bytesMax, signal);
  // The path is an hour old at most: a file that is not there is gone.
  if (status === 404 || status === 410) throw new MediaError("the file is gone from Telegram", true);
  if (status !== 200) throw new MediaError(`Telegram answered ${status} for the file`, false);
  return {
    bytes,
    // Telegram calls everything that.
    mimeType: mimeType?.startsWith("application/octet-stream") ? undefined : mimeType,
    fileName: file.file_path.split("/").at(-1),
  };
}

/** Telegram's word for ids that never were, and for files above its limit. */
const gone = /invalid file.?id|file is too big|wrong file identifier/i;

async function whereabouts(api: BotApi, fileId: string, signal: AbortSignal) {
  try {
    return await api.call("getFile", (raw) => raw.getFile({ file_id: fileId }), { signal });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const isPermanent = error.failure.kind === "refused" && gone.test(error.failure.description);
    throw new MediaError(error.message, isPermanent);
  }
}
