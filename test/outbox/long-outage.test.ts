import { expect, test } from "bun:test";
import { makeIds, realRandom } from "../../src/lib/index.ts";
import { Outbox } from "../../src/outbox/index.ts";
import type { Link, LinkState, Ports } from "../../src/providers/index.ts";
import { Database } from "../../src/storage/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { memoryRecords } from "../doubles/memory-records.ts";

/** Ten minutes without a network, and five thousand messages that wait for it. */

const outageMs = 600_000;
const messageCount = 5_000;
const chats = 50;

const text = (index: number) => ({ markup: `m${index}`, plain: `m${index}` });

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

for (const identity of ["idempotent", "reconcilable"] as const) {
  test(`after ten minutes of outage 5,000 messages are delivered once and in order (${identity})`, async () => {
    const clock = new FakeClock();
    const network = new FakeNetwork({ identity });
    const link = await linkOn(network, clock);
    let isUp = true;
    using database = new Database(":memory:", clock);
    await using outbox = new Outbox({
      database,
      bootId: "boot",
      clock,
      ids: makeIds(clock, realRandom),
      random: { ...realRandom, unit: () => 0.5 },
      log: new CapturedLog(clock).log,
      linkOf: () => (isUp ? link : undefined),
      canOf: () => network.provider.can,
      ambiguousOf: () => "hold",
      lifeMsOf: () => 3_600_000,
      settled: () => undefined,
      sentBy: () => undefined,
      mediaBytes: () => undefined,
      loadMedia: () => Promise.reject(new Error("no media here")),
      quiet: () => Promise.resolve(),
    });
    outbox.start();
    const add = (index: number) =>
      outbox.add({
        idem: `k${index}`,
        provider: "telegram",
        accountId: "main",
        peer: { kind: "direct", id: `chat${index % chats}` },
        content: { text: text(index) },
        class: "reply",
      });
    // The last ones before the outage leave, and nobody hears that they arrived.
    network.faults = Array.from({ length: chats }, () => ({ kind: "lose-answer" }) as const);
    for (let index = 0; index < chats; index++) add(index);
    outbox.wake();
    await network.until((shown) => shown.length === chats);
    isUp = false;
    for (let index = chats; index < messageCount; index++) add(index);
    for (let passed = 0; passed < outageMs; passed += 60_000) await clock.advance(60_000);
    expect(network.shown).toHaveLength(chats);
    isUp = true;
    // It comes back in pieces: some sends are refused, some answers are lost.
    network.faults = Array.from({ length: 200 }, (_, index) =>
      index % 2 === 0 ? ({ kind: "unreachable" } as const) : ({ kind: "lose-answer" } as const),
    );
    outbox.wake();
    while (network.shown.length < messageCount) await clock.advance(1_000);
    while ((outbox.store.counts()["queued"] ?? 0) + (outbox.store.counts()["sending"] ?? 0) > 0)
      await clock.advance(1_000);
    const seen = network.shown.map((shown) => shown.text);
    expect(new Set(seen).size).toBe(messageCount);
    expect(seen).toHaveLength(messageCount);
    for (let chat = 0; chat < chats; chat++) {
      const numbers = network.texts(`chat${chat}`).map((word) => Number(word.slice(1)));
      expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
    }
    expect(outbox.store.counts()).toEqual({});
    await link[Symbol.asyncDispose]();
  }, 60_000);
}
