import type { ErrorShape } from "../protocol/index.ts";

/** The gateway answered with an error. `payload` comes with the final reply of a run that failed. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly shape: ErrorShape;
  readonly payload: unknown;

  constructor(shape: ErrorShape, payload?: unknown) {
    super(shape.message);
    this.shape = shape;
    this.payload = payload;
  }
}

/** No connection came about, or it ended before the answer. */
export class ConnectError extends Error {
  override readonly name = "ConnectError";
  /** What the gateway said in answer to `connect`; undefined when it said nothing. */
  readonly shape: ErrorShape | undefined;
  /** Close code of the WebSocket; 1006 when there was no close frame. */
  readonly closeCode: number;

  constructor(message: string, closeCode: number, shape?: ErrorShape) {
    super(message);
    this.closeCode = closeCode;
    this.shape = shape;
  }

  /** The machine-readable reason (`AUTH_TOKEN_MISMATCH`, `PAIRING_REQUIRED`, …), where there is one. */
  get detailCode(): string | undefined {
    const { details } = this.shape ?? {};
    const code = typeof details === "object" && details !== null && "code" in details ? details.code : undefined;
    return typeof code === "string" ? code : undefined;
  }
}
