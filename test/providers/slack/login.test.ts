import { expect, test } from "bun:test";
import type { LoginStep } from "../../../src/providers/index.ts";
import { slack } from "../../../src/providers/slack/index.ts";
import type { SlackSettings } from "../../../src/providers/slack/settings.ts";
import { slackAccount } from "../../contracts/slack-stage.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import { SlackDouble } from "../../doubles/slack/slack-double.ts";

/** A person gives what the app's pages show. */

type Given = Partial<Record<"botToken" | "appToken" | "signingSecret", string>>;

async function loginWith(double: SlackDouble, given: Given, settings: Partial<SlackSettings> = {}) {
  const ports = new RecordingPorts(new FakeClock());
  const account = slackAccount({ apiRoot: double.apiRoot, ...settings });
  const steps: LoginStep[] = [];
  const talk = slack.login!(account, ports);
  const end = await (async () => {
    for (let turn = await talk.next({}); ;) {
      if (turn.done) return turn.value;
      steps.push(turn.value);
      const name = turn.value.kind === "ask" ? (turn.value.name as keyof Given) : undefined;
      turn = await talk.next(name ? { value: given[name] } : {});
    }
  })().catch((error: unknown) => error);
  return { ports, account, steps, end };
}

test("both tokens are asked for as secrets, tried, and kept", async () => {
  await using double = await SlackDouble.start();
  const { botToken, appToken } = double;
  const { ports, account, steps, end } = await loginWith(double, { botToken: ` ${botToken}\n`, appToken });
  expect(steps.map((step) => [step.kind, "name" in step && step.name, "isSecret" in step && step.isSecret])).toEqual([
    ["ask", "botToken", true],
    ["ask", "appToken", true],
    ["wait", false, false],
  ]);
  expect(end).toMatchObject({
    self: { id: double.bot.userId, name: "clawdia", handle: "@clawdia" },
    message: "Linked to @clawdia in Clawdia's house.",
  });
  expect([ports.secrets.get("botToken"), ports.secrets.get("appToken")]).toEqual([botToken, appToken]);
  expect(slack.configured(account, ports.secrets)).toEqual({ isConfigured: true, source: "login" });
  await using link = await slack.open(account, ports);
  await ports.told("connected");
  await link.probe(new AbortController().signal);
});

test("http mode asks for the signing secret instead of the app token", async () => {
  await using double = await SlackDouble.start();
  const { botToken, signingSecret } = double;
  const { ports, account, steps } = await loginWith(double, { botToken, signingSecret }, { mode: "http" });
  expect(steps.flatMap((step) => (step.kind === "ask" ? [step.name] : []))).toEqual(["botToken", "signingSecret"]);
  expect(ports.secrets.get("signingSecret")).toBe(signingSecret);
  expect(slack.configured(account, ports.secrets)).toEqual({ isConfigured: true, source: "login" });
  expect(slack.configured(slackAccount({}), ports.secrets)).toEqual({ isConfigured: false });
});

const wrongBot = "xoxb-0000000000-0000000000-wrong";
const wrongApp = "xapp-1-A0CLAWDIA-0000000000-wrong";

test.each<[name: string, given: Given, message: string]>([
  ["nothing", {}, "that is no bot token"],
  ["an app token as the bot's", { botToken: wrongApp }, "that is no bot token"],
  ["a bot token that was revoked", { botToken: wrongBot, appToken: wrongApp }, "the bot token does not open anything"],
  ["an app token of nobody", { appToken: wrongApp }, "the app token does not open anything"],
])("%s is not kept, and the person is told", async (_, given, message) => {
  await using double = await SlackDouble.start();
  const { ports, end } = await loginWith(double, {
    ...("appToken" in given ? { botToken: double.botToken } : {}),
    ...given,
  });
  expect(end).toMatchObject({ name: "LoginError", message: expect.stringContaining(message) });
  expect(Bun.inspect(end)).not.toContain("-wrong");
  expect(["botToken", "appToken"].map((name) => ports.secrets.get(name))).toEqual([undefined, undefined]);
});

test("scopes that the app lacks are named, with what does not work without them", async () => {
  await using double = await SlackDouble.start({ scopes: ["chat:write", "im:history"] });
  const { end } = await loginWith(double, double);
  expect(end).toMatchObject({ message: expect.stringContaining("files:read (files that people send)") });
});

test("an app token without its scope is refused, and the scope is named", async () => {
  await using double = await SlackDouble.start();
  double.fault({
    method: "apps.connections.open",
    does: { kind: "refuse", error: "missing_scope", needed: "connections:write" },
  });
  const { end } = await loginWith(double, double);
  expect(end).toMatchObject({ message: expect.stringContaining("connections:write") });
});

test("a network that is down does not blame the token", async () => {
  await using double = await SlackDouble.start();
  double.goDown();
  const { end } = await loginWith(double, double);
  expect(end).toMatchObject({ name: "LoginError", message: expect.stringContaining("could not be tried") });
});

test("a token in the config is not replaced by a login", async () => {
  await using double = await SlackDouble.start();
  const { end } = await loginWith(double, double, { botToken: double.botToken });
  expect(end).toMatchObject({ message: expect.stringContaining("providers.slack.accounts.main.botToken") });
});
