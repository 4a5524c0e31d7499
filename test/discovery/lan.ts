import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Plays a scene in a network of its own, which has one cable and nobody else on it. Its multicast is the kernel's. */

export const ownAddress = "10.77.0.1";

/** What the scene told; or what it said when it failed. */
export async function onLan<Facts>(scene: string): Promise<Facts> {
  const folder = mkdtempSync(join(tmpdir(), "clawdia-lan-"));
  try {
    const script = join(import.meta.dir, "scenes", `${scene}.ts`);
    // As root without a user namespace of its own; unprivileged with one.
    const namespaces = process.getuid?.() === 0 ? "-n" : "-rn";
    const cable = "ip link add lan0 type veth peer name lan1 && ip link set lan1 up && ip link set lan0 up";
    const inside = `ip link set lo up && ${cable} && ip addr add ${ownAddress}/24 dev lan0 && exec "$@"`;
    const child = Bun.spawn(["unshare", namespaces, "sh", "-c", inside, "sh", process.execPath, script], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, SCENE_FOLDER: folder },
    });
    const [output, trouble] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    if ((await child.exited) !== 0) throw new Error(`the scene ${scene} failed: ${output}${trouble}`);
    return JSON.parse(output.trim().split("\n").at(-1)!) as Facts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
