import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { makePrivateFolder, removeIfPresent, sha256Text } from "../lib/index.ts";
import { StateLock } from "./state-lock.ts";

/**
 * Locks on things outside of a state folder that two gateways of one person must not share, whatever their profiles.
 * They hold for one machine and one user: a gateway on another machine, of another user or in a container of its own
 * does not see them.
 */
export interface HostLock extends Disposable {
  readonly isHeld: true;
}

export interface HeldElsewhere {
  readonly isHeld: false;
  /** Process that has it, as far as it said so. */
  readonly byPid: number | undefined;
}

/** Never waits. `name` may be confidential: only its hash is written. The process that ends frees the lock. */
export function takeHostLock(name: string, startedAtMs: number): HostLock | HeldElsewhere {
  const folder = join(runtimeFolder(), "clawdia-locks");
  makePrivateFolder(folder);
  const file = join(folder, sha256Text(name).slice(0, 32));
  const files = { lock: `${file}.db`, holder: `${file}.json` };
  for (;;) {
    closeSync(openSync(files.lock, "a", 0o600));
    const before = inodeOf(files.lock);
    const lock = StateLock.take(files.lock, files.holder);
    if (!(lock instanceof StateLock)) return { isHeld: false, byPid: lock.heldBy?.pid };
    // A holder that ended between the two took its file along: what was locked is a file that nobody finds.
    if (before === undefined || before !== inodeOf(files.lock)) {
      lock[Symbol.dispose]();
      continue;
    }
    lock.announce({ pid: process.pid, url: "", version: "", startedAtMs });
    return held(lock, files);
  }
}

function held(lock: StateLock, files: { readonly lock: string; readonly holder: string }): HostLock {
  let isHeld = true;
  return {
    isHeld: true,
    [Symbol.dispose]: () => {
      if (!isHeld) return;
      isHeld = false;
      // Only while it is held: nobody else's file is taken away.
      removeIfPresent(files.holder);
      removeIfPresent(files.lock);
      lock[Symbol.dispose]();
    },
  };
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

/** Where the system keeps a user's files of this boot, or a folder of the user's own among the temporary ones. */
function runtimeFolder(): string {
  const { uid } = userInfo();
  const own = `/run/user/${uid}`;
  return existsSync(own) ? own : join(tmpdir(), `clawdia-${uid}`);
}
