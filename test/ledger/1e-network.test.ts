import { expect, test } from "bun:test";
import { createConnection } from "node:net";
import { accountDefaults } from "../../src/config/index.ts";
import { telegram } from "../../src/providers/index.ts";
import { requestBodyMs } from "../../src/gateway/request-body.ts";
import { telegramAccount } from "../contracts/telegram-stage.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { RecordingPorts } from "../doubles/recording-ports.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { TelegramDouble } from "../doubles/telegram/telegram-double.ts";
import { approved, openWith } from "../house/fake-house.ts";
import { openTimedHouse } from "../house/timed-house.ts";
import { openHouse } from "../open-house.ts";

/** Block 1E of the ledger, second half: webhooks, secrets of networks, and where replies go. */

const secret = "webhook-secret-0123456789abcdef";

async function webhookOf(settings: object) {
  const double = await TelegramDouble.start();
  const ports = new RecordingPorts(new FakeClock());
  const base = { botToken: double.token, apiRoot: double.apiRoot, mode: "webhook" as const };
  const account = telegramAccount({
    ...base,
    webhookUrl: "https://gateway.example/webhooks/telegram/main",
    ...settings,
  });
  const link = await telegram.open(account, ports);
  return { double, ports, link };
}

test("S-78 webhook mode without a secret is refused, and nothing is served", async () => {
  const { double, ports, link } = await webhookOf({});
  await using stack = new AsyncDisposableStack();
  stack.use(double);
  stack.use(link);
  const { reason, cure } = await ports.told("logged-out");
  expect(`${reason} ${cure}`).toContain("webhookSecret");
  expect([ports.webhooks.size, double.calls("setWebhook").length]).toEqual([0, 0]);
});

test("S-79 a request without the secret, with a part of it, or with another one is turned away", async () => {
  const { double, ports, link } = await webhookOf({ webhookSecret: secret });
  await using stack = new AsyncDisposableStack();
  stack.use(double);
  stack.use(link);
  await ports.told("connected");
  const [webhook] = ports.webhooks;
  const given = (value?: string) =>
    webhook!.admits(new Headers(value === undefined ? {} : { "x-telegram-bot-api-secret-token": value }));
  const wrong = [
    undefined,
    "",
    secret.slice(0, -1),
    `${secret}x`,
    secret.toUpperCase(),
    secret.split("").toReversed().join(""),
  ];
  expect(wrong.map(given)).toEqual(wrong.map(() => false));
  expect(given(secret)).toBe(true);
});

const door = (secretOf: string) => ({
  admits: (headers: Headers) => headers.get("x-secret") === secretOf,
  bodyBytesMax: 100_000,
  take: () => Promise.resolve(200),
});

/** Writes a request without an end, as fast as it is taken, until the server hangs up; bytes that were taken. */
async function flood(port: number, headers: readonly string[]): Promise<number> {
  const socket = createConnection({ port, host: "127.0.0.1" });
  const closed = Promise.withResolvers<void>();
  let sent = 0;
  for (const end of ["error", "close", "end"] as const) socket.on(end, () => closed.resolve());
  const chunk = `${(65_536).toString(16)}\r\n${"x".repeat(65_536)}\r\n`;
  const write = (): void => {
    if (socket.destroyed || sent >= floodMax) return closed.resolve();
    sent += 65_536;
    if (socket.write(chunk)) setImmediate(write);
    else socket.once("drain", write);
  };
  socket.write(["POST /webhooks/telegram/main HTTP/1.1", "Host: 127.0.0.1", ...headers, "", ""].join("\r\n"), write);
  await closed.promise;
  socket.destroy();
  return sent;
}

const floodMax = 1 << 30;

test("S-81 a body without an end is cut off soon, whoever sends it", async () => {
  const network = new FakeNetwork();
  network.webhook = door("right");
  await using house = await openWith(network);
  const port = Number(new URL(house.httpUrl).port);
  for (const headers of [["X-Secret: right"], ["X-Secret: wrong"], []]) {
    expect(await flood(port, [...headers, "Transfer-Encoding: chunked"])).toBeLessThan(floodMax / 16);
  }
});

test("S-81 a body that does not come is given up after its time", async () => {
  const network = new FakeNetwork();
  network.webhook = door("right");
  await using house = await openTimedHouse({ providers: [network.provider], accounts: telegramAccounts() });
  const { clock } = house;
  const socket = createConnection({ port: Number(new URL(house.httpUrl).port), host: "127.0.0.1" });
  const answered = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString("latin1"))));
  const head = ["POST /webhooks/telegram/main HTTP/1.1", "Host: 127.0.0.1", "X-Secret: right", "Content-Length: 9"];
  socket.write([...head, "", "x"].join("\r\n"));
  const giveUp = (async () => {
    for (;;) {
      const word = await Promise.race([answered, clock.advance(requestBodyMs).then(() => undefined)]);
      if (word !== undefined) return word;
    }
  })();
  expect((await giveUp).slice(0, 12)).toBe("HTTP/1.1 408");
  socket.destroy();
});

test("S-82 a secret opens its own account's address and no other", async () => {
  const network = new FakeNetwork();
  network.webhook = door("right");
  await using house = await openWith(network);
  const ask = (path: string) =>
    fetch(`${house.httpUrl}/webhooks/${path}`, { method: "POST", headers: { "x-secret": "right" }, body: "{}" });
  const paths = ["telegram/main", "telegram/other", "telegram/Main", "telegram", "telegram/main/", "signal/main"];
  const statuses = await Promise.all(paths.map(async (path) => (await ask(path)).status));
  expect(statuses).toEqual([200, 404, 405, 405, 405, 404]);
});

test("S-83 a bot's token shows in no log, event or history, however its network fails", async () => {
  await using double = await TelegramDouble.start();
  const { token: botToken, apiRoot } = double;
  const account = { botToken, apiRoot, allowFrom: ["5001"] };
  await using house = await openHouse({ accounts: telegramAccounts(account) });
  using alice = await house.operator();
  const bob = double.person({ name: "Bob" });
  double.fault({ method: "sendMessage", does: { kind: "drop-answer" } });
  await bob.says("what is my token?");
  await bob.reads(/my token/);
  double.goDown();
  double.cutConnections();
  await double.comeBack();
  await bob.says("and now?");
  await bob.reads(/and now/);
  double.revokeToken();
  double.cutConnections();
  for (;;) {
    const { channelAccounts } = await alice.call("channels.status", {});
    if (channelAccounts["telegram"]![0]!["state"] === "logged-out") break;
  }
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  const { deliveries } = await alice.call("deliveries.list", {});
  const all = [house.log.text, JSON.stringify([messages, deliveries, await alice.call("channels.status", {})])].join();
  expect(all).not.toContain(botToken);
  expect(all).not.toContain(botToken.split(":")[1]!);
});

test("S-86 a reply waits for its own network, whichever else was used last", async () => {
  const first = new FakeNetwork();
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  await using house = await openWith(first, { ...approved, streaming: "off" }, { engine });
  using alice = await house.operator();
  await first.says("on the first");
  await alice.until(({ event }) => event === "agent");
  await alice.call("chat.send", { sessionKey: "main", message: "and here", idempotencyKey: "k1" });
  first.isUp = false;
  first.lose();
  engine.say(engine.turns[0]!.runId, "for the first alone");
  engine.finish(engine.turns[0]!.runId);
  for (;;) {
    const { deliveries } = await alice.call("deliveries.list", {});
    if (deliveries.length > 0) {
      expect(deliveries).toMatchObject([{ channel: "telegram", state: "queued", preview: "for the first alone" }]);
      break;
    }
  }
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(messages.filter(({ stopReason }) => stopReason === "sent")).toEqual([]);
});

function telegramAccounts(
  more: { readonly apiRoot?: string; readonly botToken?: string; readonly allowFrom?: string[] } = {},
) {
  const defaults = { ...accountDefaults("telegram"), mode: "polling" as const, apiRoot: "https://x.example" };
  return { main: { ...defaults, streaming: "off" as const, ...more } };
}
