import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LinkKeeper } from "../../../src/providers/index.ts";
import { imessage } from "../../../src/providers/imessage/index.ts";
import { realRandom } from "../../../src/lib/index.ts";
import { imessageAccount, macEnvironment, settingsFor } from "../../contracts/imessage-stage.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { CapturedLog } from "../../doubles/captured-log.ts";
import { MessagesDouble } from "../../doubles/imessage/messages-double.ts";
import { memoryRecords } from "../../doubles/memory-records.ts";
import { rejectionOf } from "../../doubles/rejection.ts";
import { direct, linked, never, outbound, texts } from "./linked.ts";
import { withEnvironment } from "../../doubles/with-environment.ts";

/** How a link ends, in which words, and what does not end it. */

const denyReading = (double: MessagesDouble) => void (double.denial = "fullDiskAccess");

test("a permission that is missing is told with the place in System Settings", async () => {
  await using scene = await linked({ before: denyReading, until: "logged-out" });
  const { reason, cure } = await scene.ports.told("logged-out");
  expect(reason).toContain("System Settings > Privacy & Security > Full Disk Access");
  expect(cure).toBe("clawdia providers add imessage");
  await scene.double.until(() => scene.double.connections.length === 0);
});

test("version 0.9 that may not read answers everything with that", async () => {
  await using scene = await linked({ before: denyReading, isModern: false, until: "logged-out" });
  expect((await scene.ports.told("logged-out")).reason).toContain("Full Disk Access");
});

test("not being let control Messages shows at the first send", async () => {
  await using scene = await linked();
  scene.double.denial = "automation";
  const sending = scene.link.send(outbound(direct("+15552223333"), "hi"), never);
  expect(await rejectionOf(sending)).toMatchObject({ isCertain: true, isPermanent: false });
  const { reason } = await scene.ports.told("logged-out");
  expect(reason).toContain("System Settings > Privacy & Security > Automation");
});

test("a machine without imsg is told what to install", async () => {
  await using scene = await linked({ settings: { command: ["imsg-of-nowhere", "rpc"] }, until: "logged-out" });
  const { reason } = await scene.ports.told("logged-out");
  expect(reason).toContain("brew install steipete/tap/imsg");
});

test("lines that are no JSON are left out, and the link goes on", async () => {
  await using scene = await linked({
    before: (double) => {
      double.fault({
        method: "chats.list",
        does: { kind: "garbage", lines: ["Migrating…", "{", "[1]", "null", '"x"'] },
      });
    },
  });
  const { double, bob, ports, link } = scene;
  const [imsg] = double.connections;
  imsg!.says('{"jsonrpc":"2.0","id":99999,"result":{}}\n{"jsonrpc":"2.0","id":null,"error":{"code":-32700}}\n\n');
  imsg!.says('{"method":"message","params":7}\n{"method":"news","params":{}}\n{"method":"message","params":{}}\n');
  await ports.heard(bob.says("still here").guid);
  await link.probe(never);
  expect(ports.captured.records.filter(({ event }) => event === "imsg.garbage")).toHaveLength(7);
});

test("a line without end is left out, and those after it are read", async () => {
  await using scene = await linked();
  const { double, bob, ports } = scene;
  const [imsg] = double.connections;
  const piece = "x".repeat(1024 * 1024);
  for (let count = 0; count < 17; count++) imsg!.says(piece);
  imsg!.says("\n");
  await ports.heard(bob.says("after it").guid);
  expect(texts(ports)).toEqual(["after it"]);
});

test("what imsg says to people is not in the log", async () => {
  await using scene = await linked();
  const { double, bob, ports } = scene;
  double.connections[0]!.grumbles("bob wrote: meet me at nine\n");
  await ports.heard(bob.says("hi").guid);
  double.connections[0]!.ends(3);
  expect((await ports.told("lost")).reason).toBe("imsg ended with exit code 3");
  expect(ports.captured.text).not.toContain("meet me");
});

test("a request that is too long for imsg is refused for good", async () => {
  await using scene = await linked();
  const error = await rejectionOf(scene.link.send(outbound(direct("+15552223333"), "x".repeat(1_100_000)), never));
  expect(error).toMatchObject({ isCertain: true, isPermanent: true });
});

test("closing ends the program and all that it started", async () => {
  await using scene = await linked({
    before: (double) => double.writeProgram("imsg-with-children", childrenScript(double)),
    settings: { command: ["imsg-with-children", "rpc"] },
  });
  const { double, link } = scene;
  const child = Number(readFileSync(join(double.folder, "child.pid"), "utf8"));
  expect(isAlive(child)).toBe(true);
  await link[Symbol.asyncDispose]();
  // The system has its own time to take it away.
  while (isAlive(child)) await new Promise((resolve) => setImmediate(resolve));
  expect(isAlive(child)).toBe(false);
});

/** A program beside the real one that does not care for the end of its input. */
function childrenScript({ folder, binFolder }: MessagesDouble): string {
  writeFileSync(join(folder, "child.pid"), "0");
  return `sleep 1000 </dev/null >/dev/null 2>&1 & echo $! > ${folder}/child.pid\nexec ${binFolder}/imsg "$@"\n`;
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

test("imsg that hangs is found within ninety seconds, and the next one brings what was missed", async () => {
  const clock = new FakeClock();
  await using double = new MessagesDouble({ clock });
  const bob = double.person({ name: "Bob", handle: "+15552223333" });
  const heard: string[] = [];
  const states: string[] = [];
  await using keeper = new LinkKeeper({
    provider: withEnvironment(imessage, macEnvironment(double)),
    account: imessageAccount(settingsFor(double)),
    secrets: { get: () => undefined, set: () => undefined, delete: () => undefined },
    records: memoryRecords(),
    folder: () => "/nowhere",
    environment: {},
    clock,
    random: realRandom,
    log: new CapturedLog(clock).log,
    receive: async (_account, { text }) => {
      heard.push(text);
      double.changed();
    },
    serveWebhook: () => ({ [Symbol.dispose]: () => undefined }),
    changed: ({ state: { kind } }) => {
      states.push(kind);
      double.changed();
    },
  });
  keeper.start();
  await double.until(() => states.at(-1) === "connected");
  double.fault({ method: "chats.list", does: { kind: "hang" }, times: 2 });
  await clock.advance(30_000);
  await double.until(() => double.callsOf("chats.list").length === 2);
  await clock.advance(20_000);
  await double.until(() => double.callsOf("chats.list").length === 3);
  double.connections[0]!.goesDeaf();
  bob.says("missed");
  await clock.advance(15_000);
  await double.until(() => states.at(-1) === "waiting");
  await clock.advance(2000);
  await double.until(() => heard.length > 0);
  expect([heard, states]).toEqual([["missed"], ["connecting", "connected", "waiting", "connecting", "connected"]]);
});
