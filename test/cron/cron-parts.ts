import type { CronParts } from "../../src/cron/index.ts";
import { defaultConfig } from "../../src/config/index.ts";
import { type Clock, makeIds, type Random, realRandom } from "../../src/lib/index.ts";
import type { Accounts } from "../../src/providers/index.ts";
import { MediaStore, Sessions } from "../../src/sessions/index.ts";
import type { Database } from "../../src/storage/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";

/** What jobs stand on: the real store and real sessions, and others that do nothing unless a test says so. */
export function cronParts(
  base: { readonly database: Database; readonly clock: Clock; readonly random?: Random },
  given: Partial<CronParts> = {},
): CronParts {
  const { database, clock, random = realRandom } = base;
  const ids = makeIds(clock, random);
  const sessions = new Sessions({
    database,
    media: new MediaStore(undefined),
    clock,
    ids,
    names: { defaultAgentId: "main", mainKey: "main", scope: "per-sender" },
    agents: { require: (id) => ({ id }) },
    models: { resolve: () => undefined },
  });
  return {
    database,
    clock,
    random,
    ids,
    sessions,
    bootId: "boot_1",
    log: new CapturedLog(clock).log,
    runs: {
      add: () => {
        throw new Error("this test starts no runs");
      },
      enter: () => undefined,
      ended: (run) => Promise.resolve(run),
      abort: () => Promise.resolve([]),
      find: () => undefined,
    },
    outbox: { add: () => "out", wake: () => undefined, store: { findByIdem: () => undefined } },
    accounts: () => ({}) as Accounts,
    renderFor: () => [],
    defaultAgentId: () => "main",
    runTimeoutMs: () => 3_600_000,
    isOwner: () => true,
    obstacleTo: () => undefined,
    settings: { ...defaultConfig().cron, timeZone: "Europe/Berlin" },
    publish: () => undefined,
    wake: () => undefined,
    changed: () => undefined,
    knownAgent: () => undefined,
    knownModel: () => true,
    ...given,
  };
}
