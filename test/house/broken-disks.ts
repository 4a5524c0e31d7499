import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DiskGateway } from "./disk-gateway.ts";
import type { TelegramDouble } from "../doubles/telegram/telegram-double.ts";
import type { Guest } from "../open-house.ts";
import type { Breakable } from "./disk-law.ts";

/**
 * Disks that refuse, and a way back. The kernel refuses, not a double: a file system that is full or read-only where a
 * namespace of our own may be made, and otherwise a limit that the kernel puts on the process's files.
 */

export interface BrokenDisk extends Breakable, AsyncDisposable {
  /** Runs that were accepted while the disk was being broken. */
  readonly accepted: readonly string[];
}

const diskBytes = 48 * 1024 * 1024;
const fillBytes = 1024 * 1024;

/** A namespace of its own, for whoever may make one: as root of a new user namespace, or as root. */
const namespaces = [
  ["unshare", "-rm"],
  ["unshare", "-m"],
] as const;
const namespace = namespaces.find(([program, flags]) =>
  works([program, flags, "mount", "-t", "tmpfs", "none", "/tmp"]),
);

/** A disk with room for the state and little more, which is filled to the last byte. */
export async function fullDisk(telegram: TelegramDouble): Promise<BrokenDisk> {
  if (!namespace) return limitedDisk(telegram);
  const gateway = await ownDisk(telegram, namespace);
  const filler = join(gateway.stateDir, "filler");
  return {
    gateway,
    accepted: [],
    reason: /the disk is (almost )?full/,
    strike: () => fill(filler),
    mend: () => rmSync(filler),
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

/** A disk whose state folder becomes read-only. */
export async function readOnlyDisk(telegram: TelegramDouble): Promise<BrokenDisk> {
  const enter = (pid: number, script: string, path: string) => {
    const user = namespace?.[1] === "-rm" ? ["-U", "--preserve-credentials"] : [];
    return works(["nsenter", "-t", String(pid), ...user, "-m", "sh", "-c", script, path]);
  };
  if (!namespace) return limitedDisk(telegram);
  const gateway = await ownDisk(telegram, namespace);
  const { pid } = gateway.child;
  const path = gateway.stateDir.replace(`/proc/${pid}/root`, "");
  const must = (script: string) => {
    if (!enter(pid, script, path)) throw new Error(`not done: ${script}`);
  };
  return {
    gateway,
    accepted: [],
    reason: /the disk is read-only/,
    strike: () => must('mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"'),
    mend: () => must('umount "$0"'),
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

/** The kernel lets none of the process's files grow or change beyond their first kilobyte. */
export async function limitedDisk(telegram: TelegramDouble): Promise<BrokenDisk> {
  const accepted: string[] = [];
  const gateway = await DiskGateway.start({
    telegram,
    start: () => ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"],
  });
  const limit = (size: string) => {
    if (!works(["prlimit", "--pid", String(gateway.child.pid), `--fsize=${size}:unlimited`])) {
      throw new Error("the limit on the size of files could not be set");
    }
  };
  return {
    gateway,
    accepted,
    reason: /the disk fails to write/,
    strike: (alice) => {
      limit("1024");
      return sendsUntilRefused(alice, accepted);
    },
    mend: () => limit("unlimited"),
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

/** Requests, until one is refused; those that were accepted before. */
export async function sendsUntilRefused(alice: Guest, accepted: string[]): Promise<void> {
  for (;;) {
    const runId = `s${accepted.length}`;
    const outcome = await alice
      .call("chat.send", { sessionKey: runId, message: "hi", idempotencyKey: runId })
      .catch((error: unknown) => error);
    if (outcome instanceof Error) return;
    accepted.push(runId);
  }
}

function ownDisk(telegram: TelegramDouble, [unshare, flags]: (typeof namespaces)[number]): Promise<DiskGateway> {
  const mount = `mount -t tmpfs -o size=${diskBytes},mode=0700 none "$0" && exec "$@"`;
  return DiskGateway.start({
    telegram,
    start: (stateDir) => [unshare, flags, "sh", "-c", mount, stateDir],
    seenAt: (pid) => `/proc/${pid}/root`,
  });
}

function fill(path: string): void {
  const descriptor = openSync(path, "w");
  try {
    for (let bytes = fillBytes; bytes >= 1;) {
      if (!fits(descriptor, bytes)) bytes = Math.floor(bytes / 2);
    }
  } finally {
    closeSync(descriptor);
  }
}

function fits(descriptor: number, bytes: number): boolean {
  try {
    return writeSync(descriptor, Buffer.alloc(bytes)) === bytes;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}

function works(command: readonly string[]): boolean {
  return Bun.spawnSync([...command], { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).exitCode === 0;
}
