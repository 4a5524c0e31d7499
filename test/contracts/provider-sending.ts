import { expect } from "bun:test";
import { rejectionOf } from "../doubles/rejection.ts";
import { failing, fatesOn, type Linked, message, never } from "./provider-scene.ts";
import { rateLimitMs } from "./provider-stage.ts";

/** Laws of what goes out. */
export function sendingLaws<Settings>(linked: Linked<Settings>): void {
  linked("an aborted send rejects at once", async ({ stage: { network }, link }) => {
    network.nextSend("unanswered");
    const abort = new AbortController();
    const sending = link.send(message(network.peer("direct")), abort.signal);
    await network.until(() => network.sent().length === 1);
    abort.abort("enough");
    expect(await rejectionOf(sending)).toBe("enough");
    expect(await rejectionOf(link.send(message(network.peer("direct")), AbortSignal.abort("early")))).toBe("early");
    expect(network.sent().length).toBe(1);
  });

  linked("a failed send says whether it may have left", async ({ stage, link }) => {
    for (const [fate, isCertain, isPermanent] of fatesOn(stage)) {
      const error = await failing(stage, link, fate);
      expect([fate, error.name, error.isCertain, error.isPermanent]).toEqual([
        fate,
        "DeliveryError",
        isCertain,
        isPermanent,
      ]);
    }
  });

  linked("a rate limit says when to come back", async ({ stage, link }) => {
    expect((await failing(stage, link, "rate limited")).retryAfterMs).toBe(rateLimitMs);
  });

  linked("a second send of one message is what the network's identity says", async ({ stage, link }) => {
    const { network, provider, clock } = stage;
    const once = message(network.peer("direct"));
    const sinceMs = clock.nowMs();
    expect(typeof link.reconcile === "function").toBe(provider.can.identity === "reconcilable");
    expect(await link.reconcile?.(once, sinceMs, never)).toBeUndefined();
    const first = await link.send(once, never);
    if (link.reconcile) expect(await link.reconcile(once, sinceMs, never)).toEqual(first);
    const second = await link.send(once, never);
    const isSame = second.messageId === first.messageId;
    expect(network.sent().length).toBe(isSame ? 1 : 2);
    // Where the link can look, the network may know the message again besides, for a while.
    if (provider.can.identity !== "reconcilable") expect(isSame).toBe(provider.can.identity === "idempotent");
  });

  linked("text arrives as the house rendered it", async ({ stage: { network, provider }, link }) => {
    for (const place of network.places) {
      const text = `${place}: naïve — 日本語 😀\n\n  indented  x`;
      const { messageId } = await link.send(message(network.peer(place), { markup: text, plain: text }), never);
      expect(messageId).not.toBe("");
      expect(network.sent().at(-1)).toBe(text);
    }
    const longest = "x".repeat(provider.can.textCharsMax);
    await link.send(message(network.peer("direct"), { markup: longest, plain: longest }), never);
    expect(network.sent().at(-1)).toBe(longest);
  });

  linked("the same edit twice is no error", async ({ stage: { network }, link }) => {
    const peer = network.peer("direct");
    const { messageId } = await link.send(message(peer), never);
    const edited = message(peer, { markup: "edited", plain: "edited" });
    await link.edit!({ peer, messageId }, edited, never);
    await link.edit!({ peer, messageId }, edited, never);
    const gone = link.edit!({ peer, messageId: "999999999" }, edited, never);
    expect(await rejectionOf(gone)).toMatchObject({ name: "DeliveryError", isPermanent: true });
  });
}
