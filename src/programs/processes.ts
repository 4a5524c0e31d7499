import { readdirSync, readFileSync } from "node:fs";

/**
 * Other processes of this machine: which one has a number now, and which carry a mark. A number is used again when its
 * process is gone, so a process is its number and its start. Linux tells both in /proc; elsewhere `ps` tells the start.
 */

/** When the process with this number started, in the system's own words; undefined when there is none. */
export function processStart(pid: number): string | undefined {
  return process.platform === "linux" ? startInProc(pid) : startByPs(pid);
}

/** The start as `ps` tells it, without spaces. */
export function startByPs(pid: number): string | undefined {
  const told = Bun.spawnSync(["ps", "-o", "lstart=", "-p", String(pid)], { stdout: "pipe", stderr: "ignore" });
  const start = told.stdout.toString().trim().replaceAll(/\s+/g, "_");
  return start === "" ? undefined : start;
}

export interface MarkedProcess {
  readonly pid: number;
  readonly group: number;
}

/** Processes whose first environment had this text. Linux only; elsewhere none is found. */
export function processesMarked(mark: string): MarkedProcess[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && readIfAlive(`/proc/${name}/environ`)?.includes(mark) === true)
    .map((name) => ({ pid: Number(name), group: Number(fieldsOf(Number(name))?.[2] ?? 0) }));
}

/** Names this run of the machine: numbers and starts mean nothing after the next one. Empty where it is not told. */
export function machineRunId(): string {
  return readIfAlive("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}

/** Sends a signal; a negative number means the group. False when there is nobody to take it. */
export function signalProcess(pid: number, signal: "SIGTERM" | "SIGKILL"): boolean {
  // 0 and -1 would mean this process's own group, and everybody.
  if (pid === 0 || pid === -1 || pid === 1 || pid === process.pid) return false;
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/** True while the group has a member, were it one that only waits to be collected. */
export function isGroupAlive(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch (error) {
    // EPERM: there is somebody, but not ours to signal.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function startInProc(pid: number): string | undefined {
  const fields = fieldsOf(pid);
  return fields?.[0] === "Z" ? undefined : fields?.[19];
}

/** What /proc says, from the state on: the name before it stands in parentheses and may hold anything. */
function fieldsOf(pid: number): string[] | undefined {
  const stat = readIfAlive(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** A process may go, or be somebody else's, while it is looked at. */
function readIfAlive(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
