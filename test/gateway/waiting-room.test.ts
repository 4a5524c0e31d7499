import { expect, test } from "bun:test";
import { type Place, WaitingRoom, waitingRoomLimits } from "../../src/gateway/waiting-room.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

const { pendingMax, pendingPerAddressMax, waitingMax, waitingPerAddressMax, silentMs, waitMs } = waitingRoomLimits;

class Stage {
  readonly clock = new FakeClock();
  readonly room = new WaitingRoom(this.clock);
  readonly evicted: Place[] = [];

  /** Somebody who takes a place and says nothing. */
  silent(address: string): Place {
    const place = this.room.enter(address);
    if (place === undefined || place instanceof Promise) throw new Error(`no place for ${address}`);
    place.evict = () => void this.evicted.push(place);
    return place;
  }

  fill(): void {
    for (let index = 0; index < pendingMax; index++) {
      this.silent(`10.0.0.${Math.floor(index / pendingPerAddressMax)}`);
    }
  }

  /** Somebody who waits; `outcome` tells what came of it. */
  waits(address: string): { outcome: "waits" | "place" | "sent away" | "refused" } {
    const waiter = { outcome: "waits" as "waits" | "place" | "sent away" | "refused" };
    const place = this.room.enter(address);
    if (place === undefined) waiter.outcome = "refused";
    else if (!(place instanceof Promise)) waiter.outcome = "place";
    else void place.then((given) => (waiter.outcome = given ? "place" : "sent away"));
    return waiter;
  }
}

test("places are bounded for each address and for all together", () => {
  const stage = new Stage();
  for (let count = 0; count < pendingPerAddressMax; count++) stage.silent("1.2.3.4");
  expect(stage.waits("1.2.3.4").outcome).toBe("waits");
  expect(stage.waits("::ffff:1.2.3.4").outcome).toBe("waits");
  expect(stage.waits("1.2.3.5").outcome).toBe("place");
  expect(stage.room.pendingCount).toBe(pendingPerAddressMax + 1);
});

test("an IPv6 network is one address", () => {
  const stage = new Stage();
  for (let count = 0; count < pendingPerAddressMax; count++) stage.silent(`2001:db8::${count + 1}`);
  expect([stage.waits("2001:db8::ffff").outcome, stage.waits("2001:db8:0:1::1").outcome]).toEqual(["waits", "place"]);
});

test("a place that is left goes to who waits, the newest first, and leaving twice counts once", async () => {
  const stage = new Stage();
  stage.fill();
  const [first, second] = [stage.waits("10.9.0.1"), stage.waits("10.9.0.2")];
  const place = stage.room.enter("10.0.0.0");
  expect(place).toBeInstanceOf(Promise);
  await stage.clock.advance(silentMs);
  expect([first.outcome, second.outcome]).toEqual(["place", "place"]);
  expect(stage.room.pendingCount).toBeLessThanOrEqual(pendingMax);
});

test("leaving twice counts once", () => {
  const stage = new Stage();
  const places = Array.from({ length: pendingPerAddressMax }, () => stage.silent("1.2.3.4"));
  stage.room.leave(places[0]!);
  stage.room.leave(places[0]!);
  expect(stage.waits("1.2.3.4").outcome).toBe("place");
  expect(stage.waits("1.2.3.4").outcome).toBe("waits");
  expect(stage.room.pendingCount).toBe(pendingPerAddressMax);
});

test("the newest of those who wait is served first", async () => {
  const stage = new Stage();
  const places = Array.from({ length: pendingPerAddressMax }, () => stage.silent("1.2.3.4"));
  const [older, newer] = [stage.waits("1.2.3.4"), stage.waits("1.2.3.4")];
  stage.room.leave(places[0]!);
  await Promise.resolve();
  expect([older.outcome, newer.outcome]).toEqual(["waits", "place"]);
});

test("who stays silent makes room for who waits, nobody is sent away without need", async () => {
  const stage = new Stage();
  for (let count = 0; count < pendingPerAddressMax; count++) stage.silent("1.2.3.4");
  const elsewhere = stage.silent("1.2.3.5");
  await stage.clock.advance(silentMs * 10);
  expect(stage.evicted).toEqual([]);
  const waiter = stage.waits("1.2.3.4");
  await stage.clock.advance(silentMs);
  expect(waiter.outcome).toBe("place");
  expect(stage.evicted).not.toContain(elsewhere);
  expect(stage.evicted).toHaveLength(pendingPerAddressMax);
});

test("a socket that has just come is not silent yet", async () => {
  const stage = new Stage();
  for (let count = 0; count < pendingPerAddressMax; count++) stage.silent("1.2.3.4");
  const waiter = stage.waits("1.2.3.4");
  await stage.clock.advance(silentMs - 1);
  expect([waiter.outcome, stage.evicted.length]).toEqual(["waits", 0]);
});

test("in a full room every silent socket makes room, from whatever address", async () => {
  const stage = new Stage();
  stage.fill();
  const waiter = stage.waits("10.9.0.1");
  await stage.clock.advance(silentMs * 2);
  expect([waiter.outcome, stage.evicted.length]).toEqual(["place", pendingMax]);
});

test("those who wait are bounded, for each address and for all together", () => {
  const stage = new Stage();
  stage.fill();
  const wait = (address: string, count: number) =>
    Array.from({ length: count }, () => stage.waits(address).outcome).filter((outcome) => outcome === "waits").length;
  expect(wait("10.9.0.1", waitingPerAddressMax + 5)).toBe(waitingPerAddressMax);
  expect(wait("10.9.0.2", waitingPerAddressMax)).toBe(waitingMax - waitingPerAddressMax);
  expect(stage.waits("10.9.0.3").outcome).toBe("refused");
});

test("who waited too long is sent away", async () => {
  const stage = new Stage();
  let held = Array.from({ length: pendingPerAddressMax }, () => stage.silent("1.2.3.4"));
  const oldest = stage.waits("1.2.3.4");
  // Newer ones come all the time and are served first.
  for (let ms = 0; ms < waitMs; ms += silentMs / 2) {
    const newer = Array.from({ length: pendingPerAddressMax }, async () => stage.room.enter("1.2.3.4"));
    for (const place of held) stage.room.leave(place);
    held = (await Promise.all(newer)).map((place) => place!);
    expect(oldest.outcome).toBe("waits");
    await stage.clock.advance(silentMs / 2);
  }
  expect(oldest.outcome).toBe("sent away");
  expect(stage.room.pendingCount).toBe(pendingPerAddressMax);
});
