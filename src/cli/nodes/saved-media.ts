import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { processEnvironment } from "../../config/index.ts";
import { isoTime, realClock } from "../../lib/index.ts";
import { type NodeMedia, readNodeMedia } from "../../nodes/index.ts";
import { refused } from "../failure.ts";
import { isTerminal, printLine, printText } from "../print.ts";
import { shown } from "../words.ts";

/** Pictures and films of nodes become files, and pictures show in terminals that can. */

export interface MediaWish {
  readonly family: "image" | "video";
  /** The start of the file's name, where none is given. */
  readonly name: string;
  readonly out: string | undefined;
}

export interface SavedMedia {
  readonly path: string;
  readonly mimeType: string;
  readonly bytes: number;
  readonly width?: number;
  readonly height?: number;
  readonly durationMs?: number;
}

/** Pictures that a terminal is sent. */
const inlineBytesMax = 8_000_000;

export function saveMedia(
  payload: unknown,
  { family, name, out }: MediaWish,
): SavedMedia & { readonly data: Uint8Array } {
  const media = readNodeMedia(payload, family);
  if (typeof media === "string") throw refused(media, "clawdia nodes describe NODE");
  const stamp = isoTime(realClock.nowMs()).slice(0, 19).replaceAll(":", "-");
  const path = resolve(out ?? `${name}-${stamp}${media.extension}`);
  try {
    // Without a name of the person's own nothing is written over.
    writeFileSync(path, media.bytes, { mode: 0o600, flag: out === undefined ? "wx" : "w" });
  } catch (error) {
    throw refused(
      `${shown(path)} was not written: ${error instanceof Error ? error.message : String(error)}`,
      "--out FILE",
    );
  }
  return { ...factsOf(media, path), data: media.bytes };
}

export function printSaved({ data, ...saved }: SavedMedia & { readonly data: Uint8Array }): void {
  showInline(data, saved.mimeType);
  const size = saved.width !== undefined && saved.height !== undefined ? `, ${saved.width}x${saved.height}` : "";
  const long = saved.durationMs === undefined ? "" : `, ${(saved.durationMs / 1000).toFixed(1)} s`;
  printLine(`${shown(saved.path, 4096)} (${saved.mimeType}${size}${long}, ${Math.ceil(saved.bytes / 1024)} KiB)`);
}

function factsOf({ bytes, mimeType, width, height, durationMs }: NodeMedia, path: string): SavedMedia {
  return {
    path,
    mimeType,
    bytes: bytes.length,
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(durationMs !== undefined && { durationMs }),
  };
}

function showInline(data: Uint8Array, mimeType: string): void {
  const drawn = isTerminal() && data.length <= inlineBytesMax ? inlineImage(data, mimeType, processEnvironment()) : "";
  if (drawn !== "") printText(`${drawn}\n`);
}

/** What makes this terminal draw the picture; empty where it cannot. */
export function inlineImage(
  data: Uint8Array,
  mimeType: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  if (!mimeType.startsWith("image/")) return "";
  const base64 = Buffer.from(data).toString("base64");
  const program = environment["TERM_PROGRAM"] ?? "";
  if (program === "iTerm.app" || program === "WezTerm") {
    return `\u001b]1337;File=inline=1;size=${data.length};preserveAspectRatio=1:${base64}\u0007`;
  }
  const isKitty = environment["TERM"] === "xterm-kitty" || environment["KITTY_WINDOW_ID"] || program === "ghostty";
  return isKitty && mimeType === "image/png" ? kittyImage(base64) : "";
}

/** Kitty's protocol takes PNG, in pieces. */
function kittyImage(base64: string): string {
  const pieces = base64.match(/.{1,4096}/g) ?? [];
  return pieces
    .map((piece, at) => {
      const more = at < pieces.length - 1 ? 1 : 0;
      return `\u001b_G${at === 0 ? "a=T,f=100," : ""}m=${more};${piece}\u001b\\`;
    })
    .join("");
}
