import { expect, test } from "bun:test";
import { sdNotify } from "../../src/programs/index.ts";
import { Notifier } from "../../src/service/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { NotifySocket } from "../doubles/notify-socket.ts";
import { temporaryFolder } from "../open-house.ts";

/** What the gateway tells a service manager, and when it is silent. */

test("a message goes to a socket at a path and to an abstract one, and nobody there is no failure", () => {
  using folder = temporaryFolder();
  for (const address of [undefined, `@clawdia-notify-${process.pid}`]) {
    using socket = new NotifySocket(folder.path, address);
    expect(sdNotify(socket.address, "READY=1")).toBe(true);
    expect(socket.next()).toBe("READY=1");
  }
  for (const address of ["", "vsock:2:1", `${folder.path}/nobody`, `/${"x".repeat(108)}`]) {
    expect([address, sdNotify(address, "READY=1")]).toEqual([address, false]);
  }
});

function stage(environment: Readonly<Record<string, string | undefined>>) {
  const told: string[] = [];
  const clock = new FakeClock();
  const store = { isWell: true, trouble: undefined as string | undefined };
  const notifier = Notifier.from({ NOTIFY_SOCKET: "/x", ...environment }, (_address, message) => {
    told.push(message);
    return true;
  });
  const ready = () =>
    notifier!.ready("ready at ws://x", { clock, answers: () => store.isWell, trouble: () => store.trouble });
  return { told, clock, store, notifier: notifier!, ready };
}

test("without a service manager there is nobody to tell", () => {
  expect(Notifier.from({ WATCHDOG_USEC: "30000000" })).toBe(undefined);
});

test("the watchdog is fed three times in its period, until the stop", async () => {
  const { told, clock, notifier, ready } = stage({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: String(process.pid) });
  ready();
  await clock.advance(20_000);
  notifier.stopping("bye\nnow");
  await clock.advance(60_000);
  expect(told).toEqual([
    "READY=1\nSTATUS=ready at ws://x",
    "WATCHDOG=1",
    "WATCHDOG=1",
    "WATCHDOG=1",
    "STOPPING=1\nSTATUS=bye now",
  ]);
});

test("a store that does not answer starves the watchdog; a disk that is full does not, and is told", async () => {
  const { told, clock, store, ready } = stage({ WATCHDOG_USEC: "30000000" });
  ready();
  store.isWell = false;
  await clock.advance(20_000);
  expect(told.splice(0)).toEqual(["READY=1\nSTATUS=ready at ws://x", "WATCHDOG=1"]);
  store.isWell = true;
  store.trouble = "the disk is full";
  await clock.advance(20_000);
  store.trouble = undefined;
  await clock.advance(10_000);
  expect(told).toEqual(["STATUS=the disk is full", "WATCHDOG=1", "WATCHDOG=1", "STATUS=ready at ws://x", "WATCHDOG=1"]);
});

test("a watchdog that is off, or another process's, is not fed", async () => {
  for (const environment of [{}, { WATCHDOG_USEC: "30000000", WATCHDOG_PID: "1" }]) {
    const { told, clock, ready } = stage(environment);
    ready();
    await clock.advance(60_000);
    expect(told).toEqual(["READY=1\nSTATUS=ready at ws://x"]);
  }
});
