import { existsSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { makePrivateFolder, sha256Text } from "../lib/index.ts";
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
  const lock = StateLock.take(`${file}.db`, `${file}.json`);
  if (!(lock instanceof StateLock)) return { isHeld: false, byPid: lock.heldBy?.pid };
  lock.announce({ pid: process.pid, url: "", version: "", startedAtMs });
  return { isHeld: true, [Symbol.dispose]: () => lock[Symbol.dispose]() };
}

/** Where the system keeps a user's files of this boot, or a folder of the user's own among the temporary ones. */
function runtimeFolder(): string {
  const { uid } = userInfo();
  const own = `/run/user/${uid}`;
  return existsSync(own) ? own : join(tmpdir(), `clawdia-${uid}`);
}
