import { expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { never, outbound, owned, said } from "./linked.ts";

/** A daemon of our own: a program that comes up with the link and goes with it. */

/** The numbers of the daemons that run on this folder; each has a watcher in its group, which does not count. */
function daemonsOn(folder: string): readonly number[] {
  const listed = Bun.spawnSync(["ps", "-eo", "pid,stat,args"]).stdout.toString().split("\n");
  const ours = listed.filter((line) => line.includes(`--config=${folder}`) && !/^\s*\d+ Z|kill -s KILL/.test(line));
  return ours.map((line) => Number.parseInt(line, 10));
}

test("a daemon comes up with the link, carries messages both ways, and is gone with it", async () => {
  const scene = await owned();
  const { double, ports, link, bob, folder } = scene;
  const { messageId } = bob.says("hello");
  await ports.heard(messageId);
  await link.send(outbound(bob, { text: said("hi bob") }), never);
  expect((await bob.hears()).map(({ text }) => text)).toEqual(["hi bob"]);
  expect(daemonsOn(folder)).toHaveLength(1);
  await link[Symbol.asyncDispose]();
  expect(daemonsOn(folder)).toEqual([]);
  expect(ports.kinds).toEqual(["connecting", "connected"]);
  expect(ports.captured.text).not.toContain(double.number);
  await scene[Symbol.asyncDispose]();
});

test("what the daemon handed over and was not stored comes at the next opening", async () => {
  await using scene = await owned();
  const { ports, link, bob, double } = scene;
  ports.store = () => Promise.reject(new Error("the disk is full"));
  const lost = bob.says("while the disk is full");
  await ports.heard(lost.messageId);
  await double.until(() => double.isHandedOver(lost.eventId));
  await link[Symbol.asyncDispose]();
  await using again = await scene.reopen();
  expect(await again.ports.heard(lost.messageId)).toMatchObject({ text: "while the disk is full" });
  await again.ports.told("connected");
  const later = bob.says("later");
  await again.ports.heard(later.messageId);
  await again.link[Symbol.asyncDispose]();
  // By then the file holds what came since, and what was stored before is not brought again.
  await using third = await scene.reopen();
  await third.ports.told("connected");
  expect(third.ports.received.map(({ text }) => text)).toEqual(["later"]);
});

test("what comes while the daemon has not noticed that nobody listens comes at the next opening", async () => {
  await using scene = await owned();
  const { ports, link, bob, double, folder } = scene;
  await ports.heard(bob.says("one").messageId);
  const journal = join(folder, "handed-over.ndjson");
  expect(statSync(journal).mode & 0o777).toBe(0o600);
  // The daemon lives, our connection does not.
  const listening = double.listeners;
  ports.close();
  const missed = bob.says("two");
  await link[Symbol.asyncDispose]();
  expect(listening).toBe(1);
  await using again = await scene.reopen();
  await again.ports.heard(missed.messageId);
});

test("a daemon that dies is told as lost, with how it ended", async () => {
  await using scene = await owned();
  const { ports, link, bob, folder } = scene;
  const [pid] = Bun.spawnSync(["pgrep", "-f", `hub.*--config=${folder}`])
    .stdout.toString()
    .split("\n");
  process.kill(Number(pid), "SIGKILL");
  const { reason } = await ports.told("lost");
  expect(reason).toMatch(
    /^signal-cli(: it ended the stream of events|: the connection broke| ended by signal SIGKILL)$/,
  );
  await link[Symbol.asyncDispose]();
  expect(daemonsOn(folder)).toEqual([]);
  const unsent = link.send(outbound(bob, { text: said("x") }), never).catch((error: unknown) => error);
  expect(await unsent).toMatchObject({ name: "DeliveryError", isCertain: true, isPermanent: false });
});

test("a device that was unlinked on the phone ends in words and a cure", async () => {
  await using scene = await owned({ before: (double) => double.unlink(), until: "connecting" });
  const { ports, folder } = scene;
  expect(await ports.told("logged-out")).toEqual({
    kind: "logged-out",
    reason: "Signal does not know this device any more: it was unlinked on the phone, or never linked",
    cure: "clawdia providers add signal",
  });
  expect(daemonsOn(folder)).toEqual([]);
});

test("a program that is not there is named", async () => {
  await using scene = await owned({ settings: { command: "no-such-signal-cli" }, until: "connecting" });
  const { reason } = await scene.ports.told("lost");
  expect(reason).toBe("there is no program no-such-signal-cli: install signal-cli, or set its whole path");
  expect(existsSync(scene.program)).toBe(true);
});
