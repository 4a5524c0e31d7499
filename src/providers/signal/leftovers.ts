import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Files of the account's signal-cli that nobody needs any more: it keeps every attachment that came, and logins that
 * were given up or followed by another one leave their folders behind.
 */

const dayMs = 86_400_000;
/** What the house takes of a message it fetches within minutes. */
const attachmentLifeMs = 7 * dayMs;
/** A login may still be under way. */
const loginLifeMs = dayMs;

export interface Leftovers {
  /** The account's folder. */
  readonly folder: string;
  /** The part of it that the account's keys are in. */
  readonly dataFolder: string;
  readonly nowMs: number;
}

/** Deletes them. What cannot be deleted stays for the next time. */
export function sweepLeftovers({ folder, dataFolder, nowMs }: Leftovers): void {
  for (const path of olderThan(join(folder, dataFolder, "attachments"), nowMs - attachmentLifeMs)) remove(path);
  for (const path of olderThan(folder, nowMs - loginLifeMs)) {
    if (/\/signal-cli-[0-9a-f]{12}$/.test(path) && path !== join(folder, dataFolder)) remove(path);
  }
}

/** Where nothing is yet there is nothing to delete. */
function olderThan(folder: string, beforeMs: number): string[] {
  try {
    const paths = readdirSync(folder).map((name) => join(folder, name));
    return paths.filter((path) => statSync(path).mtimeMs < beforeMs);
  } catch (error) {
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
