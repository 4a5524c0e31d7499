import { ConnectError, RequestError } from "../client/index.ts";
import { type ErrorShape, protocolMax, protocolMin } from "../protocol/index.ts";
import { exitCodes } from "./exit-codes.ts";
import { Failure } from "./failure.ts";
import type { Target } from "./target.ts";
import { shown } from "./words.ts";
import { pinMismatch } from "./tls-pin.ts";

/** What a gateway's no means to the person at the keyboard, with the command that helps. */

/** A connection did not come about. */
export function connectFailure(error: unknown, target: Target): unknown {
  if (error instanceof Failure) return error;
  if (!(error instanceof ConnectError)) return unreachable(error, target);
  const { shape } = error;
  if (!shape) return unreachable(error, target);
  if (error.detailCode === "AUTH_DEVICE_TOKEN_MISMATCH") target.tokens.forget();
  return refusal(`${target.url} refused the connection: ${shape.message}`, shape, cureOfConnect(error, target));
}

/** A call did not succeed, or the connection went away under it. */
export function callFailure(error: unknown, target: Target): unknown {
  if (error instanceof RequestError) return refusal(error.message, error.shape, cureOfCall(error.shape));
  if (!(error instanceof ConnectError)) return error;
  return new Failure(`${target.url}: ${error.message}`, {
    exitCode: exitCodes.noGateway,
    code: "CONNECTION_LOST",
    next: "clawdia status",
    cause: error,
  });
}

function refusal(message: string, shape: ErrorShape, next: string | undefined): Failure {
  return new Failure(message, { exitCode: exitCodes.refused, code: shape.code, shape, next });
}

function unreachable(error: unknown, target: Target): Failure {
  const { sockets, isLocal } = target;
  if (sockets.pin !== undefined && sockets.isTlsTrouble) return pinMismatch(target.url, "its certificate has changed");
  const said = error instanceof Error ? error.message : String(error);
  const why = said === "the gateway cannot be reached" ? (sockets.trouble ?? "nothing answers") : said;
  const remedy = sockets.isTlsTrouble
    ? "--tls-fingerprint HEX accepts a self-signed certificate: clawdia health --help"
    : "start the gateway there (clawdia gateway), or check the address";
  return new Failure(`no gateway at ${target.url} (${target.found}): ${why}`, {
    exitCode: exitCodes.noGateway,
    code: "NO_GATEWAY",
    next: isLocal ? "clawdia gateway" : remedy,
    cause: error,
  });
}

function cureOfConnect(error: ConnectError, target: Target): string | undefined {
  const { shape, detailCode } = error;
  const details = (shape?.details ?? {}) as { readonly requestId?: unknown };
  if (shape?.code === "NOT_PAIRED") {
    return typeof details.requestId === "string"
      ? `on the gateway's machine: clawdia devices approve ${details.requestId}`
      : "on the gateway's machine: clawdia devices list";
  }
  if (shape?.code === "RATE_LIMITED") return `wait ${Math.ceil((shape.retryAfterMs ?? 60_000) / 1000)} s and try again`;
  if (detailCode === "PROTOCOL_MISMATCH")
    return `update the older side; this one speaks protocol ${protocolMin} to ${protocolMax} (clawdia version)`;
  if (detailCode === "DEVICE_AUTH_SIGNATURE_EXPIRED") return "set the clock of this machine";
  if (detailCode?.startsWith("AUTH_")) return cureOfCredential(target);
  return undefined;
}

function cureOfCredential({ credentialFrom, isLocal, sockets }: Target): string {
  const { sshHost } = sockets;
  if (sshHost !== undefined)
    return `CLAWDIA_GATEWAY_TOKEN="$(ssh ${sshHost} clawdia token)" clawdia --ssh ${sshHost} …`;
  const where = isLocal ? "clawdia token" : "on the gateway's machine: clawdia token";
  if (credentialFrom === "none") return `${where}; then CLAWDIA_GATEWAY_TOKEN=… clawdia …`;
  return `${where} prints the right one; the wrong one came from ${credentialFrom}`;
}

/** The command that gives what is missing, where the gateway names it. */
function approvalOf({ details }: ErrorShape): string | undefined {
  const approve = (details as { readonly approve?: unknown } | undefined)?.approve;
  return typeof approve === "string" && approve.startsWith("clawdia ") ? shown(approve) : undefined;
}

function cureOfCall(shape: ErrorShape): string | undefined {
  switch (shape.code) {
    case "FORBIDDEN":
      return "use a device that was approved for it: clawdia devices list";
    case "INTERNAL":
      return "clawdia logs --level error";
    case "NOT_PAIRED":
      return approvalOf(shape) ?? "clawdia devices list";
    default:
      if (shape.message.startsWith("missing scope")) return "clawdia devices list";
      return shape.message.startsWith("unknown method") ? "clawdia schema names every method" : undefined;
  }
}
