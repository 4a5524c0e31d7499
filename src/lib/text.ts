/** Cuts to at most `bytesMax` bytes of UTF-8, never inside a character. */
export function cutToBytes(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= bytesMax) return text;
  let end = bytesMax;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString("utf8");
}

/** At most `charsMax` characters; a cut shows as an ellipsis and is never inside a surrogate pair. */
export function shorten(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const last = text.charCodeAt(charsMax - 2);
  const isInsidePair = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, isInsidePair ? charsMax - 2 : charsMax - 1)}…`;
}

/** One bounded line for a log or an error: control characters, ANSI escapes and bidi marks are shown as escapes. */
export function oneLine(text: string, charsMax: number): string {
  const shown = shorten(text, charsMax).replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  if (shown.length <= charsMax) return shown;
  // Escapes made it longer: cut again, not inside of one.
  return `${shown.slice(0, charsMax - 1).replace(/\\(u[0-9a-f]{0,3})?$/, "")}…`;
}

/** `48 s`, `7 min`, `2 h 5 min`, `3 days`. */
export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h${minutes % 60 > 0 ? ` ${minutes % 60} min` : ""}`;
  return `${Math.floor(hours / 24)} days`;
}
