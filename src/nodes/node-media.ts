import { extensionOf, mimeOf } from "../lib/index.ts";

/** Pictures and films that nodes send, from their answers to bytes. Pure; nothing that a node says names a file. */

export interface NodeMedia {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  /** With a dot. */
  readonly extension: string;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly durationMs: number | undefined;
}

/** What it is, or why it is none. */
export function readNodeMedia(payload: unknown, family: "image" | "video"): NodeMedia | string {
  const said = (typeof payload === "object" && payload !== null ? payload : {}) as Readonly<Record<string, unknown>>;
  const { base64 } = said;
  if (typeof base64 !== "string" || base64 === "") return "the node sent no picture";
  if (base64.length % 4 === 1 || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(base64)) return "what the node sent is no base64";
  const bytes = new Uint8Array(Buffer.from(base64, "base64"));
  const mimeType = mimeOf(bytes);
  if (!mimeType.startsWith(`${family}/`)) return `the node sent ${mimeType} in place of ${family}`;
  const number = (name: string) => (typeof said[name] === "number" ? said[name] : undefined);
  return {
    bytes,
    mimeType,
    extension: extensionOf(mimeType),
    width: number("width"),
    height: number("height"),
    durationMs: number("durationMs"),
  };
}
