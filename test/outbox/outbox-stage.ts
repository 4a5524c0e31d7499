import { makeIds, realRandom } from "../../src/lib/index.ts";
import { Outbox, type OutboxMedia } from "../../src/outbox/index.ts";
import type { Link, LinkState, Ports } from "../../src/providers/index.ts";
import { Database } from "../../src/storage/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import type { FakeNetwork } from "../doubles/fake-network.ts";
import { memoryRecords } from "../doubles/memory-records.ts";

/** An outbox alone, with one account of a fake network that can be away. */
export interface OutboxStage extends AsyncDisposable {
  readonly outbox: Outbox;
  readonly clock: FakeClock;
  isUp: boolean;
  /** What loading a file comes to. */
  media: () => Promise<OutboxMedia>;
  add(index: number, chat: string, content?: object): string;
}

export async function openOutbox(network: FakeNetwork): Promise<OutboxStage> {
  const clock = new FakeClock();
  const link = await linkOn(network, clock);
  const database = new Database(":memory:", clock);
  const outbox = new Outbox({
    database,
    bootId: "boot",
    clock,
    ids: makeIds(clock, realRandom),
    random: { ...realRandom, unit: () => 0.5 },
    log: new CapturedLog(clock).log,
    linkOf: () => (stage.isUp ? link : undefined),
    canOf: () => network.provider.can,
    ambiguousOf: () => "hold",
    lifeMsOf: () => 3_600_000,
    settled: () => undefined,
    sentBy: () => undefined,
    mediaBytes: () => undefined,
    loadMedia: () => stage.media(),
    quiet: () => Promise.resolve(),
  });
  outbox.start();
  const stage: OutboxStage = {
    outbox,
    clock,
    isUp: true,
    media: () => Promise.reject(new Error("no media here")),
    add: (index, chat, content = { text: { markup: `m${index}`, plain: `m${index}` } }) =>
      outbox.add({
        idem: `k${index}`,
        provider: "telegram",
        accountId: "main",
        peer: { kind: "direct", id: chat },
        content,
        class: "reply",
      }),
    [Symbol.asyncDispose]: async () => {
      await outbox[Symbol.asyncDispose]();
      await link[Symbol.asyncDispose]();
      database[Symbol.dispose]();
    },
  };
  return stage;
}

async function linkOn(network: FakeNetwork, clock: FakeClock): Promise<Link> {
  const ports: Ports = {
    receive: () => Promise.resolve(),
    state: (_state: LinkState) => undefined,
    secrets: { get: () => undefined, set: () => undefined, delete: () => undefined },
    records: memoryRecords(),
    folder: () => "/nowhere",
    environment: {},
    clock,
    random: realRandom,
    log: new CapturedLog(clock).log,
    signal: new AbortController().signal,
    serveWebhook: () => ({ [Symbol.dispose]: () => undefined }),
  };
  return network.provider.open({ provider: network.provider.id, id: "main", settings: {} }, ports);
}
