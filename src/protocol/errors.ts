import { type Static, Type } from "@sinclair/typebox";
import { named, nonEmpty, optional, count } from "./shapes.ts";

/**
 * The one door for errors out. A code is never reused for another meaning, and exists only where a client would act
 * differently. The first five are the reference's (section 8 of the wire document) and keep their meaning.
 */
export const errorTable = {
  INVALID_REQUEST: { retryable: false, help: "The request, its parameters or an id in it is wrong. Read the message." },
  UNAVAILABLE: { retryable: true, help: "Something that the request needs is not there now. Try again later." },
  NOT_PAIRED: { retryable: false, help: "The device is not approved. Run `clawdia devices list` at the gateway." },
  NOT_LINKED: { retryable: false, help: "The account is not linked to its network." },
  AGENT_TIMEOUT: { retryable: true, help: "The agent did not finish in time." },
  FORBIDDEN: {
    retryable: false,
    help: "The connection lacks a scope. Connect with a device that was approved for it.",
  },
  NOT_FOUND: { retryable: false, help: "There is no such thing." },
  CONFLICT: { retryable: false, help: "The idempotency key was used for another request. Choose a new key." },
  RATE_LIMITED: { retryable: true, help: "Too many attempts. Wait for `retryAfterMs`." },
  TOO_LARGE: { retryable: false, help: "The request or its reply is larger than the wire allows. Ask for less." },
  INTERNAL: { retryable: false, help: "A fault of the gateway. The message has an id to look for in `clawdia logs`." },
} as const satisfies Record<string, { readonly retryable: boolean; readonly help: string }>;

export type ErrorCode = keyof typeof errorTable;
export const errorCodes = Object.keys(errorTable) as ErrorCode[];

export const ErrorShape = named("ErrorShape", {
  code: nonEmpty(64),
  message: nonEmpty(2048),
  details: optional(Type.Unknown()),
  retryable: optional(Type.Boolean()),
  retryAfterMs: optional(count()),
});
export type ErrorShape = Static<typeof ErrorShape>;

export interface GatewayErrorOptions {
  readonly details?: Readonly<Record<string, unknown>>;
  /** Overrides the table, for a fault that is known to pass or to stay. */
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  /** Sent beside the error, for the replies that carry both (the final reply of `agent`). */
  readonly payload?: unknown;
  /** For the log only; it never leaves the process. */
  readonly cause?: unknown;
}

/** What goes wrong in operation and is told to the caller. The message is for people: what, which one, the cure. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly code: ErrorCode;
  readonly options: GatewayErrorOptions;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.options = options;
  }
}

export const invalidRequest = (message: string, options?: GatewayErrorOptions) =>
  new GatewayError("INVALID_REQUEST", message, options);

export const unavailable = (message: string, options?: GatewayErrorOptions) =>
  new GatewayError("UNAVAILABLE", message, options);

export const forbidden = (message: string, options?: GatewayErrorOptions) =>
  new GatewayError("FORBIDDEN", message, options);

export const conflict = (message: string, options?: GatewayErrorOptions) =>
  new GatewayError("CONFLICT", message, options);

/** The wire form. Absent fields are left out: strict clients drop a frame that has a null. */
export function toWire(error: GatewayError): ErrorShape {
  const { details, retryable, retryAfterMs } = error.options;
  const shape: ErrorShape = { code: error.code, message: error.message };
  if (details !== undefined) shape.details = details;
  if (retryable ?? errorTable[error.code].retryable) shape.retryable = true;
  if (retryAfterMs !== undefined) shape.retryAfterMs = Math.ceil(retryAfterMs);
  return shape;
}
