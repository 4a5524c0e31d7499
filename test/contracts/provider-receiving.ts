import { expect } from "bun:test";
import { rejectionOf } from "../doubles/rejection.ts";
import { bobsText, type Linked, message, never } from "./provider-scene.ts";

/** Laws of what comes in. */
export function receivingLaws<Settings>(linked: Linked<Settings>): void {
  linked("a message is acknowledged only after it is stored", async ({ stage: { network, clock }, ports }) => {
    const stored = Promise.withResolvers<void>();
    ports.store = () => stored.promise;
    const id = await network.says(bobsText);
    await ports.heard(id);
    await clock.advance(1000);
    expect(network.acknowledged()).not.toContain(id);
    stored.resolve();
    await network.until(() => network.acknowledged().includes(id));
    expect(ports.received.map(({ ref }) => ref.messageId)).toEqual([id]);
  });

  linked("a message that was not stored comes again as the same message", async ({ stage: { network }, ports }) => {
    ports.store = () => Promise.reject(new Error("the disk is full"));
    const id = await network.says(bobsText);
    const first = await ports.heard(id);
    ports.store = () => Promise.resolve();
    await network.redelivers();
    const second = await ports.until(() => ports.received[1]);
    expect(second).toEqual(first);
    await network.until(() => network.acknowledged().includes(id));
  });

  linked("our own messages do not come in", async ({ stage: { network }, ports, link }) => {
    await link.send(message(network.peer("direct")), never);
    await network.echoes("an echo");
    const id = await network.says(bobsText);
    await ports.heard(id);
    expect(ports.received.map(({ sender }) => sender.id)).toEqual([network.bobId]);
  });

  linked(
    "direct, group and thread are told apart, and we are meant only when we are",
    async ({ stage: { network }, ports }) => {
      for (const place of network.places) {
        for (const meansUs of place === "direct" ? [true] : [false, true]) {
          const id = await network.says(bobsText, place, meansUs);
          const received = await ports.heard(id, network.peer(place).id);
          expect([place, received.ref.peer, received.mentionsSelf]).toEqual([place, network.peer(place), meansUs]);
          expect(received.sender.id).toBe(network.bobId);
        }
      }
    },
  );

  linked(
    "media is fetched only when it is asked for, and only up to its limit",
    async ({ stage: { network }, ports, link }) => {
      const bytes = new Uint8Array(50_000).map((_, index) => index % 251);
      const { media } = await ports.heard(await network.sendsFile(bytes));
      const handle = media[0]!.handle;
      expect(network.downloads()).toBe(0);
      const download = (bytesMax: number, signal = never) => link.download!(handle, bytesMax, signal);
      expect((await download(bytes.length)).bytes).toEqual(bytes);
      expect(await rejectionOf(download(bytes.length - 1))).toMatchObject({ name: "MediaError", isPermanent: true });
      expect(await rejectionOf(download(bytes.length, AbortSignal.abort("stop")))).toBe("stop");
    },
  );
}
