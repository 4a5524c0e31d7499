import { takeHostLock } from "../../src/storage/index.ts";

/** A process that takes the lock with the name in its first argument, says so, and holds it until it dies. */
const lock = takeHostLock(process.argv[2]!, 7);
process.stdout.write(lock.isHeld ? "held\n" : `refused ${lock.byPid ?? "by nobody"}\n`);
if (lock.isHeld) process.stdin.resume();
