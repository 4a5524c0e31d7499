import type { EventFrame, ResponseFrame } from "./frames.ts";

/**
 * What a client reads from the gateway. Without compiled schemas: a page's content security policy forbids making code
 * from text, and a client trusts its gateway for everything inside the frame.
 */

/** Unknown frames are undefined. */
export function parseServerFrame(raw: string): ResponseFrame | EventFrame | undefined {
  const value = parseJson(raw);
  if (isResponse(value)) return value;
  return isEvent(value) ? value : undefined;
}

function isResponse(value: unknown): value is ResponseFrame {
  const { type, id, ok, error } = fieldsOf(value);
  return type === "res" && typeof id === "string" && typeof ok === "boolean" && (error === undefined || isError(error));
}

function isError(value: unknown): boolean {
  const { code, message } = fieldsOf(value);
  return typeof code === "string" && typeof message === "string";
}

function isEvent(value: unknown): value is EventFrame {
  const { type, event, seq } = fieldsOf(value);
  return type === "event" && typeof event === "string" && (seq === undefined || Number.isSafeInteger(seq));
}

function fieldsOf(value: unknown): Partial<Record<FieldName, unknown>> {
  return typeof value === "object" && value !== null ? value : {};
}

type FieldName = "type" | "id" | "ok" | "error" | "code" | "message" | "event" | "seq";

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return undefined;
  }
}
