import { test } from "bun:test";
import { TelegramDouble } from "../doubles/telegram/telegram-double.ts";
import { fullDisk, limitedDisk, readOnlyDisk } from "./broken-disks.ts";
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
