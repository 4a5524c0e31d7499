import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accountDefaults, type AccountPolicy } from "../../src/config/index.ts";
import { slackAccount } from "../contracts/slack-stage.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { SlackDouble } from "../doubles/slack/slack-double.ts";
import { openHouse, type OpenHouseOptions, temporaryFolder } from "../open-house.ts";

/** The whole house on a Slack that is not ours, over its socket and over HTTP. */

async function houseOn(slack: SlackDouble, policy: Partial<AccountPolicy> = {}, rest: OpenHouseOptions = {}) {
  const { botToken, appToken, apiRoot } = slack;
  const { settings } = slackAccount({ botToken, appToken, apiRoot });
  const main = { ...accountDefaults("slack"), ...settings, ...policy };
  const opened = slack.sockets.opened;
  const house = await openHouse({ networks: { slack: { enabled: true, accounts: { main } } }, ...rest });
  await slack.until(() => slack.sockets.opened > opened);
  return house;
}

test("a stranger on Slack gets a code, is approved, and is answered once", async () => {
  await using slack = await SlackDouble.start();
  const bob = await slack.person("Bob");
  await using house = await houseOn(slack);
  using alice = await house.operator();
  await bob.says("hello");
  const { text } = await bob.reads(/Your code is/);
  await alice.call("approvals.approve", { code: /code is (\S{8})\./.exec(text)![1]! });
  await bob.reads(/heard: .*hello/);
  const { channels } = await alice.call("channels.status", { probe: true });
  expect(channels["slack"]).toMatchObject({ connected: true });
  expect(bob.sees().filter(({ isFromBot, text: words }) => isFromBot && words.includes("heard:"))).toHaveLength(1);
  for (const secret of [slack.botToken, slack.appToken]) expect(house.log.text).not.toContain(secret);
});

test("a channel is answered where it mentions the app: once, with its context, and with a reaction", async () => {
  await using slack = await SlackDouble.start();
  const bob = await slack.person("Bob");
  const kitchen = await slack.channel("kitchen", [bob]);
  const engine = new ScriptedEngine();
  engine.answer = () => "**bold** <and> `code`";
  const groups = { [kitchen.id]: { enabled: true, requireMention: true } };
  await using house = await houseOn(slack, { allowFrom: [bob.id], groups }, { engine });
  await bob.says("nobody asked", { chat: kitchen });
  const { ts, deliveries } = await bob.says(`<@${slack.bot.userId}> and now?`, { chat: kitchen });
  await bob.reads("*bold* &lt;and&gt; `code`", { chat: kitchen });
  await slack.until(() => deliveries.length === 2 && deliveries.every(({ isTaken }) => isTaken));
  await slack.until(() => bob.sees({ chat: kitchen }).find((one) => one.ts === ts)!.reactions.length > 0);
  expect(engine.turns).toHaveLength(1);
  expect(engine.turns[0]!.prompt).toContain("Bob: nobody asked");
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
});

test("a thread is a conversation of its own, and is answered in itself", async () => {
  await using slack = await SlackDouble.start();
  const bob = await slack.person("Bob");
  const kitchen = await slack.channel("kitchen", [bob]);
  const root = await bob.posts("the garden", { chat: kitchen });
  const groups = { "*": { enabled: true, requireMention: true } };
  await using house = await houseOn(slack, { allowFrom: [bob.id], groups });
  await bob.says(`<@${slack.bot.userId}> what grows?`, { chat: kitchen, thread: root });
  const answer = await bob.reads(/heard: .*what grows/, { chat: kitchen, thread: root });
  expect(answer.threadTs).toBe(root);
  using alice = await house.operator();
  const { sessions } = await alice.call("sessions.list", {});
  const key = `agent:main:slack:group:${kitchen.id.toLowerCase()}:topic:${root}`;
  expect(sessions.map((session) => session.key)).toContain(key);
});

test("a file comes in and lies in the workspace, and a file of the workspace goes out", async () => {
  using folder = temporaryFolder();
  await using slack = await SlackDouble.start();
  const bob = await slack.person("Bob");
  const engine = new ScriptedEngine();
  await using house = await houseOn(slack, { allowFrom: [bob.id] }, { engine, stateDir: folder.path });
  using alice = await house.operator();
  const numbers = new TextEncoder().encode("the numbers");
  await bob.sendsFile({ bytes: numbers, fileName: "report.txt", text: "look" });
  await bob.reads(/heard: /);
  const place = /saved as (inbound\/\S+)/.exec(engine.turns[0]!.prompt)![1]!;
  expect(readFileSync(join(folder.path, "workspace", place), "utf8")).toBe("the numbers");
  mkdirSync(join(folder.path, "workspace"), { recursive: true });
  writeFileSync(join(folder.path, "workspace", "chart.csv"), "a,b\n");
  const send = { to: `user:${bob.id}`, message: "here", mediaUrl: "chart.csv", channel: "slack", idempotencyKey: "k1" };
  expect(await alice.call("send", send)).toMatchObject({ channel: "slack", chatId: bob.directId });
  await bob.reads("here");
  await bob.reads(({ files }) => files[0]?.name === "chart.csv");
});

test("a send whose answer is lost is looked for, found, and not sent again", async () => {
  await using slack = await SlackDouble.start();
  const bob = await slack.person("Bob");
  await using house = await houseOn(slack, { allowFrom: [bob.id], streaming: "off" });
  using alice = await house.operator();
  slack.fault({ method: "chat.postMessage", does: { kind: "drop-answer" } });
  await bob.says("once");
  await bob.reads(/once/);
  await slack.until(() => slack.calls("conversations.history").some(({ answered }) => answered));
  await bob.says("twice");
  await bob.reads(/twice/);
  expect((await alice.call("deliveries.list", { troubled: true })).deliveries).toEqual([]);
  expect(bob.sees().filter(({ isFromBot, text }) => isFromBot && text.endsWith("once"))).toHaveLength(1);
});

test("a house that was away answers what was said meanwhile, each once", async () => {
  using folder = temporaryFolder();
  await using slack = await SlackDouble.start({ pausesMs: [] });
  const bob = await slack.person("Bob");
  {
    await using house = await houseOn(slack, { allowFrom: [bob.id] }, { stateDir: folder.path });
    await bob.says("before");
    await bob.reads(/heard: .*before/);
    expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
  }
  await bob.says("while you were away");
  await using house = await houseOn(slack, { allowFrom: [bob.id] }, { stateDir: folder.path });
  await bob.reads(/heard: .*while you were away/);
  await bob.says("and now");
  await bob.reads(/heard: .*and now/);
  const answers = bob.sees().filter(({ isFromBot, text }) => isFromBot && text.startsWith("heard: "));
  expect(answers.filter(({ text }) => text.endsWith("before"))).toHaveLength(1);
  expect(answers.filter(({ text }) => text.includes("while you were away"))).toHaveLength(1);
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
});

test("over HTTP, Slack's events come to the gateway's own port", async () => {
  await using slack = await SlackDouble.start();
  const bob = await slack.person("Bob");
  const { botToken, signingSecret, apiRoot } = slack;
  const { settings } = slackAccount({ mode: "http", botToken, signingSecret, apiRoot });
  const main = { ...accountDefaults("slack"), ...settings, allowFrom: [bob.id] };
  await using house = await openHouse({ networks: { slack: { enabled: true, accounts: { main } } } });
  await slack.until(() => slack.calls("auth.test").some(({ answered }) => answered));
  slack.bringTo(`${house.httpUrl}/webhooks/slack/main`);
  using alice = await house.operator();
  for (;;) {
    const { channels } = await alice.call("channels.status", {});
    if ((channels["slack"] as { readonly connected?: boolean }).connected) break;
  }
  await bob.says("by post");
  await bob.reads(/heard: .*by post/);
});

test("a revoked token ends the account with the cure", async () => {
  await using slack = await SlackDouble.start();
  await using house = await houseOn(slack);
  using alice = await house.operator();
  slack.revoke();
  slack.cutConnections();
  for (;;) {
    const status = await alice.call("channels.status", {});
    const [account] = status.channelAccounts["slack"]!;
    if (account!["state"] !== "logged-out") continue;
    expect(account).toMatchObject({ connected: false, cure: "clawdia providers add slack" });
    return;
  }
});
