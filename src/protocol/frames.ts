import { type Static, Type } from "@sinclair/typebox";
import { fits, problemsOf } from "./checked.ts";
import { ErrorShape } from "./errors.ts";
import { countKeys, isWellFormed, scanJson } from "./json-text.ts";
import { wireLimits } from "./limits.ts";
import { closed, count, named, nonEmpty, optional } from "./shapes.ts";

/** The three frames of section 1.5 of the wire document. All are closed; absent fields are left out, never null. */

export const StateVersion = named("StateVersion", { presence: count(), health: count() });
export type StateVersion = Static<typeof StateVersion>;

/** What a client asks. `traceparent` and `expectedProfileId` come from clients of version 4 and are ignored. */
export const RequestFrame = named("RequestFrame", {
  type: Type.Literal("req"),
  id: nonEmpty(256),
  method: nonEmpty(128),
  params: optional(Type.Unknown()),
  traceparent: optional(Type.String({ maxLength: 256 })),
  expectedProfileId: optional(Type.String({ maxLength: 256 })),
});
export type RequestFrame = Static<typeof RequestFrame>;

export const ResponseFrame = named("ResponseFrame", {
  type: Type.Literal("res"),
  id: nonEmpty(256),
  ok: Type.Boolean(),
  payload: optional(Type.Unknown()),
  error: optional(ErrorShape),
});
export type ResponseFrame = Static<typeof ResponseFrame>;

export const EventFrame = named("EventFrame", {
  type: Type.Literal("event"),
  event: nonEmpty(128),
  payload: optional(Type.Unknown()),
  seq: optional(count()),
  stateVersion: optional(StateVersion),
});
export type EventFrame = Static<typeof EventFrame>;

export const GatewayFrame = Type.Union([RequestFrame, ResponseFrame, EventFrame], { $id: "GatewayFrame" });
export type GatewayFrame = Static<typeof GatewayFrame>;

export type ParsedFrame =
  | { readonly kind: "request"; readonly frame: RequestFrame }
  | { readonly kind: "not-json" }
  /** JSON, but no valid request. `id` is the frame's own, where it has a usable one. */
  | { readonly kind: "not-request"; readonly id: string; readonly problem: string };

/** Keys of one frame: more are refused before they are parsed, which would keep everybody waiting. */
export const frameKeysMax = 100_000;

/** Reads one inbound frame. Depth, doubled keys and broken Unicode are refused before anything looks at the content. */
export function parseRequest(raw: string): ParsedFrame {
  const shape = scanJson(raw);
  if (shape.depth > wireLimits.depthMax) {
    return { kind: "not-request", id: "invalid", problem: `nested deeper than ${wireLimits.depthMax} levels` };
  }
  if (shape.keys > frameKeysMax) {
    return { kind: "not-request", id: "invalid", problem: `more than ${frameKeysMax} keys` };
  }
  const value = parseJson(raw);
  if (value === undefined) return { kind: "not-json" };
  if (!fits(RequestFrame, value)) {
    return { kind: "not-request", id: usableId(value), problem: problemsOf(RequestFrame, value) };
  }
  if (countKeys(value) !== shape.keys) {
    return { kind: "not-request", id: value.id, problem: "the same key stands twice in one object" };
  }
  if (shape.surrogateEscapes && !isWellFormed(value)) {
    return { kind: "not-request", id: value.id, problem: "a string holds a lone surrogate" };
  }
  return { kind: "request", frame: value };
}

export function responseText(id: string, payload: unknown): string {
  return responseOfText(id, JSON.stringify(payload ?? null));
}

/** A successful response around a payload that is JSON already. */
export function responseOfText(id: string, payloadText: string): string {
  return `{"type":"res","id":${JSON.stringify(id)},"ok":true,"payload":${payloadText}}`;
}

export function errorText(id: string, error: ErrorShape, payload?: unknown): string {
  const frame: ResponseFrame = { type: "res", id, ok: false, error };
  if (payload !== undefined) frame.payload = payload;
  return JSON.stringify(frame);
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return undefined;
  }
}

function usableId(value: unknown): string {
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : undefined;
  return typeof id === "string" && id.length > 0 && id.length <= 256 && id.isWellFormed() ? id : "invalid";
}

/** A request without a body, for methods that take nothing. */
export const NoParams = closed({});
