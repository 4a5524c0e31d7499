import { ConnectError } from "../client/index.ts";
import { fingerprintIn, openPinned, PinMismatch, ServerAway } from "../net/index.ts";
import { exitCodes } from "./exit-codes.ts";
import { Failure, UsageError } from "./failure.ts";

/** The pin of a gateway's certificate on the command line. */

export function parseFingerprint(written: string): string {
  const pin = fingerprintIn(written);
  if (pin !== undefined) return pin;
  throw new UsageError(
    "--tls-fingerprint: give the certificate's SHA-256 as 64 hex digits " +
      "(on the gateway's machine: clawdia gateway fingerprint)",
  );
}

/** Opens the socket, or says what that means to the person. */
export async function openWithPin(url: string, pin: string): Promise<WebSocket> {
  try {
    return await openPinned(url, pin);
  } catch (error) {
    if (error instanceof PinMismatch) throw pinMismatch(url, `it shows ${error.found}`);
    // As for every other connection: a server that is away is no refusal.
    if (error instanceof ServerAway) throw new ConnectError(error.message, 1006);
    throw error;
  }
}

export function pinMismatch(url: string, why: string): Failure {
  return new Failure(
    `${new URL(url).host} is not the gateway whose fingerprint is pinned: ${why}; nothing was sent to it`,
    {
      exitCode: exitCodes.refused,
      code: "TLS_PIN_MISMATCH",
      next: "compare it with what `clawdia gateway fingerprint` prints on the gateway's machine",
    },
  );
}
