/** How media travel: as base64 text in JSON text in a frame. Pure. */

/** Of an answer, for the fields beside the media. */
const fieldsCharsMax = 1024;

/** Bytes that fit into an answer of so many characters. */
export function mediaBytesMax(answerCharsMax: number): number {
  return Math.max(0, Math.floor((answerCharsMax - fieldsCharsMax) / 4) * 3);
}

export function base64Of(bytes: Uint8Array): string {
  return bytes.toBase64();
}

/** A duration as callers ask for it, within what apps allow. */
export function clampedMs(asked: number | undefined, standard: number): number {
  return Math.round(Math.min(60_000, Math.max(250, asked ?? standard)));
}
