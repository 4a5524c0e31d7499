import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freeLoopbackPort } from "../../src/programs/index.ts";

/** The real OpenSSH server, without privileges, on a free port, with keys of its own; and a person's `.ssh` folder. */
export interface SshServer extends AsyncDisposable {
  readonly port: number;
  /** A PATH in which `ssh` is a client that reads the configuration of this folder. */
  readonly path: string;
  /** Names of hosts in that configuration. */
  readonly hosts: { readonly known: string; readonly unknown: string; readonly keyless: string; readonly away: string };
  /** Connections that are open. */
  readonly connections: () => Promise<number>;
}

export interface SshServerOptions {
  readonly allowsForwarding?: boolean;
}

export async function startSshServer({ allowsForwarding = true }: SshServerOptions = {}): Promise<SshServer> {
  const folder = mkdtempSync(join(tmpdir(), "clawdia-ssh-"));
  const file = (name: string) => join(folder, name);
  for (const name of ["host-key", "right-key", "wrong-key"]) await keygen(file(name));
  const [port, deadPort] = [await freeLoopbackPort(), await freeLoopbackPort()];
  writeFileSync(file("authorized_keys"), readFileSync(file("right-key.pub")), { mode: 0o600 });
  const hostKey = readFileSync(file("host-key.pub"), "utf8").split(" ").slice(0, 2).join(" ");
  writeFileSync(file("known_hosts"), `[127.0.0.1]:${port} ${hostKey}\n`);
  writeFileSync(file("no_hosts"), "");
  writeFileSync(file("sshd_config"), sshdConfig(folder, port, allowsForwarding));
  writeFileSync(file("ssh_config"), sshConfig({ folder, port, deadPort }));
  mkdirSync(file("bin"));
  writeFileSync(file("bin/ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F ${file("ssh_config")} "$@"\n`, { mode: 0o755 });
  const server = Bun.spawn(["/usr/sbin/sshd", "-D", "-e", "-f", file("sshd_config")], { stderr: "pipe" });
  await listening(server.stderr);
  return {
    port,
    path: `${file("bin")}:${process.env["PATH"] ?? ""}`,
    hosts: { known: "box", unknown: "stranger", keyless: "keyless", away: "away" },
    connections: () => childrenOf(server.pid),
    [Symbol.asyncDispose]: async () => {
      server.kill("SIGKILL");
      await server.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function sshdConfig(folder: string, port: number, allowsForwarding: boolean): string {
  return [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${folder}/host-key`,
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    "PidFile none",
    "UsePAM no",
    "StrictModes no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    `AllowTcpForwarding ${allowsForwarding ? "yes" : "no"}`,
    "LogLevel VERBOSE",
    "",
  ].join("\n");
}

function sshConfig(parts: { folder: string; port: number; deadPort: number }): string {
  const { folder, port, deadPort } = parts;
  const host = (name: string, key: string, hosts: string, at = port) =>
    [
      `Host ${name}`,
      "  HostName 127.0.0.1",
      `  Port ${at}`,
      `  IdentityFile ${folder}/${key}`,
      "  IdentitiesOnly yes",
      `  UserKnownHostsFile ${folder}/${hosts}`,
      "  GlobalKnownHostsFile /dev/null",
      "  StrictHostKeyChecking yes",
    ].join("\n");
  return [
    host("box", "right-key", "known_hosts"),
    host("stranger", "right-key", "no_hosts"),
    host("keyless", "wrong-key", "known_hosts"),
    host("away", "right-key", "known_hosts", deadPort),
    "",
  ].join("\n");
}

async function keygen(path: string): Promise<void> {
  const child = Bun.spawn(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], { stdout: "ignore" });
  if ((await child.exited) !== 0) throw new Error("ssh-keygen failed");
}

/** Resolves once it listens; reads on, so that it is never held up. */
function listening(stderr: ReadableStream<Uint8Array>): Promise<void> {
  return new Promise((resolve, reject) => {
    const read = async () => {
      const decoder = new TextDecoder();
      let said = "";
      for await (const piece of stderr) {
        said += decoder.decode(piece, { stream: true });
        if (said.includes("Server listening")) resolve();
      }
      reject(new Error(`sshd ended: ${said}`));
    };
    void read();
  });
}

async function childrenOf(pid: number): Promise<number> {
  const child = Bun.spawn(["pgrep", "-P", String(pid), "-c"], { stdout: "pipe" });
  return Number(await new Response(child.stdout).text());
}
