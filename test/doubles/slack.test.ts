import { expect, test } from "bun:test";
import { App, HTTPReceiver, LogLevel, webApi } from "@slack/bolt";
import { rejectionOf } from "./rejection.ts";
import { sample, waitingFor } from "./slack/official-client.ts";
import { SlackDouble } from "./slack/slack-double.ts";

/** The official clients meet the double: what Bolt cannot live with is a mistake of the double. */

test("Bolt hears what people say over its socket, and they read its answer, its edit and its reaction", async () => {
  await using slack = await SlackDouble.start();
  const bob = await slack.person("Bob");
  const kitchen = await slack.channel("kitchen", [bob]);
  const heard: unknown[] = [];
  await using bolt = await sample(slack, (app) => {
    app.message(async ({ message, client }) => {
      const { ts, channel, text } = message as { ts: string; channel: string; text?: string };
      // Bolt leaves out what the app said itself, and not what it changed.
      if (text === undefined) return;
      heard.push(`message ${text}`);
      const sent = await post(client, { channel, text: `you said *${text}*`, thread_ts: ts });
      await client.chat.update({ channel, ts: sent.ts!, text: "done" });
      await client.reactions.add({ channel, timestamp: ts, name: "eyes" });
    });
    app.event("app_mention", async ({ event }) => void heard.push(`mention ${event.text}`));
    app.event("reaction_added", async ({ event }) => void heard.push(`reaction ${event.reaction}`));
    app.command("/clawdia", async ({ command, ack }) => {
      heard.push(`command ${command.text}`);
      await ack();
    });
  });
  const { ts, deliveries } = await bob.says(`hi <@${slack.bot.userId}>`, { chat: kitchen });
  const answer = await bob.reads("done", { chat: kitchen });
  await slack.until(() => bob.sees({ chat: kitchen })[0]!.reactions.length > 0);
  await bob.reacts(answer.ts, "tada", { chat: kitchen });
  bob.commands("/clawdia", "what now?");
  await bolt.until(() => heard.length >= 4);
  expect(answer).toMatchObject({ threadTs: ts, versions: [`you said *hi <@${slack.bot.userId}>*`, "done"] });
  expect(new Set(heard)).toEqual(
    new Set([
      `command what now?`,
      `mention hi <@${slack.bot.userId}>`,
      `message hi <@${slack.bot.userId}>`,
      "reaction tada",
    ]),
  );
  await slack.until(() => deliveries.every(({ isTaken }) => isTaken));
});

test("buttons are pressed, and files go both ways", async () => {
  await using slack = await SlackDouble.start();
  const bob = await slack.person("Bob");
  const heard: unknown[] = [];
  await using bolt = await sample(slack, (app) => {
    app.action("yes", async ({ action, ack }) => {
      heard.push((action as { value: string }).value);
      await ack();
    });
  });
  const { client } = bolt.app;
  const button = { type: "button", action_id: "yes", value: "y", text: { type: "plain_text", text: "Yes" } } as const;
  const blocks = [{ type: "actions", elements: [button] }] as const;
  await post(client, { channel: bob.directId, text: "well?", blocks: [...blocks] });
  const [asked] = await bob.hears();
  bob.presses(asked!.ts, "Yes");
  await bolt.until(() => heard.length > 0);
  const file = Buffer.from("a,b\n1,2\n");
  await client.filesUploadV2({ channel_id: bob.directId, file, filename: "sheet.csv", initial_comment: "here" });
  const [sent] = await bob.hears();
  expect(sent).toMatchObject({ text: "here", files: [{ name: "sheet.csv", bytes: 8 }] });
  const { ts } = await bob.sendsFile({ bytes: file, fileName: "mine.csv" });
  const mine = bob.sees().find((one) => one.ts === ts)!;
  const found = await client.files.info({ file: mine.files[0]!.id });
  const address = found.file!.url_private_download!;
  const fetched = await fetch(address, { headers: { authorization: `Bearer ${slack.botToken}` } });
  expect(await fetched.text()).toBe("a,b\n1,2\n");
  const page = await fetch(address);
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
});

test("Slack refuses in its words, and says when to come back", async () => {
  await using slack = await SlackDouble.start();
  const bob = await slack.person("Bob");
  const { client } = waitingFor(slack);
  const rows: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["channel_not_found", () => post(client, { channel: "C0NOWHERE", text: "x" })],
    ["no_text", () => post(client, { channel: bob.directId, text: "" })],
    ["message_not_found", () => client.chat.update({ channel: bob.directId, ts: "1.000001", text: "x" })],
    ["not_allowed_token_type", () => client.apps.connections.open({})],
    ["invalid_auth", () => new webApi.WebClient("xoxb-no", options(slack)).auth.test()],
  ];
  for (const [word, run] of rows) {
    const error = await rejectionOf(run());
    expect([word, (error as webApi.WebAPIPlatformError).data.error]).toEqual([word, word]);
  }
  slack.fault({ does: { kind: "limit", retryAfterSeconds: 7 } });
  expect(await rejectionOf(client.auth.test())).toMatchObject({
    code: "slack_webapi_rate_limited_error",
    retryAfter: 7,
  });
});

test("what Bolt does not take comes again over HTTP, and is signed", async () => {
  await using slack = await SlackDouble.start({ pausesMs: [] });
  const bob = await slack.person("Bob");
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logLevel: LogLevel.ERROR });
  const app = new App({ receiver, token: slack.botToken, clientOptions: options(slack) });
  const heard: unknown[] = [];
  app.message(async ({ message, context }) => {
    heard.push([(message as { text: string }).text, context.retryNum]);
  });
  const server = await app.start(0);
  const { port } = server.address() as { port: number };
  const { deliveries } = await bob.says("nobody listens");
  slack.bringTo(`http://127.0.0.1:${port}/slack/events`);
  await slack.bringAgain();
  await slack.until(() => deliveries[0]!.isTaken);
  await app.stop();
  expect(heard).toEqual([["nobody listens", 1]]);
});

const options = (slack: SlackDouble) => ({ slackApiUrl: slack.apiRoot, retryConfig: { retries: 0 } });

/** By the method's name: what the lint knows as postMessage is a browser's. */
function post(client: webApi.WebClient, message: webApi.ChatPostMessageArguments) {
  return client.apiCall("chat.postMessage", { ...message }) as Promise<webApi.ChatPostMessageResponse>;
}
