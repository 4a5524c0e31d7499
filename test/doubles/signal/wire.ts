import type { SendResult } from "../../../src/providers/signal/wire.ts";

/** JSON as it goes over the daemon's wire, and the daemon's two kinds of answers. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A method's "no", in signal-cli's own words. */
export class Refusal extends Error {
  readonly code: number;
  readonly payload: unknown;

  constructor(code: number, message: string, payload: unknown = null) {
    super(message);
    this.code = code;
    this.payload = payload;
  }

  answer(id: unknown): Json {
    return { jsonrpc: "2.0", error: { code: this.code, message: this.message, data: this.payload }, id };
  }
}

/** Nobody of those whom a message was for got it. */
export function sentToNobody(timestamp: number, results: readonly SendResult[]): Refusal {
  return new Refusal(-1, "Failed to send message", { response: { timestamp, results } });
}

export const noAccount = () => new Refusal(-32_602, "Specified account does not exist");

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** One text or a list of them, as signal-cli takes either. */
export const textsOf = (value: unknown): string[] => [value ?? []].flat().map(textOf);
