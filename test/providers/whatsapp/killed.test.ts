import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realClock } from "../../../src/lib/index.ts";
import { Database, LinkRecords } from "../../../src/storage/index.ts";
import { Chance } from "../../../scripts/fuzz/chance.ts";
import type { Person } from "../../doubles/whatsapp/person.ts";
import { WhatsAppDouble } from "../../doubles/whatsapp/whatsapp-double.ts";

/**
 * A link is killed with -9 while it pairs, leaves its keys, sends and receives. `WHATSAPP_KILLS` asks for more cycles,
 * `WHATSAPP_SEED` for other moments.
 */
const cycles = Number(process.env["WHATSAPP_KILLS"] ?? "6");
const seed = Number(process.env["WHATSAPP_SEED"] ?? "1");
/** From its first step on. */
const aliveMsMax = 800;

interface Scene {
  readonly folder: string;
  readonly double: WhatsAppDouble;
  readonly bob: Person;
  /** Sends that the killed processes reported as done. */
  readonly done: Set<number>;
}

/** Runs until the signal kills it. `began` is called with its first step. */
async function live({ folder, double, bob, done }: Scene, end: AbortSignal, began: () => void): Promise<void> {
  const script = join(import.meta.dir, "doomed-link.ts");
  const args = [folder, double.webSocketUrl, double.mediaUrl, `+${bob.number}`];
  const child = Bun.spawn([process.execPath, script, ...args], { stdout: "pipe", stderr: "inherit" });
  end.addEventListener("abort", () => child.kill("SIGKILL"));
  let rest = "";
  for await (const chunk of child.stdout) {
    const lines = (rest + Buffer.from(chunk).toString("utf8")).split("\n");
    rest = lines.pop()!;
    if (lines.length > 0) began();
    for (const line of lines) {
      const step = JSON.parse(line) as { readonly qr?: string; readonly sent?: number };
      if (step.qr !== undefined) double.scan(step.qr);
      if (step.sent !== undefined) done.add(step.sent);
    }
  }
  await child.exited;
}

test("keys survive every kill: what is sent and what comes is read once, and nothing is asked for twice", async () => {
  const folder = mkdtempSync(join(tmpdir(), "clawdia-killed-"));
  const chance = new Chance(seed);
  try {
    await using double = await WhatsAppDouble.start();
    const bob = await double.person({ number: "15557654321", name: "Bob" });
    const scene: Scene = { folder, double, bob, done: new Set() };
    const said: string[] = [];
    for (let cycle = 0; cycle < cycles; cycle++) {
      const end = new AbortController();
      const living = live(
        scene,
        end.signal,
        () => void realClock.sleep(chance.below(aliveMsMax)).then(() => end.abort()),
      );
      const over = living.then(() => true);
      while (!(await Promise.race([over, realClock.sleep(20).then(() => false)]))) {
        const isTime = double.device?.signedKey && said.length < (cycle + 1) * 10;
        if (isTime) said.push(await bob.says(`from bob ${said.length}`));
      }
    }
    // The last one lives until it has caught up.
    const isMeant = (id: string) => double.device !== undefined && double.wasFor(id, double.device.id);
    const meant = () => said.filter(isMeant);
    const end = new AbortController();
    const [living, before] = [live(scene, end.signal, () => undefined), scene.done.size];
    while (scene.done.size < before + 3) await realClock.sleep(50);
    said.push(await bob.says("the last word"));
    while (!meant().every((id) => double.hasReceipt(id))) await realClock.sleep(50);
    end.abort();
    await living;
    const heard = bob.hears().map(({ text }) => text);
    const counts = [...scene.done].map(
      (number) => heard.filter((text) => text === `from the gateway ${number}`).length,
    );
    expect(counts.filter((count) => count !== 1)).toEqual([]);
    using database = new Database(join(folder, "doomed.db"), realClock);
    const notes = new LinkRecords(database, { provider: "notes", accountId: "main" });
    const received = new Set(notes.list("received").map(({ id }) => id));
    // What was written to a device whose pairing was killed is lost with that device.
    expect(meant().filter((id) => !received.has(id))).toEqual([]);
    expect(double.receipts("retry")).toEqual([]);
    expect(bob.unreadable).toBe(0);
    expect(meant().length).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
