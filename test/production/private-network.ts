import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { selfSigned } from "../doubles/certificate.ts";

/** Runs a scenario where a network's real host names lead to this machine, and nothing leads anywhere else. */

export interface Played {
  readonly code: number;
  /** `passed`, or what went wrong. */
  readonly output: string;
}

/** The scenario is a file of `scenarios/`; it sees the hosts at 127.0.0.1 and may take port 443. */
export async function inPrivateNetwork(scenario: string, hosts: readonly string[]): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), "clawdia-private-"));
  try {
    const hostsFile = join(folder, "hosts");
    writeFileSync(hostsFile, ["localhost", ...hosts].map((host) => `127.0.0.1 ${host}\n`).join(""));
    const { cert, key } = selfSigned(hosts[0], ...hosts.slice(1));
    writeFileSync(join(folder, "ca.pem"), cert);
    writeFileSync(join(folder, "key.pem"), key);
    const script = join(import.meta.dir, "scenarios", `${scenario}.ts`);
    // As root without a user namespace of its own, so that files stay writable; unprivileged with one.
    const namespaces = process.getuid?.() === 0 ? "-nm" : "-rnm";
    const inside = 'ip link set lo up && mount --bind "$1" /etc/hosts && exec "$2" "$3"';
    const child = Bun.spawn(["unshare", namespaces, "sh", "-c", inside, "sh", hostsFile, process.execPath, script], {
      stdout: "pipe",
      stderr: "pipe",
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: folder,
        SCENARIO_FOLDER: folder,
        NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
      },
    });
    const [output, trouble] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    return { code: await child.exited, output: `${output}${trouble}`.trim() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
