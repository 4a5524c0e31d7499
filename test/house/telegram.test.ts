import { expect, test } from "bun:test";
import { accountDefaults, type AccountPolicy } from "../../src/config/index.ts";
import { TelegramDouble } from "../doubles/telegram/telegram-double.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { openHouse, type OpenHouseOptions } from "../open-house.ts";

/** The whole house on the real Bot API client and a Telegram that is not ours. */

async function houseOn(telegram: TelegramDouble, policy: Partial<AccountPolicy> = {}, rest: OpenHouseOptions = {}) {
  const { token: botToken, apiRoot } = telegram;
  const account = { ...accountDefaults("telegram"), mode: "polling" as const, botToken, apiRoot, ...policy };
  return openHouse({ accounts: { main: account }, ...rest });
}

test("a stranger on Telegram gets a code, is approved, and is answered; the menu of commands is there", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob", username: "bob" });
  await using house = await houseOn(telegram);
  using alice = await house.operator();
  await bob.says("hello");
  const { text } = await bob.reads(/Your code is/);
  await alice.call("approvals.approve", { code: /code is (\S{8})\./.exec(text)![1]! });
  await bob.reads(/heard: .*hello/);
  await telegram.until(() => telegram.commands.length > 0);
  expect(telegram.commands).toContainEqual({ command: "stop", description: "Ends what the agent does now." });
  expect(house.log.text).not.toContain(telegram.token);
});

test("markup arrives as Telegram shows it, and a group is answered where it mentions the bot", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  const engine = new ScriptedEngine();
  engine.answer = () => "**bold** <and> `code`";
  const group = await telegram.group({ kind: "supergroup", title: "house" });
  const groups = { [String(group.id)]: { enabled: true, requireMention: true } };
  await using house = await houseOn(telegram, { allowFrom: [String(bob.id)], groups }, { engine });
  await bob.says("hi");
  expect((await bob.hears())[0]).toMatchObject({
    text: "bold <and> code",
    entities: [{ type: "bold" }, { type: "code" }],
  });
  await bob.says("nobody asked", { chat: group });
  const { messageId } = await bob.says("@clawdia_bot and now?", { chat: group });
  expect((await bob.hears(1, { chat: group }))[0]).toMatchObject({ replyToId: messageId });
  await telegram.until(() => telegram.messages(group).some(({ reactions }) => reactions.length > 0));
  expect(engine.turns[1]!.prompt).toContain("Bob: nobody asked");
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
});

test("a send whose answer is lost is held, and not sent again", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob" });
  await using house = await houseOn(telegram, { allowFrom: [String(bob.id)], streaming: "off" });
  using alice = await house.operator();
  telegram.fault({ method: "sendMessage", does: { kind: "drop-answer" } });
  await bob.says("once");
  await bob.reads(/once/);
  await bob.says("twice");
  await bob.reads(/twice/);
  const { deliveries } = await alice.call("deliveries.list", { troubled: true });
  expect(deliveries).toMatchObject([{ state: "unknown", mayBeDouble: true }]);
  expect(bob.sees().filter(({ isFromBot, text }) => isFromBot && text.endsWith("] once"))).toHaveLength(1);
});

test("a revoked token ends the account with the cure, and nothing is tried again", async () => {
  await using telegram = await TelegramDouble.start();
  await using house = await houseOn(telegram);
  using alice = await house.operator();
  telegram.revokeToken();
  telegram.cutConnections();
  for (;;) {
    const status = await alice.call("channels.status", {});
    const [account] = status.channelAccounts["telegram"]!;
    if (account!["state"] !== "logged-out") continue;
    expect(account).toMatchObject({ connected: false, cure: "clawdia providers add telegram" });
    return;
  }
});
