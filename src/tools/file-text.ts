import { FileRefused, quoted } from "./workspace-path.ts";

/** Bytes of a file as text or picture. */

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text, or a refusal for what is none. */
export function textOfFile(path: string, bytes: Uint8Array): string {
  try {
    const text = utf8.decode(bytes);
    if (!text.includes("\0")) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new FileRefused(`${quoted(path)} is no text: ${bytes.length} bytes of something else`);
}

const starts: readonly (readonly [mimeType: string, start: string])[] = [
  ["image/png", "89504e470d0a1a0a"],
  ["image/jpeg", "ffd8ff"],
  ["image/gif", "474946383961"],
  ["image/gif", "474946383761"],
];

/** What kind of picture the bytes are; undefined for anything that models are not shown. */
export function pictureType(bytes: Uint8Array): string | undefined {
  const hex = Buffer.from(bytes.subarray(0, 12)).toString("hex");
  // RIFF, four bytes of length, WEBP
  if (hex.startsWith("52494646") && hex.endsWith("57454250")) return "image/webp";
  return starts.find(([, start]) => hex.startsWith(start))?.[0];
}
