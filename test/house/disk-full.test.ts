import { expect, test } from "bun:test";
import { TelegramDouble } from "../doubles/telegram/telegram-double.ts";
import { fullDisk, limitedDisk, readOnlyDisk } from "./broken-disks.ts";
import { DiskGateway } from "./disk-gateway.ts";
import { refusesAndRecovers } from "./disk-law.ts";

/** Real processes on real file systems; each takes some seconds. */
const slowMs = 60_000;

test(
  "on a full disk nothing is accepted and nothing is lost; with space again all is answered once",
  async () => {
    await using telegram = await TelegramDouble.start();
    await using disk = await fullDisk(telegram);
    await refusesAndRecovers(disk);
  },
  slowMs,
);

test(
  "on a disk that became read-only nothing is accepted and nothing is lost; once it is writable all is answered once",
  async () => {
    await using telegram = await TelegramDouble.start();
    await using disk = await readOnlyDisk(telegram);
    await refusesAndRecovers(disk);
  },
  slowMs,
);

test(
  "on a disk that fails to write nothing is accepted and nothing is lost; once it writes all is answered once",
  async () => {
    await using telegram = await TelegramDouble.start();
    await using disk = await limitedDisk(telegram);
    await refusesAndRecovers(disk);
  },
  slowMs,
);

test(
  "a stop does not wait for a disk that refuses, and the next start does what was left",
  async () => {
    await using telegram = await TelegramDouble.start();
    await using disk = await limitedDisk(telegram);
    const { gateway } = disk;
    {
      using alice = await gateway.operator();
      await alice.call("chat.send", { sessionKey: "main", message: "word ".repeat(100), idempotencyKey: "k1" });
      await disk.strike(alice);
    }
    await telegram.person({ name: "Bob" }).says("still there?");
    gateway.child.kill("SIGTERM");
    expect(await gateway.child.exited).toBe(0);
    await using next = await DiskGateway.start({ telegram, after: gateway });
    using alice = await next.operator();
    expect(await alice.call("agent.wait", { runId: "k1" })).toMatchObject({ status: "ok" });
    const { messages } = await alice.call("chat.history", { sessionKey: "main" });
    expect(messages.map(({ role, runId }) => `${role} ${runId}`)).toEqual(["user k1", "assistant k1"]);
    await telegram.until(() =>
      telegram.messages(5001).some(({ isFromBot, text }) => isFromBot && text.includes("there?")),
    );
  },
  slowMs,
);
