import { expect, test } from "bun:test";
import type { LoginStep } from "../../../src/providers/index.ts";
import { imessage } from "../../../src/providers/imessage/index.ts";
import type { IMessageSettings } from "../../../src/providers/imessage/settings.ts";
import { imessageAccount, macEnvironment } from "../../contracts/imessage-stage.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { type DoubleOptions, MessagesDouble } from "../../doubles/imessage/messages-double.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import { withEnvironment } from "../../doubles/with-environment.ts";

/** A person says where Messages runs, and it is tried before that is kept. */

async function loginWith(double: MessagesDouble, answer: string, settings: Partial<IMessageSettings> = {}) {
  const ports = new RecordingPorts(new FakeClock());
  const provider = withEnvironment(imessage, macEnvironment(double));
  const account = imessageAccount(settings);
  const steps: LoginStep[] = [];
  const talk = provider.login!(account, ports);
  const end = await (async () => {
    for (let turn = await talk.next({}); ; turn = await talk.next({ value: answer })) {
      if (turn.done) return turn.value;
      steps.push(turn.value);
    }
  })().catch((error: unknown) => error);
  return { ports, account, provider, steps: steps.map(({ kind }) => kind), end };
}

test("this Mac is tried, kept, and opens", async () => {
  await using double = new MessagesDouble();
  const { ports, account, provider, steps, end } = await loginWith(double, " local\n");
  expect(steps).toEqual(["ask", "wait"]);
  expect(end).toMatchObject({
    self: { id: "this-mac", name: "Messages on this Mac (imsg 0.15.10)" },
    message: expect.stringContaining("Linked to Messages on this Mac"),
  });
  expect(provider.configured(account, ports.secrets)).toEqual({ isConfigured: true, source: "login" });
  await using link = await provider.open(account, ports);
  await ports.told("connected");
  await link.probe(new AbortController().signal);
});

test("what comes between the login and the opening is news", async () => {
  await using double = new MessagesDouble({ clock: new FakeClock() });
  const bob = double.person({ name: "Bob", handle: "+15552223333" });
  bob.says("old news");
  const { ports, account, provider } = await loginWith(double, "local");
  const { guid } = bob.says("news");
  await using link = await provider.open(account, ports);
  await ports.heard(guid);
  expect([link === undefined, ports.received.map(({ text }) => text)]).toEqual([false, ["news"]]);
});

test("a login ends the imsg that it tried", async () => {
  await using double = new MessagesDouble();
  await loginWith(double, "local");
  await double.until(() => double.connections.length === 0);
});

test("what is missing without the bridge is said", async () => {
  await using double = new MessagesDouble({ hasBridge: false } satisfies DoubleOptions);
  const { end } = await loginWith(double, "local");
  expect(end).toMatchObject({ message: expect.stringContaining("Without imsg's bridge") });
});

test.each([
  ["nothing", ""],
  ["an option of ssh", "-oProxyCommand=touch /tmp/x"],
  ["two words", "mac mini"],
  ["a command", "mac;reboot"],
])("%s is no host", async (_, answer) => {
  await using double = new MessagesDouble();
  const { end, ports } = await loginWith(double, answer);
  expect(end).toMatchObject({ name: "LoginError", message: expect.stringContaining("that is no host") });
  expect([ports.secrets.get("host"), double.starts]).toEqual([undefined, 0]);
});

test("a Mac that may not be read is not kept, and the place in System Settings is said", async () => {
  await using double = new MessagesDouble();
  double.denial = "fullDiskAccess";
  const { end, ports } = await loginWith(double, "local");
  expect(end).toMatchObject({ name: "LoginError", message: expect.stringContaining("Full Disk Access") });
  expect(ports.secrets.get("host")).toBeUndefined();
});

test("a machine without imsg is told what to install", async () => {
  await using double = new MessagesDouble();
  const { end } = await loginWith(double, "local", { command: ["imsg-of-nowhere"] });
  expect(end).toMatchObject({ message: expect.stringContaining("brew install steipete/tap/imsg") });
});

test("an imsg that ends at once is told as that", async () => {
  await using double = new MessagesDouble();
  double.goDown();
  const { end } = await loginWith(double, "local");
  expect(end).toMatchObject({ name: "LoginError", message: "imsg ended with exit code 1" });
});

test("a host of the config is not asked for", async () => {
  await using double = new MessagesDouble();
  double.writeProgram("ssh", 'for last; do :; done\nexec /bin/sh -c "$last"\n');
  const { steps, end, ports } = await loginWith(double, "unused", { remoteHost: "me@mac" });
  expect(steps).toEqual(["wait"]);
  expect(end).toMatchObject({ self: { name: "Messages on me@mac (imsg 0.15.10)" } });
  expect(ports.secrets.get("host")).toBeUndefined();
});

test("a login that is called off ends", async () => {
  await using double = new MessagesDouble();
  const ports = new RecordingPorts(new FakeClock());
  const talk = withEnvironment(imessage, macEnvironment(double)).login!(imessageAccount({}), ports);
  await talk.next({});
  await talk.next({ value: "local" });
  const hanging = double.fault({ method: "status", does: { kind: "hang" } });
  const end = talk.next({}).catch((error: unknown) => error);
  await hanging.struck();
  ports.close();
  expect(await end).toMatchObject({ message: "the account was closed" });
  await double.until(() => double.connections.length === 0);
});
