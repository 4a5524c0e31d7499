import { dlopen, FFIType, read, toArrayBuffer } from "bun:ffi";
import { readFileSync } from "node:fs";

/**
 * Overwrites a secret in the memory that the kernel shows as this process's command line (Linux). glibc and musl keep
 * a pointer to its start in `program_invocation_name`; its length is that of /proc/self/cmdline.
 */
export function scrubArgv(secret: string): boolean {
  if (process.platform !== "linux" || secret === "") return false;
  try {
    const before = readFileSync("/proc/self/cmdline");
    const memory = new Uint8Array(toArrayBuffer(commandLineStart(), 0, before.length));
    const wanted = Buffer.from(secret, "utf8");
    const view = Buffer.from(memory.buffer, memory.byteOffset, memory.length);
    if (!view.equals(before)) return false;
    for (let at = view.indexOf(wanted); at !== -1; at = view.indexOf(wanted, at + 1))
      view.fill("*", at, at + wanted.length);
    return !readFileSync("/proc/self/cmdline").includes(wanted);
  } catch {
    return false;
  }
}

function commandLineStart() {
  const { symbols } = dlopen("libc.so.6", { dlsym: { args: [FFIType.ptr, FFIType.cstring], returns: FFIType.ptr } });
  const variable = symbols.dlsym(null, Buffer.from("program_invocation_name\0"));
  if (variable === null) throw new Error("libc does not say where the command line is");
  return read.ptr(variable, 0) as typeof variable;
}
