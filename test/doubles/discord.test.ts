import { expect, test } from "bun:test";
import { Client, Events, GatewayIntentBits, type Message, Partials } from "discord.js";
import { DiscordDouble } from "./discord/discord-double.ts";
import { rejectionOf } from "./rejection.ts";

/** discord.js itself, as bot and as person, on the double: what it takes, Discord's other clients take. */

const { Guilds, GuildMessages, MessageContent, DirectMessages } = GatewayIntentBits;
const intents = [Guilds, GuildMessages, MessageContent, DirectMessages];

async function logIn(double: DiscordDouble, token: string): Promise<Client<true> & AsyncDisposable> {
  const client = new Client({ intents, partials: [Partials.Channel], rest: { api: double.apiRoot, retries: 0 } });
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(token);
  return Object.assign(await ready, { [Symbol.asyncDispose]: () => client.destroy() });
}

function next(client: Client, fits: (message: Message) => boolean): Promise<Message> {
  return new Promise((resolve) => {
    const listen = (message: Message) => {
      if (!fits(message)) return;
      client.off(Events.MessageCreate, listen);
      resolve(message);
    };
    client.on(Events.MessageCreate, listen);
  });
}

test("a person with discord.js and a bot with discord.js talk in a server, a thread and directly", async () => {
  await using double = await DiscordDouble.start();
  const alice = double.person("Alice");
  const house = double.guild("House");
  const kitchen = house.channel("kitchen");
  await using bot = await logIn(double, double.token);
  await using human = await logIn(double, alice.token);
  const heard = next(bot, ({ author }) => author.id === alice.id);
  const channel = await human.channels.fetch(kitchen.id);
  if (!channel?.isSendable()) throw new Error("the kitchen takes no messages");
  await channel.send(`hello <@${double.bot.id}>`);
  const message = await heard;
  expect([message.content, message.mentions.has(double.bot.id), message.guild?.name]).toEqual([
    `hello <@${double.bot.id}>`,
    true,
    "House",
  ]);
  const read = next(human, ({ author }) => author.id === double.bot.id);
  const answer = await message.reply({
    content: "hi",
    files: [{ attachment: Buffer.from("12345"), name: "five.txt" }],
  });
  const seen = await read;
  expect([seen.content, seen.reference?.messageId, seen.attachments.first()?.size]).toEqual(["hi", message.id, 5]);
  expect(await (await fetch(seen.attachments.first()!.url)).text()).toBe("12345");
  await answer.edit("hi there");
  await message.react("👍");
  expect(double.messages(kitchen.id).map(({ text, reactions }) => [text, reactions])).toEqual([
    [`hello <@${double.bot.id}>`, ["👍"]],
    ["hi there", []],
  ]);
  const thread = house.thread(kitchen, "soup");
  const inThread = next(bot, ({ channelId }) => channelId === thread.id);
  alice.says("in here", { channel: thread });
  expect((await inThread).channel.isThread()).toBe(true);
  const directly = next(bot, ({ guildId }) => guildId === null);
  alice.says("psst");
  await (await directly).author.send("yes?");
  expect((await alice.hears())[0]?.text).toBe("yes?");
});

test("discord.js answers commands and buttons, and finds the same message for the same nonce", async () => {
  await using double = await DiscordDouble.start();
  const alice = double.person("Alice");
  const kitchen = double.guild("House").channel("kitchen");
  await using bot = await logIn(double, double.token);
  bot.on(Events.InteractionCreate, (interaction) => {
    if (interaction.isChatInputCommand()) void interaction.reply({ content: interaction.commandName });
    else if (interaction.isButton()) void interaction.deferUpdate();
  });
  await bot.application.commands.set([{ name: "status", description: "How it is" }]);
  expect(double.commands).toMatchObject([{ name: "status" }]);
  const used = alice.commands("status", undefined, { channel: kitchen });
  expect(await used.answered).toMatchObject({ type: 4, data: { content: "status" } });
  const channel = await bot.channels.fetch(kitchen.id);
  if (!channel?.isSendable()) throw new Error("the kitchen takes no messages");
  const row = { type: 1, components: [{ type: 2, style: 2, label: "Yes", custom_id: "0:yes" }] };
  const once = { content: "sure?", components: [row], nonce: "one", enforceNonce: true };
  const first = await channel.send(once);
  expect((await channel.send(once)).id).toBe(first.id);
  expect(await alice.presses(first.id, "Yes", { channel: kitchen }).answered).toEqual({ type: 6 });
  const history = (await bot.rest.get(`/channels/${kitchen.id}/messages`)) as readonly object[];
  expect(history).toEqual([expect.objectContaining({ content: "sure?" })]);
  expect(history[0]).not.toHaveProperty("nonce");
  expect(String(await rejectionOf(channel.send({ content: "x".repeat(2001) })))).toContain("Invalid Form Body");
});

/** discord.js waits five seconds between two sessions that it begins. */
const slowMs = 20_000;

test(
  "discord.js resumes after a cut and after op 7, and begins anew after op 9",
  async () => {
    await using double = await DiscordDouble.start();
    const alice = double.person("Alice");
    await using bot = await logIn(double, double.token);
    for (const trouble of [() => double.cutConnections(), () => double.askReconnect()]) {
      const heard = next(bot, () => true);
      trouble();
      alice.says("while you were away");
      expect((await heard).content).toBe("while you were away");
    }
    expect(double.sessionsOpened).toBe(1);
    double.invalidateSession();
    await double.until(() => double.sessionsOpened === 1);
    const heard = next(bot, () => true);
    alice.says("again");
    expect((await heard).content).toBe("again");
  },
  slowMs,
);

test("discord.js is told of a wrong token, and of a switch that is off", async () => {
  await using double = await DiscordDouble.start();
  const client = () => new Client({ intents, rest: { api: double.apiRoot, retries: 0 } });
  expect(String(await rejectionOf(client().login("not.a.token")))).toContain("invalid token");
  double.weather.showsContent = false;
  expect(String(await rejectionOf(client().login(double.token)))).toContain("disallowed intents");
});
