import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MessagesDouble } from "./messages-double.ts";

/** The way to the double's Mac by ssh: the arguments that lead there. Every call of ssh is noted. */
export interface SshDoor {
  readonly host: string;
  readonly sshArgs: string[];
}

const sshdPath = Bun.which("sshd", { PATH: `${process.env["PATH"]}:/usr/sbin:/usr/local/sbin` });

/** A program `ssh` that notes its arguments and runs the command in this machine's shell, as the Mac's would. */
export function wrapperDoor(double: MessagesDouble): SshDoor {
  const record = `for one; do printf '%s\\n' "$one"; done >> ${double.folder}/ssh-arguments\n`;
  double.writeProgram("ssh", `${record}for last; do :; done\nexec /bin/sh -c "$last"\n`);
  return { host: "me@mac.local", sshArgs: ["-p", "2222"] };
}

/**
 * The real ssh and the real sshd, with keys of their own, over a pipe: no port, no service. Where there is no sshd the
 * wrapper stands in.
 */
export function realDoor(double: MessagesDouble): SshDoor {
  if (sshdPath === null) return wrapperDoor(double);
  const folder = join(double.folder, "ssh");
  mkdirSync(folder, { mode: 0o700 });
  // Where sshd separates privileges, which it does as root only.
  if (process.getuid?.() === 0 && !existsSync("/run/sshd")) mkdirSync("/run/sshd", { mode: 0o755 });
  for (const name of ["host", "user"]) {
    Bun.spawnSync(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
  }
  const key = (name: string) => `$(cat ${folder}/${name}.pub)`;
  const lines = `printf 'mac %s\\n' "${key("host")}" > ${folder}/known; cp ${folder}/user.pub ${folder}/authorized`;
  Bun.spawnSync(["/bin/sh", "-c", lines]);
  writeFileSync(join(folder, "sshd_config"), serverConfig(double, folder));
  writeFileSync(join(folder, "config"), clientConfig(folder));
  return { host: "mac", sshArgs: ["-F", join(folder, "config")] };
}

function serverConfig({ binFolder, temporaryFolder }: MessagesDouble, folder: string): string {
  return [
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/authorized`,
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "PermitRootLogin yes",
    "PidFile none",
    "LogLevel QUIET",
    `SetEnv PATH=${binFolder}:${process.env["PATH"]} TMPDIR=${temporaryFolder}`,
    "",
  ].join("\n");
}

function clientConfig(folder: string): string {
  return [
    "Host mac",
    `  ProxyCommand ${sshdPath} -i -f ${folder}/sshd_config`,
    `  User ${Bun.spawnSync(["id", "-un"]).stdout.toString().trim()}`,
    `  IdentityFile ${folder}/user`,
    "  IdentitiesOnly yes",
    `  UserKnownHostsFile ${folder}/known`,
    "  GlobalKnownHostsFile /dev/null",
    "  StrictHostKeyChecking yes",
    "",
  ].join("\n");
}
