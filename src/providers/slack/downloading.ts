import { MediaError } from "../errors.ts";
import type { DownloadedMedia } from "../provider.ts";
import { CallError } from "./failures.ts";
import type { WebApi } from "./web-api.ts";
import type { WireFile } from "./wire.ts";

export interface DownloadLimits {
  readonly bytesMax: number;
  readonly signal: AbortSignal;
}

/** The bytes behind a file id. Rejects with a MediaError or the signal's reason. */
export async function downloadFile(api: WebApi, fileId: string, limits: DownloadLimits): Promise<DownloadedMedia> {
  const { bytesMax, signal } = limits;
  const file = await whereabouts(api, fileId, signal);
  if ((file.size ?? 0) > bytesMax) {
    throw new MediaError(`the file has ${file.size} bytes: at most ${bytesMax} are taken`, true);
  }
  const address = file.url_private_download ?? file.url_private;
  if (file.is_external || file.mode === "external") throw new MediaError("the file is kept outside of Slack", true);
  if (address === undefined) throw new MediaError("Slack does not hand the file out", true);
  const isPage = file.mimetype?.startsWith("text/html") ?? false;
  const { bytes, mimeType } = await api.file(address, { bytesMax, signal, isPage });
  return {
    bytes,
    // What Slack found out when it was uploaded says more than the header of a download.
    mimeType: file.mimetype || (mimeType?.startsWith("application/octet-stream") ? undefined : mimeType),
    fileName: file.name ?? undefined,
  };
}

const gone = new Set(["file_not_found", "file_deleted", "access_denied"]);

async function whereabouts(api: WebApi, fileId: string, signal: AbortSignal): Promise<WireFile> {
  try {
    const { file } = await api.call("files.info", (client) => client.files.info({ file: fileId }), { signal });
    if (!file) throw new MediaError("Slack knows nothing of the file", false);
    return file as WireFile;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const isPermanent = error.failure.kind === "refused" && gone.has(error.failure.error);
    throw new MediaError(error.message, isPermanent);
  }
}
