import { oneLine, spanWords } from "../lib/index.ts";

/** Values in words that people read. What comes from the network goes through `shown` or `shownText` first. */

const shownCharsMax = 512;

/** One line in which no character can drive the terminal. */
export function shown(text: string | undefined, charsMax = shownCharsMax): string {
  return oneLine(text ?? "", charsMax);
}

/** What a longer text says, on one line. */
export function gist(text: string | undefined): string {
  return shown((text ?? "").replace(/\s+/g, " ").trim());
}

/** Text of several lines: line breaks, tabs and joiners of emoji stay, what could drive the terminal is escaped. */
export function shownText(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

/** `agoWords(undefined)` is never. */
export function agoWords(atMs: number | null | undefined, nowMs: number): string {
  if (atMs === undefined || atMs === null) return "never";
  const ms = nowMs - atMs;
  return ms < 5_000 ? "just now" : `${spanWords(ms)} ago`;
}

/** Date and time of day as the person's machine writes them. */
export function timeWords(atMs: number): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(atMs);
}

export function megabyteWords(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

export function countWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The start of a device's or request's id: enough to tell it from the others, and accepted as the whole. */
export function shortId(id: string): string {
  return shown(id).slice(0, 12);
}
