import { isJson } from "../telegram/wire.ts";

/** JSON in which bytes may stand. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Uint8Array ? { $bytes: part.toBase64() } : part,
  );
}

export function decode(text: string): unknown {
  if (text === "") return undefined;
  return JSON.parse(text, (_key, part: unknown) =>
    isJson(part) && typeof part["$bytes"] === "string" ? Uint8Array.fromBase64(part["$bytes"]) : part,
  );
}
