import { cutToBytes } from "./text.ts";

/** Names of files that came from outside: what may be shown, sent on or written into a header. */

export const fileNameBytesMax = 120;
const extensionBytesMax = 16;
/** Of a longer name only the end is looked at. */
const lookedAtCharsMax = 1024;

/** Control characters, marks that turn or hide text, halves of pairs, and quotes. */
const removed = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}"'`´‘’“”]/gu;
/** What systems or headers read as something else. */
const replaced = /[<>:|?*;\\/]/g;
const reservedOnWindows = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i;

/**
 * One line without path, quotes, marks of direction, leading dots and dashes, of at most 120 bytes with its ending
 * kept; never empty. It is for people and headers: files on disk are never named by it.
 */
export function safeFileName(name: string, fallback = "file"): string {
  const last = name
    .slice(-lookedAtCharsMax)
    .normalize("NFC")
    .split(/[/\\]/)
    .findLast((part) => tidy(part) !== "");
  const tidied = last === undefined ? "" : tidy(last);
  if (tidied === "") return fallback;
  const named = reservedOnWindows.test(tidied) ? `_${tidied}` : tidied;
  return shortened(named);
}

/** `Content-Disposition` of a file, which no name can end early: RFC 6266, with the exact name as RFC 8187 has it. */
export function contentDisposition(name: string, kind: "attachment" | "inline" = "attachment"): string {
  const safe = safeFileName(name);
  const ascii = safe.replace(/[^\u0020-\u007e]|[%"\\]/g, "_");
  const exact = encodeURIComponent(safe).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${exact}`;
}

function tidy(part: string): string {
  const plain = part
    .replace(removed, "")
    .replace(replaced, "_")
    .replace(/\p{Zs}+/gu, " ");
  return plain.replace(/^[-. ]+|[. ]+$/g, "");
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= fileNameBytesMax) return name;
  const ending = /\.[^. ]+$/.exec(name)?.[0] ?? "";
  const kept = Buffer.byteLength(ending) <= extensionBytesMax ? ending : "";
  const stem = cutToBytes(name.slice(0, name.length - kept.length), fileNameBytesMax - Buffer.byteLength(kept));
  return `${stem.replace(/[. ]+$/, "")}${kept}`;
}
