import { expect, test } from "bun:test";
import { discord } from "../../../src/providers/discord/index.ts";
import type { DiscordSettings } from "../../../src/providers/discord/settings.ts";
import type { LoginDone, LoginStep } from "../../../src/providers/index.ts";
import { discordAccount } from "../../contracts/discord-stage.ts";
import { DiscordDouble } from "../../doubles/discord/discord-double.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import { rejectionOf } from "../../doubles/rejection.ts";

interface LoggedIn {
  readonly steps: readonly LoginStep[];
  readonly done: LoginDone;
}

async function logIn(settings: Partial<DiscordSettings>, token: string, ports: RecordingPorts): Promise<LoggedIn> {
  const steps: LoginStep[] = [];
  const login = discord.login!(discordAccount(settings), ports);
  let answer = await login.next({});
  while (!answer.done) {
    steps.push(answer.value);
    answer = await login.next(answer.value.kind === "ask" ? { value: token } : {});
  }
  return { steps, done: answer.value };
}

test("the token is asked for, tried at Discord, and kept; the person is told how to invite the bot", async () => {
  await using double = await DiscordDouble.start();
  const ports = new RecordingPorts(new FakeClock());
  const { steps, done } = await logIn({ apiRoot: double.apiRoot }, ` Bot ${double.token} \n`, ports);
  expect(steps).toMatchObject([{ kind: "ask", name: "botToken", isSecret: true }, { kind: "wait" }]);
  expect(done.self).toEqual({ id: double.bot.id, name: "Clawdia", handle: "@clawdia" });
  expect(done.message).toContain(`oauth2/authorize?client_id=${double.bot.id}&scope=bot+applications.commands`);
  expect(ports.secrets.get("botToken")).toBe(double.token);
  const account = discordAccount({ apiRoot: double.apiRoot });
  expect(discord.configured(account, ports.secrets)).toEqual({ isConfigured: true, source: "login" });
});

test("a token that is none, or that Discord does not know, is not kept", async () => {
  await using double = await DiscordDouble.start();
  const ports = new RecordingPorts(new FakeClock());
  const wrong = double.token.replace(/x+$/, "y".repeat(20));
  for (const [token, words] of [
    ["hello", "that is no bot token"],
    [wrong, "Discord does not know this token"],
  ] as const) {
    const error = await rejectionOf(logIn({ apiRoot: double.apiRoot }, token, ports));
    expect(error).toMatchObject({ name: "LoginError", message: expect.stringContaining(words) });
    expect(String(error)).not.toContain(token);
  }
  double.goDown();
  const unreachable = await rejectionOf(logIn({ apiRoot: double.apiRoot }, double.token, ports));
  expect(unreachable).toMatchObject({ name: "LoginError", message: expect.stringContaining("cannot be reached") });
  expect(ports.secrets.get("botToken")).toBeUndefined();
});

test("a switch that is off is named with its page", async () => {
  await using double = await DiscordDouble.start();
  double.weather.showsContent = false;
  const ports = new RecordingPorts(new FakeClock());
  const error = await rejectionOf(logIn({ apiRoot: double.apiRoot }, double.token, ports));
  const page = `https://discord.com/developers/applications/${double.bot.id}/bot`;
  expect(error).toMatchObject({ name: "LoginError", message: expect.stringContaining(page) });
  await logIn({ apiRoot: double.apiRoot, messageContent: false }, double.token, ports);
  expect(ports.secrets.get("botToken")).toBe(double.token);
});

test("a token in the config goes before a login", async () => {
  const ports = new RecordingPorts(new FakeClock());
  const error = await rejectionOf(logIn({ botToken: "a.b.c" }, "", ports));
  expect(error).toMatchObject({ name: "LoginError", message: expect.stringContaining("remove providers.discord") });
});
