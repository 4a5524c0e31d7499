import { expect, test } from "bun:test";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { openOutbox } from "./outbox-stage.ts";

/** Ten minutes without a network, and five thousand messages that wait for it. */

const outageMs = 600_000;
const messageCount = 5_000;
const chats = 50;

for (const identity of ["idempotent", "reconcilable"] as const) {
  test(`after ten minutes of outage 5,000 messages are delivered once and in order (${identity})`, async () => {
    const network = new FakeNetwork({ identity });
    await using stage = await openOutbox(network);
    const { outbox, clock } = stage;
    const add = (index: number) => stage.add(index, `chat${index % chats}`);
    // The last ones before the outage leave, and nobody hears that they arrived.
    network.faults = Array.from({ length: chats }, () => ({ kind: "lose-answer" }) as const);
    for (let index = 0; index < chats; index++) add(index);
    outbox.wake();
    await network.until((shown) => shown.length === chats);
    stage.isUp = false;
    for (let index = chats; index < messageCount; index++) add(index);
    for (let passed = 0; passed < outageMs; passed += 60_000) await clock.advance(60_000);
    expect(network.shown).toHaveLength(chats);
    stage.isUp = true;
    // It comes back in pieces: some sends are refused, some answers are lost.
    network.faults = Array.from({ length: 200 }, (_, index) =>
      index % 2 === 0 ? ({ kind: "unreachable" } as const) : ({ kind: "lose-answer" } as const),
    );
    outbox.wake();
    while (network.shown.length < messageCount) await clock.advance(1_000);
    const isOpen = () => (outbox.store.counts()["queued"] ?? 0) + (outbox.store.counts()["sending"] ?? 0) > 0;
    while (isOpen()) await clock.advance(1_000);
    const seen = network.shown.map((shown) => shown.text);
    expect([seen.length, new Set(seen).size]).toEqual([messageCount, messageCount]);
    for (let chat = 0; chat < chats; chat++) {
      const numbers = network.texts(`chat${chat}`).map((word) => Number(word.slice(1)));
      expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
    }
    expect(outbox.store.counts()).toEqual({});
  }, 60_000);
}
