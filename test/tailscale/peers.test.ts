import { expect, test } from "bun:test";
import { type Answer, identityOf, type Peer, peerLimits, Peers } from "../../src/tailscale/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

/** Whom the daemon vouches for, and for how long its word is kept. */

const alice: Peer = { machine: "phone", login: "Alice@example.com" };

function stage(answers: (address: string) => Promise<Answer<Peer | undefined>>) {
  const clock = new FakeClock();
  const log = new CapturedLog(clock);
  const asked: string[] = [];
  const whois = (address: string) => {
    asked.push(address);
    return answers(address);
  };
  return { clock, log, asked, peers: new Peers({ tailscale: { whois }, clock, log: log.log }) };
}

const answer = (value: Peer | undefined) => Promise.resolve({ kind: "answer", value } as const);
const trouble = () => Promise.resolve({ kind: "trouble", reason: "the daemon sleeps", cure: "wake it" } as const);

test("an answer is kept for a minute, whichever way the address is written", async () => {
  const { clock, asked, peers } = stage(() => answer(alice));
  expect(await peers.at("100.64.0.7")).toEqual({ kind: "peer", peer: alice });
  expect(await peers.at("::ffff:100.64.0.7")).toEqual({ kind: "peer", peer: alice });
  await clock.advance(peerLimits.keptMs - 1);
  await peers.at("100.64.0.7");
  expect(asked).toEqual(["100.64.0.7"]);
  await clock.advance(1);
  await peers.at("100.64.0.7");
  expect(asked).toHaveLength(2);
});

test("nobody there is an answer, too; a daemon that does not answer is asked again after five seconds", async () => {
  const empty = stage(() => answer(undefined));
  expect([await empty.peers.at("100.64.0.8"), await empty.peers.at("100.64.0.8")]).toEqual([
    { kind: "stranger" },
    { kind: "stranger" },
  ]);
  expect(empty.asked).toHaveLength(1);
  const sick = stage(trouble);
  expect([await sick.peers.at("100.64.0.8"), await sick.peers.at("100.64.0.8")]).toEqual([
    { kind: "unknown" },
    { kind: "unknown" },
  ]);
  expect(sick.log.of("peer.unknown")).toHaveLength(1);
  await sick.clock.advance(peerLimits.troubleKeptMs);
  await sick.peers.at("100.64.0.8");
  expect(sick.asked).toHaveLength(2);
});

test("many questions at once are few to the daemon: one an address, four at a time, and a bounded queue", async () => {
  const open: (() => void)[] = [];
  let running = 0;
  let runningMax = 0;
  const { asked, peers } = stage(async () => {
    runningMax = Math.max(runningMax, ++running);
    await new Promise<void>((resolve) => open.push(resolve));
    running--;
    return { kind: "answer", value: alice };
  });
  const same = Array.from({ length: 50 }, () => peers.at("100.64.0.7"));
  const others = Array.from({ length: 200 }, (_, index) => peers.at(`100.64.1.${index}`));
  const over = new AbortController();
  const all = Promise.all([...same, ...others]).finally(() => over.abort());
  while (!over.signal.aborted) {
    open.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const answers = await all;
  expect(runningMax).toBe(peerLimits.askingMax);
  expect(asked).toHaveLength(peerLimits.askingMax + peerLimits.waitingMax);
  expect(answers.filter(({ kind }) => kind === "unknown")).toHaveLength(201 - asked.length);
});

test("a question that does not get its turn in time is given up: none hangs behind a daemon that does", async () => {
  const { clock, asked, peers } = stage(() => new Promise(() => undefined));
  const all = Array.from({ length: 20 }, (_, index) => peers.at(`100.64.2.${index}`));
  const late = all.slice(peerLimits.askingMax);
  await clock.advance(peerLimits.waitMs);
  expect(await Promise.all(late)).toEqual(late.map(() => ({ kind: "unknown" })));
  expect(asked).toHaveLength(peerLimits.askingMax);
});

test("what is kept is bounded, and the oldest goes first", async () => {
  const { asked, peers } = stage(() => answer(alice));
  for (let index = 0; index <= peerLimits.keptMax; index++) await peers.at(`100.65.${index >> 8}.${index & 255}`);
  expect(peers.keptCount).toBe(peerLimits.keptMax);
  await peers.at("100.65.0.1");
  expect(asked).toHaveLength(peerLimits.keptMax + 1);
  await peers.at("100.65.0.0");
  expect(asked).toHaveLength(peerLimits.keptMax + 2);
});

test("a login is held against the daemon's, in any case of letters and in any spelling", () => {
  const verified = { kind: "verified", login: "Alice@example.com" } as const;
  expect(identityOf(alice, "alice@EXAMPLE.com")).toEqual(verified);
  expect(identityOf(alice, "=?utf-8?q?alice@example.com?=")).toEqual(verified);
  expect(identityOf(alice, "mallory@example.com")).toEqual({ kind: "mismatch" });
  expect(identityOf(alice, "")).toEqual({ kind: "mismatch" });
  expect(identityOf(alice, null)).toBeUndefined();
  expect(identityOf({ machine: "server", login: undefined }, "tagged-devices")).toBeUndefined();
});
