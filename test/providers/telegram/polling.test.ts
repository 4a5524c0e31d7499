import { expect, test } from "bun:test";
import type { Update } from "grammy/types";
import { nextOffset, pollUpdates } from "../../../src/providers/telegram/polling.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import type { FaultAction } from "../../doubles/telegram/faults.ts";
import { whileTimePasses } from "../../doubles/passing-time.ts";
import { rejectionOf } from "../../doubles/rejection.ts";
import { linked } from "./linked.ts";

/** Updates come by asking, asking acknowledges, and an update that was not stored must come again. */

test.each([
  ["nothing came", 5, [], [], 5],
  ["nothing ever came", undefined, [], [], undefined],
  ["all are stored", undefined, [7, 8, 9], [7, 8, 9], 10],
  ["none is stored", 7, [7, 8, 9], [], 7],
  ["the first is not stored", 7, [7, 8, 9], [8, 9], 7],
  ["one in the middle is not stored", 7, [7, 8, 9], [7, 9], 8],
  ["the last is not stored", 7, [7, 8, 9], [7, 8], 9],
  ["ids with gaps, out of order", 7, [30, 7, 12], [7, 30], 12],
] as const)("the next poll begins rightly when %s", (...[, offset, ids, stored, next]) => {
  const updates = ids.map((id) => ({ update_id: id }));
  expect(nextOffset(offset, updates, new Set(stored))).toBe(next);
});

interface PollRequest {
  readonly offset?: number;
  readonly timeout: number;
}

/** Telegram's queue: what is before an offset is forgotten for good. */
class Queue {
  readonly #clock: FakeClock;
  #waiting: number[];

  constructor(clock: FakeClock, ids: readonly number[]) {
    this.#clock = clock;
    this.#waiting = [...ids];
  }

  polls = 0;

  readonly api = {
    call: <T>(_: string, run: (raw: never) => Promise<T>) => run({ getUpdates: this.#getUpdates } as never),
  };

  get waiting(): number {
    return this.#waiting.length;
  }

  readonly #getUpdates = async ({ offset = 0, timeout }: PollRequest): Promise<Update[]> => {
    this.polls++;
    this.#waiting = this.#waiting.filter((id) => id >= offset);
    if (this.#waiting.length === 0) await this.#clock.sleep(timeout * 1000);
    return this.#waiting.slice(0, 10).map((update_id) => ({ update_id }));
  };
}

/** A generator of numbers in [0, 1) that is the same on every run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

test("none is lost, in whatever order they are stored, whatever fails, whenever the process is killed", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = chance(seed);
    const clock = new FakeClock();
    // Rising, with gaps: kinds that nobody asked for have ids too.
    const ids = Array.from({ length: 40 }, (_, index) => 100 + index * 3 + (index % 2));
    const queue = new Queue(clock, ids);
    const stored = new Set<number>();
    while (queue.waiting > 0) {
      const killed = new AbortController();
      const take = async ({ update_id: id }: Update): Promise<boolean> => {
        await clock.sleep(Math.floor(random() * 5000));
        if (killed.signal.aborted || random() < 0.2) return false;
        stored.add(id);
        return true;
      };
      const polling = pollUpdates({ api: queue.api, clock, signal: killed.signal, take, onLive: () => undefined });
      const over = polling.catch((error: unknown) => expect(error).toBe("killed"));
      await clock.advance(Math.floor(random() * 30_000));
      killed.abort("killed");
      await whileTimePasses(clock, over);
    }
    expect([seed, ids.filter((id) => !stored.has(id))]).toEqual([seed, []]);
  }
});

test("a day of silence is polled through without a fault", async () => {
  const clock = new FakeClock();
  const queue = new Queue(clock, []);
  const over = new AbortController();
  const polling = pollUpdates({
    api: queue.api,
    clock,
    signal: over.signal,
    take: () => Promise.resolve(true),
    onLive: () => undefined,
  });
  const end = polling.catch((error: unknown) => error);
  await clock.advance(24 * 3_600_000);
  expect(queue.polls).toBe(24 * 144 + 2);
  over.abort("over");
  expect(await whileTimePasses(clock, end)).toBe("over");
});

test("what was stored is not given to the house again while another update is waited for", async () => {
  await using scene = await linked();
  const { bob, ports, clock, double } = scene;
  const gate = Promise.withResolvers<void>();
  ports.store = () => gate.promise;
  const first = await bob.says("first");
  await ports.heard(String(first.messageId));
  const ids = [await bob.says("second"), await bob.says("third"), await bob.says("fourth")];
  let refusals = 0;
  ports.store = ({ text }) => {
    if (text !== "third" || refusals === 3) return Promise.resolve();
    refusals++;
    return Promise.reject(new Error("the disk is full"));
  };
  gate.resolve();
  for (let round = 1; round <= 3; round++) {
    await ports.until(() => refusals === round);
    await clock.advance(2000);
  }
  await double.until(() => double.confirmed === ids[2]!.updateId);
  const texts = ports.received.map(({ text }) => text);
  expect(texts).toEqual(["first", "second", "third", "fourth", "third", "third", "third"]);
  expect(ports.captured.of("update.refused").length).toBe(3);
});

test("a restart in the middle of a batch loses nothing", async () => {
  await using scene = await linked();
  const { bob, ports, double } = scene;
  const stored = new Set<string>();
  ports.store = ({ text }) => {
    if (Number(text) % 3 === 1) return new Promise(() => undefined);
    stored.add(text);
    return Promise.resolve();
  };
  const said: string[] = [];
  for (let number = 0; number < 20; number++) {
    said.push(String(number));
    await bob.says(String(number));
  }
  await ports.until(() => stored.size > 0);
  await scene.link[Symbol.asyncDispose]();
  await using again = await scene.reopen();
  again.ports.store = async ({ text }) => void stored.add(text);
  await again.ports.until(() => stored.size === said.length);
  await double.until(() => double.confirmed >= 900_000_020);
});

test("the link asks once who it is, takes any webhook away and keeps what waits, and names what it wants", async () => {
  await using scene = await linked();
  const { double } = scene;
  await double.until(() => double.calls("getUpdates").length === 2);
  const calls = double.calls().map(({ method, params }) => [method, params]);
  const allowed_updates = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "message_reaction",
    "my_chat_member",
  ];
  expect(calls).toEqual([
    ["getMe", {}],
    ["deleteWebhook", { drop_pending_updates: false }],
    ["getUpdates", { timeout: 0, allowed_updates }],
    ["getUpdates", { timeout: 25, allowed_updates }],
  ]);
});

test.each<readonly [string, FaultAction, object]>([
  [
    "a gateway's error page",
    { kind: "refuse", code: 502, body: "<html>bad</html>" },
    { reason: /answered 502 in other words/ },
  ],
  ["an error of Telegram's", { kind: "refuse", code: 500 }, { reason: /Internal Server Error/ }],
  ["a cut connection", { kind: "drop" }, { reason: /the connection broke/ }],
  ["a flood", { kind: "refuse", code: 429, retryAfter: 9 }, { reason: /Too Many Requests/, retryAfterMs: 9000 }],
  [
    "a webhook that another program set",
    { kind: "refuse", code: 409, description: "Conflict: can't use getUpdates method while webhook is active" },
    { reason: /a webhook was set for this bot meanwhile/ },
  ],
])("%s ends the link as lost", async (_, does, { reason, ...more }: { reason?: RegExp }) => {
  await using scene = await linked();
  const { double, bob, ports } = scene;
  double.fault({ method: "getUpdates", does });
  await bob.says("this lets the poll return");
  const lost = await ports.told("lost");
  expect(lost).toMatchObject({ kind: "lost", ...more });
  expect(lost.reason).toMatch(reason!);
  expect(ports.kinds).toEqual(["connecting", "connected", "lost"]);
  expect(await rejectionOf(scene.link.probe(new AbortController().signal))).toHaveProperty(
    "message",
    "the link has ended",
  );
});

test("a second poller is told as what it is, once, and before that nobody was connected", async () => {
  await using scene = await linked({
    until: "connecting",
    before: (double) => void double.fault({ method: "getUpdates", does: { kind: "refuse", code: 409 } }),
  });
  const { reason } = await scene.ports.told("lost");
  expect(reason).toBe(
    "something else asks Telegram for this bot's updates: stop it, or revoke the token with @BotFather",
  );
  expect(scene.ports.kinds).toEqual(["connecting", "lost"]);
});

test("a second poller that comes later ends the link", async () => {
  await using scene = await linked();
  const { double, ports } = scene;
  await double.until(() => double.calls("getUpdates").length === 2);
  await double.pollElsewhere();
  expect((await ports.told("lost")).reason).toStartWith("something else asks Telegram");
});

test.each([
  ["getMe", 401],
  ["getMe", 404],
  ["getUpdates", 401],
] as const)("%s answered with %d logs the link out", async (method, code) => {
  await using scene = await linked({
    until: "connecting",
    before: (double) => void double.fault({ method, does: { kind: "refuse", code } }),
  });
  const { cure } = await scene.ports.told("logged-out");
  expect(cure).toBe("clawdia providers add telegram");
  expect(scene.ports.kinds).toEqual(["connecting", "logged-out"]);
});

test("a first poll that takes two minutes ends nothing", async () => {
  await using scene = await linked({
    until: "connecting",
    before: (double) => void double.fault({ method: "getUpdates", does: { kind: "hang" } }),
  });
  const { double, ports, clock, bob } = scene;
  await double.until(() => double.calls("getUpdates").length === 1);
  await clock.advance(120_000);
  expect(ports.kinds).toEqual(["connecting", "connected"]);
  double.liftFaults();
  const { messageId } = await bob.says("still there?");
  await ports.heard(String(messageId));
  expect(ports.kinds).toEqual(["connecting", "connected"]);
});

test("a first poll that is never answered ends the link in the end", async () => {
  await using scene = await linked({
    until: "connecting",
    before: (double) => void double.fault({ method: "getUpdates", does: { kind: "hang" } }),
  });
  await scene.double.until(() => scene.double.calls("getUpdates").length === 1);
  await scene.clock.advance(224_000);
  expect(scene.ports.kinds).toEqual(["connecting", "connected"]);
  await scene.clock.advance(1000);
  expect((await scene.ports.told("lost")).reason).toContain("no answer within 225 s");
});

test("a poll on an open connection that nobody answers is found dead within 90 s", async () => {
  await using scene = await linked();
  const { double, ports, clock, bob } = scene;
  const mute = double.fault({ method: "getUpdates", does: { kind: "hang" } });
  await bob.says("this lets the poll return");
  await mute.struck();
  await clock.advance(74_000);
  expect(ports.kinds).toEqual(["connecting", "connected"]);
  await scene.link.probe(new AbortController().signal);
  await clock.advance(1000);
  expect((await ports.told("lost")).reason).toContain("no answer within 75 s");
});

test("closing the account ends the link as disposing does", async () => {
  await using scene = await linked();
  const { double, ports, link, bob } = scene;
  await double.until(() => double.calls("getUpdates").length === 2);
  ports.close();
  await link[Symbol.asyncDispose]();
  const polls = double.calls("getUpdates").length;
  await bob.says("too late");
  expect([ports.received, ports.kinds]).toEqual([[], ["connecting", "connected"]]);
  expect(double.calls("getUpdates").length).toBe(polls);
});
