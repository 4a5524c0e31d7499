import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TelegramDouble } from "../doubles/telegram/telegram-double.ts";
import { temporaryFolder } from "../open-house.ts";
import { type BrokenDisk, limitedDisk, sendsUntilRefused } from "./broken-disks.ts";
import { DiskGateway } from "./disk-gateway.ts";
import { refusesAndRecovers } from "./disk-law.ts";

/** The kernel tells of a sync that failed once, and keeps the pages as if they were written. */

const slowMs = 60_000;
/** Syncs of the gateway's main thread that fail, by their number: after the start and a few messages. */
const firstFailing = 60;
const failingCount = 12;

/** strace answers some of the process's syncs in the kernel's place. Without it, the kernel refuses writes instead. */
async function syncFailingDisk(telegram: TelegramDouble, trace: string): Promise<BrokenDisk> {
  const accepted: string[] = [];
  if (!mayTrace()) return limitedDisk(telegram);
  const fault = `inject=fsync,fdatasync:error=EIO:when=${firstFailing}..${firstFailing + failingCount - 1}`;
  const watch = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", trace, "-e", "trace=fsync,fdatasync", "-e", fault];
  // What strace started would outlive it.
  const mortal = ["setpriv", "--pdeathsig", "KILL"];
  const gateway = await DiskGateway.start({ telegram, start: () => [...watch, ...mortal] });
  return {
    gateway,
    accepted,
    reason: /the disk fails to write/,
    strike: (alice) => sendsUntilRefused(alice, accepted),
    mend: async () => {
      while (failuresIn(trace) < failingCount) await gateway.readiness();
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

const failuresIn = (trace: string) => readFileSync(trace, "utf8").match(/EIO .*\(INJECTED\)/g)?.length ?? 0;

function mayTrace(): boolean {
  return Bun.which("strace") !== null && Bun.spawnSync(["strace", "-qq", "-o", "/dev/null", "true"]).exitCode === 0;
}

test(
  "after a sync that failed nothing is accepted before all was written again; nothing is lost, all is answered once",
  async () => {
    using folder = temporaryFolder();
    const trace = join(folder.path, "trace");
    await using telegram = await TelegramDouble.start();
    await using disk = await syncFailingDisk(telegram, trace);
    await refusesAndRecovers(disk);
    await disk.gateway.said('"store.recovered"');
    using alice = await disk.gateway.operator();
    for (const runId of disk.accepted) {
      expect(await alice.call("agent.wait", { runId })).toMatchObject({ runId, status: "ok" });
      const { messages } = await alice.call("chat.history", { sessionKey: runId });
      expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
    }
  },
  slowMs,
);
