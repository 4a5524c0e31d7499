import { expect, test } from "bun:test";
import type { LoginStep } from "../../../src/providers/index.ts";
import { telegram } from "../../../src/providers/telegram/index.ts";
import type { TelegramSettings } from "../../../src/providers/telegram/settings.ts";
import { telegramAccount } from "../../contracts/telegram-stage.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import { TelegramDouble } from "../../doubles/telegram/telegram-double.ts";

/** A person gives the token that BotFather gave. */

async function loginWith(double: TelegramDouble, token: string, settings: Partial<TelegramSettings> = {}) {
  const ports = new RecordingPorts(new FakeClock());
  const account = telegramAccount({ apiRoot: double.apiRoot, ...settings });
  const steps: LoginStep[] = [];
  const talk = telegram.login!(account, ports);
  const end = await (async () => {
    for (let turn = await talk.next({}); ; turn = await talk.next({ value: token })) {
      if (turn.done) return turn.value;
      steps.push(turn.value);
    }
  })().catch((error: unknown) => error);
  return { ports, account, steps, end };
}

test("the token is asked for as a secret, tried, and kept", async () => {
  await using double = await TelegramDouble.start();
  const { ports, account, steps, end } = await loginWith(double, ` ${double.token}\n`);
  expect(steps.map((step) => [step.kind, "isSecret" in step && step.isSecret])).toEqual([
    ["ask", true],
    ["wait", false],
  ]);
  expect(end).toMatchObject({
    self: { id: "123456789", name: "Clawdia", handle: "@clawdia_bot" },
    message: expect.stringContaining("Linked to @clawdia_bot."),
  });
  expect(ports.secrets.get("botToken")).toBe(double.token);
  expect(telegram.configured(account, ports.secrets)).toEqual({ isConfigured: true, source: "login" });
  await using link = await telegram.open(account, ports);
  await ports.told("connected");
  await link.probe(new AbortController().signal);
});

const wrong = `123456789:${"x".repeat(35)}`;

test.each([
  ["nothing", "", "that is no bot token"],
  ["a name", "@clawdia_bot", "that is no bot token"],
  ["a token cut short", "123456789:abc", "that is no bot token"],
  ["a token that was revoked", wrong, "Telegram does not know this token"],
])("%s is not kept, and the person is told", async (_, token, message) => {
  await using double = await TelegramDouble.start();
  const { ports, end } = await loginWith(double, token);
  expect(end).toMatchObject({ name: "LoginError", message: expect.stringContaining(message) });
  expect(Bun.inspect(end)).not.toContain("x".repeat(35));
  expect(ports.secrets.get("botToken")).toBeUndefined();
});

test("a network that is down does not blame the token", async () => {
  await using double = await TelegramDouble.start();
  double.goDown();
  const { end } = await loginWith(double, double.token);
  expect(end).toMatchObject({ name: "LoginError", message: expect.stringContaining("could not be tried") });
});

test("a token in the config goes before a login, which says so", async () => {
  await using double = await TelegramDouble.start();
  const { ports, account, steps, end } = await loginWith(double, double.token, { botToken: wrong });
  expect(steps).toEqual([]);
  expect(end).toMatchObject({
    name: "LoginError",
    message: expect.stringContaining("remove providers.telegram.accounts.main.botToken first"),
  });
  expect(telegram.configured(account, ports.secrets)).toEqual({ isConfigured: true, source: "config" });
});

test("a login that is called off ends", async () => {
  await using double = await TelegramDouble.start();
  const ports = new RecordingPorts(new FakeClock());
  const talk = telegram.login!(telegramAccount({ apiRoot: double.apiRoot }), ports);
  await talk.next({});
  await talk.next({ value: double.token });
  const hanging = double.fault({ method: "getMe", does: { kind: "hang" } });
  const end = talk.next({}).catch((error: unknown) => error);
  await hanging.struck();
  ports.close();
  expect(await end).toMatchObject({ message: "the account was closed" });
  expect(ports.secrets.get("botToken")).toBeUndefined();
});
