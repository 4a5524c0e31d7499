import { zipNames } from "./zip-names.ts";

/**
 * What bytes are, from the bytes alone: neither a name nor a sender's word counts. Pictures that are programs (SVG) and
 * pages are text here, so that nobody shows them as pictures or pages by mistake.
 */

export const unknownMimeType = "application/octet-stream";

/** How far text is looked at. */
const textBytesMax = 64 * 1024;

interface Kind {
  readonly mimeType: string;
  readonly extension: string;
  readonly matches: (bytes: Uint8Array) => boolean;
}

const kinds: readonly Kind[] = [
  kind("image/png", ".png", (bytes) => has(bytes, 0, "\x89PNG\r\n\x1a\n")),
  kind("image/jpeg", ".jpg", (bytes) => has(bytes, 0, "\xff\xd8\xff")),
  kind("image/gif", ".gif", (bytes) => has(bytes, 0, "GIF87a") || has(bytes, 0, "GIF89a")),
  kind("image/webp", ".webp", (bytes) => has(bytes, 0, "RIFF") && has(bytes, 8, "WEBP")),
  kind("image/avif", ".avif", (bytes) => hasBrand(bytes, ["avif", "avis"])),
  kind("image/heic", ".heic", (bytes) => hasBrand(bytes, ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1"])),
  kind("image/bmp", ".bmp", (bytes) => has(bytes, 0, "BM") && has(bytes, 6, "\0\0\0\0") && has(bytes, 15, "\0\0\0")),
  kind("image/x-icon", ".ico", (bytes) => has(bytes, 0, "\0\0\x01\0") && bytes[4] !== 0 && bytes[9] === 0),
  kind("image/tiff", ".tiff", (bytes) => has(bytes, 0, "II*\0") || has(bytes, 0, "MM\0*")),
  kind("audio/wav", ".wav", (bytes) => has(bytes, 0, "RIFF") && has(bytes, 8, "WAVE")),
  kind("video/x-msvideo", ".avi", (bytes) => has(bytes, 0, "RIFF") && has(bytes, 8, "AVI ")),
  kind("video/ogg", ".ogv", (bytes) => has(bytes, 0, "OggS") && has(bytes, 28, "\x80theora")),
  kind("audio/ogg", ".ogg", (bytes) => has(bytes, 0, "OggS")),
  kind("audio/flac", ".flac", (bytes) => has(bytes, 0, "fLaC")),
  kind("audio/amr", ".amr", (bytes) => has(bytes, 0, "#!AMR")),
  kind("audio/mp4", ".m4a", (bytes) => has(bytes, 4, "ftypM4A") || has(bytes, 4, "ftypM4B")),
  kind("video/quicktime", ".mov", (bytes) => has(bytes, 4, "ftypqt") || has(bytes, 4, "moov\0")),
  kind("video/3gpp", ".3gp", (bytes) => has(bytes, 4, "ftyp3g")),
  kind("video/mp4", ".mp4", (bytes) => has(bytes, 4, "ftyp")),
  kind("video/webm", ".webm", (bytes) => has(bytes, 0, "\x1a\x45\xdf\xa3") && headHas(bytes, "webm")),
  kind("video/x-matroska", ".mkv", (bytes) => has(bytes, 0, "\x1a\x45\xdf\xa3")),
  kind("audio/mpeg", ".mp3", (bytes) => has(bytes, 0, "ID3") || isLayer3(bytes)),
  kind("audio/aac", ".aac", (bytes) => bytes[0] === 0xff && (bytes[1]! & 0xf6) === 0xf0),
  kind("application/pdf", ".pdf", (bytes) => has(bytes, 0, "%PDF-")),
  kind("application/gzip", ".gz", (bytes) => has(bytes, 0, "\x1f\x8b")),
  kind("application/x-bzip2", ".bz2", (bytes) => has(bytes, 0, "BZh") && has(bytes, 4, "1AY&SY")),
  kind("application/x-xz", ".xz", (bytes) => has(bytes, 0, "\xfd7zXZ\0")),
  kind("application/zstd", ".zst", (bytes) => has(bytes, 0, "\x28\xb5\x2f\xfd")),
  kind("application/x-7z-compressed", ".7z", (bytes) => has(bytes, 0, "7z\xbc\xaf\x27\x1c")),
  kind("application/vnd.rar", ".rar", (bytes) => has(bytes, 0, "Rar!\x1a\x07")),
  kind("application/x-tar", ".tar", (bytes) => has(bytes, 257, "ustar")),
];

/** Archives that are documents, by a name that only they hold. */
const documents: readonly (readonly [mimeType: string, extension: string, holds: RegExp])[] = [
  ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", /^word\//],
  ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", /^xl\//],
  ["application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx", /^ppt\//],
];

/** Types that bytes do not tell apart, for those who know better. */
const toldExtensions: Readonly<Record<string, string>> = {
  "application/json": ".json",
  "application/zip": ".zip",
  "audio/opus": ".ogg",
  "audio/x-wav": ".wav",
  "image/jpg": ".jpg",
  "image/svg+xml": ".svg",
  "text/csv": ".csv",
  "text/html": ".html",
  "text/markdown": ".md",
  "text/plain": ".txt",
};

/** Always an answer: `text/plain` for text of any kind, `application/octet-stream` for what nothing else fits. */
export function mimeOf(bytes: Uint8Array): string {
  const known = kinds.find(({ matches }) => matches(bytes));
  if (known) return known.mimeType;
  if (has(bytes, 0, "PK\x03\x04") || has(bytes, 0, "PK\x05\x06")) return zipMimeOf(bytes);
  return isText(bytes) ? "text/plain" : unknownMimeType;
}

/** With its dot; `.bin` for a type that is not known. Parameters of the type do not matter. */
export function extensionOf(mimeType: string): string {
  const bare = mimeType.split(";")[0]!.trim().toLowerCase();
  const known = kinds.find((one) => one.mimeType === bare)?.extension;
  const told = Object.hasOwn(toldExtensions, bare) ? toldExtensions[bare] : undefined;
  return known ?? told ?? documents.find(([type]) => type === bare)?.[1] ?? ".bin";
}

function zipMimeOf(bytes: Uint8Array): string {
  const names = zipNames(bytes);
  if (!names.includes("[Content_Types].xml")) return "application/zip";
  return documents.find(([, , holds]) => names.some((name) => holds.test(name)))?.[0] ?? "application/zip";
}

/** Valid UTF-8, or UTF-16 with its mark, without the control characters that text lacks. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  const start = bytes.subarray(0, textBytesMax);
  const utf16 = has(bytes, 0, "\xff\xfe") ? "utf-16le" : has(bytes, 0, "\xfe\xff") ? "utf-16be" : undefined;
  try {
    const text = new TextDecoder(utf16 ?? "utf-8", { fatal: true }).decode(start, {
      stream: bytes.length > start.length,
    });
    return !/[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/.test(text);
  } catch (error) {
    // It says so by throwing.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The head of a frame of MPEG audio, layer 3, with values that are not reserved. */
function isLayer3(bytes: Uint8Array): boolean {
  const [first, second = 0, third = 0] = bytes;
  const isHead = first === 0xff && (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08;
  return isHead && third >> 4 !== 15 && third >> 4 !== 0 && (third & 0x0c) !== 0x0c;
}

/** The major brand of an ISO media file, or one of those it is compatible with. */
function hasBrand(bytes: Uint8Array, brands: readonly string[]): boolean {
  if (!has(bytes, 4, "ftyp")) return false;
  const size = Math.min((bytes[2]! << 8) | bytes[3]!, 256, bytes.length);
  for (let at = 8; at + 4 <= size; at += 4) if (at !== 12 && brands.some((brand) => has(bytes, at, brand))) return true;
  return false;
}

function headHas(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, 64)).includes(text);
}

function has(bytes: Uint8Array, at: number, text: string): boolean {
  if (bytes.length < at + text.length) return false;
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

function kind(mimeType: string, extension: string, matches: Kind["matches"]): Kind {
  return { mimeType, extension, matches };
}
