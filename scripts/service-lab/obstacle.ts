/** What keeps the lab from running here, in words; undefined when nothing does. */
export function obstacle(): string | undefined {
  if (process.platform !== "linux") return "systemd runs on Linux alone";
  if (process.getuid?.() !== 0) return "only root may start another systemd";
  for (const program of ["mmdebstrap", "unshare", "nsenter"]) {
    if (!Bun.which(program)) return `there is no ${program}: apt-get install mmdebstrap util-linux`;
  }
  const tries: readonly (readonly [what: string, command: readonly string[]])[] = [
    ["namespaces may not be made", ["unshare", "-m", "-p", "-i", "-u", "-n", "-C", "--fork", "true"]],
    ["cgroups may not be mounted", ["unshare", "-m", "-C", "--fork", "sh", "-c", "mount -t cgroup2 cgroup2 /mnt"]],
    [
      "devices may not be mounted",
      ["unshare", "-m", "--fork", "sh", "-c", "mount -t devpts -o newinstance devpts /mnt"],
    ],
  ];
  for (const [what, command] of tries) {
    const { exitCode, stderr } = Bun.spawnSync([...command], { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
    if (exitCode !== 0) return `${what} here (${stderr.toString().trim()})`;
  }
  return undefined;
}

/** Ends a program that could not try anything. Never taken for a success. */
export const skippedCode = 77;
