import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realClock } from "../../src/lib/index.ts";
import { root } from "../lib/gateway-process.ts";
import { Recorder, type Recording } from "./recording.ts";

/** Runs the workload under strace and reads what it did to its state folder. */

/** Calls that change what is on a disk. What the recorder does not understand of them it refuses. */
const calls =
  "openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fsync,fdatasync,sync_file_range," +
  "fallocate,msync,copy_file_range,sendfile,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link," +
  "linkat,symlink,symlinkat";
/** Longer than any single write. */
const writeBytesMax = 4 * 1024 * 1024;

/** With `failing`, strace's `when`, some syncs of the main thread fail: `60+97` is the 60th, and each 97th after it. */
export async function record(rounds: number, failing?: string): Promise<Recording> {
  if (!Bun.which("strace")) {
    throw new Error("system calls are recorded with strace, and there is none on the path: apt-get install strace");
  }
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "clawdia-power-")));
  try {
    const [stateDir, acks, trace] = [join(folder, "state"), join(folder, "acks"), join(folder, "trace")];
    mkdirSync(stateDir, { mode: 0o700 });
    const watch = ["strace", "-f", "-y", "--seccomp-bpf", "-qq", "-xx", "-s", `${writeBytesMax}`, "-o", trace];
    const workload = [process.execPath, join(root, "scripts/power-cut/workload.ts"), stateDir, acks, `${rounds}`];
    const options = { cwd: root, stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const;
    const faults = failing === undefined ? [] : ["-e", `inject=fsync,fdatasync:error=EIO:when=${failing}`];
    const child = Bun.spawn([...watch, "-e", `trace=${calls}`, ...faults, ...workload], options);
    const [stderr] = await Promise.all([new Response(child.stderr).text(), child.exited]);
    // The workload ends with a kill, and strace ends as what it watched did.
    if (child.signalCode !== "SIGKILL") throw new Error(`the workload failed (${child.exitCode}): ${stderr}`);
    const recordedAtMs = realClock.nowMs();
    return { steps: Recorder.read(readFileSync(trace), stateDir, acks), recordedAtMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
