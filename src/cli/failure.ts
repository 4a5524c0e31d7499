import type { ErrorShape } from "../protocol/index.ts";
import { exitCodes } from "./exit-codes.ts";

/** Why a command ends without having done what was asked: what failed and why, and what to type next. */

export interface FailureOptions {
  readonly exitCode: number;
  /** UPPER_SNAKE, for programs. */
  readonly code: string;
  /** The next command, or another cure. */
  readonly next?: string | undefined;
  /** What the gateway answered, where it did. */
  readonly shape?: ErrorShape | undefined;
  readonly cause?: unknown;
}

export class Failure extends Error {
  override readonly name: string = "Failure";
  readonly exitCode: number;
  readonly code: string;
  readonly next: string | undefined;
  readonly shape: ErrorShape | undefined;

  constructor(message: string, { exitCode, code, next, shape, cause }: FailureOptions) {
    super(message, { cause });
    this.exitCode = exitCode;
    this.code = code;
    this.next = next;
    this.shape = shape;
  }

  /** The error as programs read it: the gateway's own, or one in the same form. */
  get wire(): ErrorShape {
    return this.shape ?? { code: this.code, message: this.message };
  }
}

/** The command line itself is wrong; its usage is shown with the message. */
export class UsageError extends Failure {
  override readonly name = "UsageError";

  constructor(message: string) {
    super(message, { exitCode: exitCodes.usage, code: "USAGE" });
  }
}

export function refused(message: string, next?: string): Failure {
  return new Failure(message, { exitCode: exitCodes.refused, code: "REFUSED", next });
}

/** A whole number of a flag, within bounds. */
export function wholeNumber(
  flag: string,
  text: string | undefined,
  { min = 1, max = Number.MAX_SAFE_INTEGER }: { readonly min?: number; readonly max?: number } = {},
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const upTo = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`;
  throw new UsageError(`--${flag} ${text}: give a whole number, ${upTo}`);
}
