import { makePaths } from "../../src/lib/index.ts";
import { StateLock } from "../../src/storage/index.ts";

/** A process that takes the lock of the folder in its first argument, says so, and holds it until it dies. */
const paths = makePaths(process.argv[2]!);
const lock = StateLock.take(paths.lockFile, paths.holderFile);
if (lock instanceof StateLock) {
  lock.announce({ pid: process.pid, url: "ws://127.0.0.1:1", version: "1", startedAtMs: 7 });
  process.stdout.write("held\n");
  process.stdin.resume();
} else {
  process.stdout.write(`refused ${JSON.stringify(lock.heldBy ?? null)}\n`);
}
