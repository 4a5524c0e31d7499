import {
  type Clock,
  extensionOf,
  type Ids,
  joinPath,
  makePrivateFolder,
  mimeOf,
  safeFileName,
  unknownMimeType,
  writePrivateFile,
} from "../lib/index.ts";
import type { Workspaces } from "../exec/index.ts";
import { FetchRefused, FileRefused, type GuardedFetch, readLocalMedia } from "../net/index.ts";
import type { OutboxMedia } from "../outbox/index.ts";
import { MediaError } from "../providers/index.ts";

/** Files between agents and chats: what a reply names, and what a person sent. */

/** Largest file that a reply may bring along. */
export const replyFileBytesMax = 50_000_000;
const fetchDeadlineMs = 60_000;

export interface MediaPorts {
  readonly workspaces: Pick<Workspaces, "folderOf">;
  readonly media: { putAsync(bytes: Uint8Array): Promise<string> };
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  readonly ids: Ids;
}

interface MediaSource {
  readonly source: string;
  readonly agentId: string;
  readonly asVoice: boolean;
}

/** Loads what a reply names: a file of the agent's workspace, or a public address. Rejects with a MediaError. */
export async function loadMedia(wanted: MediaSource, ports: MediaPorts, signal: AbortSignal): Promise<OutboxMedia> {
  const { bytes, fileName, mimeType } = await bytesOf(wanted, ports, signal);
  const sha256 = await ports.media.putAsync(bytes);
  return { kind: kindOf(mimeType, wanted.asVoice), mimeType, fileName, sha256 };
}

/** Puts a file that a person sent where the agent can read it; its path in the workspace. */
export function placeFile(ports: Pick<MediaPorts, "workspaces" | "ids">, agentId: string, file: Placed): string {
  const path = joinPath("inbound", `${ports.ids.sortable("f")}-${safeFileName(file.name)}`);
  const folder = ports.workspaces.folderOf(agentId);
  makePrivateFolder(joinPath(folder, "inbound"));
  writePrivateFile(joinPath(folder, path), file.bytes);
  return path;
}

interface Placed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function bytesOf({ source, agentId }: MediaSource, ports: MediaPorts, signal: AbortSignal) {
  try {
    if (/^https?:\/\//i.test(source)) return await fetched(source, ports, signal);
    const rules = { roots: [ports.workspaces.folderOf(agentId)], bytesMax: replyFileBytesMax };
    return await readLocalMedia(source, rules);
  } catch (error) {
    if (error instanceof FileRefused) throw new MediaError(error.message, true, error);
    if (error instanceof FetchRefused) throw new MediaError(error.message, true, error);
    throw error;
  }
}

async function fetched(source: string, { fetch }: MediaPorts, signal: AbortSignal) {
  const answer = await fetch(source, { bytesMax: replyFileBytesMax, totalMs: fetchDeadlineMs, signal });
  if (answer.status >= 400) throw new MediaError(`${new URL(source).host} answered ${answer.status}`, true);
  const { bytes, contentType } = answer;
  const seen = mimeOf(bytes);
  const mimeType = seen === unknownMimeType ? (contentType ?? seen) : seen;
  const name = safeFileName(new URL(answer.url).pathname.split("/").at(-1) ?? "");
  return { bytes, mimeType, fileName: name.includes(".") ? name : `${name}.${extensionOf(mimeType)}` };
}

function kindOf(mimeType: string, asVoice: boolean): OutboxMedia["kind"] {
  const [family] = mimeType.split("/");
  if (family === "audio") return asVoice ? "voice" : "audio";
  if (family === "image" && mimeType !== "image/svg+xml") return "image";
  return family === "video" ? "video" : "document";
}
