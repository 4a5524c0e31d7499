import { getMediaKeys, type MediaType } from "@whiskeysockets/baileys";
import { MediaError } from "../errors.ts";
import type { DownloadedMedia } from "../provider.ts";
import type { KeptFile } from "./remembered.ts";

/**
 * Files at WhatsApp: encrypted here, stored at a host that sees only noise. What comes is checked against its seal
 * before anybody sees it. The host never comes from a message: its sender would choose whom we call.
 */
const mediaHost = "https://mmg.whatsapp.net";
const sealBytes = 10;
/** Padding and the seal. */
const overheadBytes = 16 + sealBytes;
const origin = "https://web.whatsapp.com";

export interface MediaPlace {
  /** Instead of the network's own hosts. */
  readonly mediaUrl?: string | undefined;
}

export async function downloadFile(
  kept: KeptFile,
  { mediaUrl }: MediaPlace,
  bytesMax: number,
  signal: AbortSignal,
): Promise<DownloadedMedia> {
  signal.throwIfAborted();
  const address = new URL(kept.directPath, mediaUrl ?? mediaHost);
  if (address.origin !== new URL(mediaUrl ?? mediaHost).origin) throw new MediaError("the file lies elsewhere", true);
  const sealed = await fetched(address, bytesMax + overheadBytes, signal);
  const bytes = await opened(sealed, kept);
  if (bytes.byteLength > bytesMax) throw tooLarge(bytesMax);
  return { bytes, mimeType: kept.mimeType, fileName: kept.fileName };
}

async function fetched(address: URL, bytesMax: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address, { signal, redirect: "error", headers: { Origin: origin } }).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      throw new MediaError("the file could not be fetched from WhatsApp", false, error);
    },
  );
  if (!response.ok) {
    await response.body?.cancel();
    const isGone = response.status === 404 || response.status === 410 || response.status === 403;
    throw new MediaError(`WhatsApp does not give the file (${response.status})`, isGone);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    signal.throwIfAborted();
    length += chunk.byteLength;
    if (length > bytesMax) throw tooLarge(bytesMax - overheadBytes);
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

const tooLarge = (bytesMax: number) => new MediaError(`the file has more than ${bytesMax} bytes`, true);

async function opened(sealed: Uint8Array<ArrayBuffer>, kept: KeptFile): Promise<Uint8Array> {
  const broken = new MediaError("the file does not match its seal", true);
  if (sealed.byteLength <= sealBytes) throw broken;
  const keys = await keysOf(Buffer.from(kept.mediaKey, "base64"), kept.mediaType);
  const cipher = sealed.subarray(0, -sealBytes);
  const seal = (await keys.sealOf(cipher)).subarray(0, sealBytes);
  if (!Buffer.from(seal).equals(sealed.subarray(-sealBytes))) throw broken;
  const bytes = await crypto.subtle
    .decrypt({ name: "AES-CBC", iv: keys.iv }, keys.cipherKey, cipher)
    .catch(() => Promise.reject(broken));
  const hash = await sha256(new Uint8Array(bytes));
  if (kept.sha256 !== undefined && hash.toString("base64") !== kept.sha256) throw broken;
  return new Uint8Array(bytes);
}

/** A file, encrypted for the network, and what a message says about it. */
export interface SealedFile {
  readonly sealed: Uint8Array;
  readonly mediaKey: Uint8Array;
  readonly fileSha256: Uint8Array;
  readonly fileEncSha256: Uint8Array;
  readonly fileLength: number;
}

export async function sealFile(bytes: Uint8Array, mediaType: MediaType, mediaKey: Uint8Array): Promise<SealedFile> {
  const keys = await keysOf(mediaKey, mediaType);
  const plain = Uint8Array.from(bytes);
  const cipher = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv: keys.iv }, keys.cipherKey, plain));
  const sealed = Buffer.concat([cipher, (await keys.sealOf(cipher)).subarray(0, sealBytes)]);
  return {
    sealed,
    mediaKey,
    fileSha256: await sha256(plain),
    fileEncSha256: await sha256(Uint8Array.from(sealed)),
    fileLength: bytes.byteLength,
  };
}

async function keysOf(mediaKey: Uint8Array, mediaType: MediaType) {
  const { iv, cipherKey, macKey } = await getMediaKeys(mediaKey, mediaType);
  if (!macKey) throw new TypeError("a kind of file without a seal");
  const start = Uint8Array.from(iv);
  const hmac = await crypto.subtle.importKey("raw", Uint8Array.from(macKey), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  return {
    iv: start,
    cipherKey: await crypto.subtle.importKey("raw", Uint8Array.from(cipherKey), "AES-CBC", false, [
      "encrypt",
      "decrypt",
    ]),
    sealOf: async (cipher: Uint8Array) =>
      new Uint8Array(await crypto.subtle.sign("HMAC", hmac, Uint8Array.from(Buffer.concat([start, cipher])))),
  };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Buffer> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", bytes));
}

/** Where uploads may go now, as the network tells it. */
export interface UploadTicket {
  readonly auth: string;
  readonly hosts: readonly { readonly hostname: string }[];
}

const uploadFolders: Partial<Record<MediaType, string>> = {
  image: "/mms/image",
  video: "/mms/video",
  audio: "/mms/audio",
  document: "/mms/document",
};

/** Gives where the file lies now. Rejects when no host takes it: then nothing was sent. */
export async function uploadFile(
  { sealed, fileEncSha256 }: SealedFile,
  mediaType: MediaType,
  ticket: UploadTicket,
  { mediaUrl, signal }: MediaPlace & { readonly signal: AbortSignal },
): Promise<{ readonly url: string; readonly directPath: string }> {
  const hash = Buffer.from(fileEncSha256).toString("base64url");
  const path = `${uploadFolders[mediaType] ?? "/mms/document"}/${hash}`;
  const query = `auth=${encodeURIComponent(ticket.auth)}&token=${hash}`;
  const bases = mediaUrl === undefined ? ticket.hosts.map(({ hostname }) => `https://${hostname}`) : [mediaUrl];
  let last: unknown;
  for (const base of bases) {
    try {
      const response = await fetch(new URL(`${path}?${query}`, base), {
        method: "POST",
        body: Uint8Array.from(sealed),
        headers: { "Content-Type": "application/octet-stream", Origin: origin },
        redirect: "error",
        signal,
      });
      const answer = (await response.json()) as { url?: string; direct_path?: string };
      if (!response.ok || !answer.direct_path) throw new Error(`the host answered ${response.status}`);
      return { url: answer.url ?? "", directPath: answer.direct_path };
    } catch (error) {
      signal.throwIfAborted();
      last = error;
    }
  }
  throw new Error("no host of WhatsApp took the file", { cause: last });
}
