import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accountDefaults, type AccountPolicy, type Config } from "../../src/config/index.ts";
import { DiscordDouble } from "../doubles/discord/discord-double.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { openHouse, type OpenHouseOptions, temporaryFolder } from "../open-house.ts";

/** The whole house on discord.js' wire clients and a Discord in our hands. */

type DiscordAccount = Config["providers"]["discord"]["accounts"][string];

async function houseOn(discord: DiscordDouble, policy: Partial<AccountPolicy> = {}, rest: OpenHouseOptions = {}) {
  const { token: botToken, apiRoot } = discord;
  const account: DiscordAccount = {
    ...accountDefaults("discord"),
    messageContent: true,
    botToken,
    apiRoot,
    ...policy,
  };
  return openHouse({ networks: { discord: { enabled: true, accounts: { main: account } } }, ...rest });
}

test("a stranger on Discord gets a code, is approved, and is answered; the menu of commands is there", async () => {
  await using discord = await DiscordDouble.start();
  const bob = discord.person("Bob");
  await using house = await houseOn(discord);
  using alice = await house.operator();
  await discord.until(() => discord.commands.length > 0);
  expect(discord.commands).toContainEqual(expect.objectContaining({ name: "stop", type: 1 }));
  bob.says("hello");
  const { text } = await bob.reads(/Your code is/);
  await alice.call("approvals.approve", { code: /code is (\S{8})\./.exec(text)![1]! });
  await bob.reads(/heard: .*hello/);
  expect(house.log.text).not.toContain(discord.token);
});

test("markup arrives as Discord shows it, and a thread is answered where it mentions the bot", async () => {
  await using discord = await DiscordDouble.start();
  const bob = discord.person("Bob");
  const engine = new ScriptedEngine();
  engine.answer = () => "# Head\n\n**bold** `code` @everyone";
  const guild = discord.guild("House");
  const kitchen = guild.channel("kitchen");
  const thread = guild.thread(kitchen, "soup");
  const groups = { [kitchen.id]: { enabled: true, requireMention: true } };
  await using house = await houseOn(discord, { allowFrom: [bob.id], groups, streaming: "off" }, { engine });
  using alice = await house.operator();
  await connected(discord);
  bob.says("nobody asked", { channel: thread });
  const asked = bob.says(`<@${discord.bot.id}> and now?`, { channel: thread });
  const [answer] = await bob.hears(1, { channel: thread });
  expect(answer).toMatchObject({ replyToId: asked, text: "# Head\n\n**bold** `code` @everyone" });
  expect(discord.messages(kitchen.id)).toEqual([]);
  expect(engine.turns[0]!.prompt).toContain("nobody asked");
  expect((await alice.call("sessions.list", {})).sessions.map(({ key }) => key)).toContainEqual(
    expect.stringContaining(`discord:group:${kitchen.id}:topic:${thread.id}`),
  );
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
});

test("a command from the menu is answered in the chat, and a file comes to the agent", async () => {
  await using discord = await DiscordDouble.start();
  const bob = discord.person("Bob");
  const engine = new ScriptedEngine();
  using folder = temporaryFolder();
  await using house = await houseOn(discord, { allowFrom: [bob.id] }, { engine, stateDir: folder.path });
  await connected(discord);
  const used = bob.commands("status");
  expect(await used.answered).toMatchObject({ type: 4, data: { flags: 64 } });
  await bob.hears();
  bob.sendsFile({ bytes: Buffer.from("soup with leeks"), fileName: "recipe.txt", mimeType: "text/plain" }, "cook this");
  await bob.reads(/cook this/);
  expect(discord.calls("download").filter(({ answered }) => answered)).toHaveLength(1);
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
});

test("a file of the workspace is sent to a person", async () => {
  await using discord = await DiscordDouble.start();
  const bob = discord.person("Bob");
  using folder = temporaryFolder();
  await using house = await houseOn(discord, { allowFrom: [bob.id] }, { stateDir: folder.path });
  using alice = await house.operator();
  await connected(discord);
  mkdirSync(join(folder.path, "workspace"), { recursive: true });
  writeFileSync(join(folder.path, "workspace", "soup.txt"), "leeks");
  await alice.call("send", {
    to: bob.id,
    message: "here",
    mediaUrl: "soup.txt",
    channel: "discord",
    idempotencyKey: "k1",
  });
  const sent = await bob.hears(2);
  expect(sent.map(({ text, files }) => [text, files])).toEqual([
    ["here", []],
    ["", [{ fileName: "soup.txt", bytes: 5 }]],
  ]);
});

test("a send whose answer is lost goes again under its nonce, and is there once", async () => {
  await using discord = await DiscordDouble.start();
  const bob = discord.person("Bob");
  await using house = await houseOn(discord, { allowFrom: [bob.id], streaming: "off" });
  using alice = await house.operator();
  await connected(discord);
  discord.fault({ method: "createMessage", does: { kind: "drop-answer" } });
  bob.says("once");
  await bob.reads(/once/);
  bob.says("twice");
  await bob.reads(/twice/);
  const { deliveries } = await alice.call("deliveries.list", { troubled: true });
  expect(deliveries).toEqual([]);
  expect(bob.sees().filter(({ isFromBot, text }) => isFromBot && text.endsWith("] once"))).toHaveLength(1);
});

test("what was said while the house was closed is answered once, when it is open again", async () => {
  await using discord = await DiscordDouble.start();
  const bob = discord.person("Bob");
  using folder = temporaryFolder();
  const policy: Partial<AccountPolicy> = { allowFrom: [bob.id], streaming: "off" };
  {
    await using first = await houseOn(discord, policy, { stateDir: folder.path });
    await connected(discord);
    bob.says("before");
    await bob.reads(/before/);
    expect(first.log.records.filter(({ level }) => level === "error")).toEqual([]);
  }
  bob.says("meanwhile");
  await using second = await houseOn(discord, policy, { stateDir: folder.path });
  await bob.reads(/meanwhile/);
  bob.says("after");
  await bob.reads(/after/);
  const answers = bob.sees().filter(({ isFromBot }) => isFromBot);
  expect(answers.map(({ text }) => /\w+$/.exec(text)?.[0])).toEqual(["before", "meanwhile", "after"]);
  expect(second.log.records.filter(({ level }) => level === "error")).toEqual([]);
});

test("a token that was reset ends the account with the cure, and nothing is tried again", async () => {
  await using discord = await DiscordDouble.start();
  await using house = await houseOn(discord);
  using alice = await house.operator();
  await connected(discord);
  discord.revokeToken();
  for (;;) {
    const status = await alice.call("channels.status", {});
    const [account] = status.channelAccounts["discord"]!;
    if (account!["state"] !== "logged-out") continue;
    expect(account).toMatchObject({ connected: false, cure: "clawdia providers add discord" });
    return;
  }
});

async function connected(discord: DiscordDouble): Promise<void> {
  await discord.until(() => discord.sessionsOpened > 0);
}
