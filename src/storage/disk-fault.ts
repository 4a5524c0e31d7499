import { accessSync, constants, statfsSync } from "node:fs";
import { type GatewayError, unavailable } from "../protocol/index.ts";

/** What the disk of the state refuses, told apart by what a person can do about it. */
export interface DiskFault {
  readonly kind: "full" | "short" | "read-only" | "held" | "failing" | "damaged";
  /** For everybody: it names no path. */
  readonly reason: string;
  /** For the owner: what to look at next. */
  readonly cure: string;
  /**
   * The kernel may have dropped what it was given: after a failed sync it takes pages for written that are not. The
   * store is checked and opened anew before it accepts anything.
   */
  readonly isUntrusted: boolean;
}

/** Space that is left to runs and deliveries under way: below it nothing new is accepted. */
export const spaceBytesMin = 8 * 1024 * 1024;
/** Space from which on new things are accepted again, so that it does not flicker. */
export const spaceBytesAgain = 12 * 1024 * 1024;
/** When a client may try again: a disk that was mended is noticed within a second. */
const tryAgainMs = 2_000;

const df = (at: string) => `free some space there: df -h ${at}`;
const kinds: Readonly<Record<DiskFault["kind"], readonly [reason: string, cure: (at: string) => string]>> = {
  full: ["the disk is full", df],
  short: ["the disk is almost full", df],
  "read-only": ["the disk is read-only", (at) => `make it writable again: findmnt -T ${at}`],
  held: ["another program holds the database", (at) => `see which one, and end it: fuser -v ${at}/clawdia.db`],
  failing: ["the disk fails to write", () => "look for its errors: dmesg --level err | tail"],
  damaged: ["the database is damaged", (at) => `stop the gateway and restore ${at} from a backup`],
};

/** What an error says of the disk; undefined when it says nothing of it. `at` is the state's folder. */
export function faultOf(error: unknown, at: string): DiskFault | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return fault("full", at, false);
  if (/^(SQLITE_READONLY|EROFS)/.test(code)) return fault("read-only", at, false);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return fault("held", at, false);
  if (/^(SQLITE_CORRUPT|SQLITE_NOTADB)/.test(code)) return fault("damaged", at, true);
  if (!/^(SQLITE_IOERR|SQLITE_CANTOPEN|EIO|EFBIG)/.test(code)) return undefined;
  // The library says only that a write failed; the folder may say why.
  const found = lookAtDisk(at, 0);
  return { ...(found ?? fault("failing", at, true)), isUntrusted: true };
}

/** The gateway cannot start on its disk. */
export class DiskRefused extends Error {
  override readonly name = "DiskRefused";

  constructor({ reason, cure }: DiskFault, cause: unknown) {
    super(`the gateway does not start: ${reason}; ${cure}`, { cause });
  }
}

/** What is to be seen of the disk without writing. */
export function lookAtDisk(at: string, bytesMin: number): DiskFault | undefined {
  try {
    accessSync(at, constants.W_OK);
    const { bavail, bsize } = statfsSync(at);
    const bytes = bavail * bsize;
    if (bytes === 0) return fault("full", at, false);
    return bytes < bytesMin ? fault("short", at, false) : undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "EROFS" || code === "EACCES" ? fault("read-only", at, false) : fault("failing", at, false);
  }
}

/** What a caller is told whose request wanted to write. */
export function refusalOf({ reason }: DiskFault, cause?: unknown): GatewayError {
  const then = "it goes on by itself once that is mended (clawdia status)";
  const message = `the gateway accepts nothing new: ${reason}; ${then}`;
  return unavailable(message, { retryAfterMs: tryAgainMs, details: { reason }, cause });
}

/** The same for an error of any file, or undefined when it is of another kind. */
export function diskRefusal(error: unknown): GatewayError | undefined {
  const found = faultOf(error, "/");
  return found && refusalOf(found, error);
}

function fault(kind: DiskFault["kind"], at: string, isUntrusted: boolean): DiskFault {
  const [reason, cure] = kinds[kind];
  return { kind, reason, cure: cure(at), isUntrusted };
}
