import { readNote, removeNote, writeNote } from "../shared/notes.ts";
import type { DraftImage } from "./unsent.ts";

/** What is being written in each session. Text survives a reload; images live as long as the page. */

const noteName = (sessionKey: string) => `draft:${sessionKey}`;
const images = new Map<string, readonly DraftImage[]>();

export function draftText(sessionKey: string): string {
  return readNote(noteName(sessionKey)) ?? "";
}

export function keepDraftText(sessionKey: string, text: string): void {
  if (text === "") removeNote(noteName(sessionKey));
  else writeNote(noteName(sessionKey), text);
}

export function draftImages(sessionKey: string): readonly DraftImage[] {
  return images.get(sessionKey) ?? [];
}

export function keepDraftImages(sessionKey: string, drafted: readonly DraftImage[]): void {
  images.set(sessionKey, drafted);
}
