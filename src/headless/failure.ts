/** Why a command of the gateway was not done. */

/** What went wrong in one word; it leads the message, as with the other nodes (section 10.7 of the wire document). */
export type FailureReason =
  | "CAMERA_UNAVAILABLE"
  | "CANVAS_UNAVAILABLE"
  | "CANVAS_EVAL_FAILED"
  | "CANVAS_LOAD_FAILED"
  | "A2UI_HOST_NOT_CONFIGURED"
  | "A2UI_HOST_UNAVAILABLE"
  | "SCREEN_UNAVAILABLE"
  | "LOCATION_DISABLED"
  | "LOCATION_PERMISSION_REQUIRED"
  | "LOCATION_UNAVAILABLE"
  | "LOCATION_TIMEOUT"
  | "NOT_AUTHORIZED"
  | "NOTIFY_FAILED"
  | "SYSTEM_RUN_DENIED"
  | "SYSTEM_RUN_FAILED"
  | "MEDIA_TOO_LARGE"
  | "BUSY";

/** The one error model of this node: few codes, a reason in front, then what failed, and the cure if there is one. */
export class NodeFailure extends Error {
  override readonly name = "NodeFailure";
  readonly code: "INVALID_REQUEST" | "UNAVAILABLE" | "TIMEOUT";

  constructor(code: NodeFailure["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export function badParams(message: string): NodeFailure {
  return new NodeFailure("INVALID_REQUEST", `INVALID_REQUEST: ${message}`);
}

export function failed(reason: FailureReason, message: string, cause?: unknown): NodeFailure {
  return new NodeFailure("UNAVAILABLE", `${reason}: ${message}`, cause);
}
