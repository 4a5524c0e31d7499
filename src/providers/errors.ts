export interface DeliveryFault {
  /** True when it is certain that the message did not leave, or that the network refused it whole. */
  readonly isCertain: boolean;
  /** True when another attempt cannot do better: the chat is gone, the text is too long. */
  readonly isPermanent: boolean;
  /** The network's own word on when to come back. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A send that failed, and whether something may have left. The message is for people and holds no secret. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly isCertain: boolean;
  readonly isPermanent: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, fault: DeliveryFault) {
    super(message, { cause: fault.cause });
    this.isCertain = fault.isCertain;
    this.isPermanent = fault.isPermanent;
    this.retryAfterMs = fault.retryAfterMs;
  }
}

/** Media that cannot be had. `isPermanent` when asking again is useless (gone, too large). */
export class MediaError extends Error {
  override readonly name = "MediaError";
  readonly isPermanent: boolean;

  constructor(message: string, isPermanent: boolean, cause?: unknown) {
    super(message, { cause });
    this.isPermanent = isPermanent;
  }
}

/** A login that ended; the text says why and what to do. */
export class LoginError extends Error {
  override readonly name = "LoginError";
}
