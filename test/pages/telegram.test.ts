import { expect, setDefaultTimeout, test } from "bun:test";
import { accountDefaults } from "../../src/config/index.ts";
import { browserTestMs, openBrowser, Visitor } from "../doubles/browser.ts";
import { TelegramDouble } from "../doubles/telegram/telegram-double.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";

/** The whole way with nothing but WebChat, on the real Bot API client and a Telegram that is not ours. */

setDefaultTimeout(browserTestMs);

test("a bot is linked by its token, a stranger who writes to it is approved, and is answered", async () => {
  using folder = temporaryFolder();
  await using telegram = await TelegramDouble.start();
  const { token, apiRoot } = telegram;
  const person = telegram.person({ name: "Bob", username: "bob" });
  const main = { ...accountDefaults("telegram"), mode: "polling" as const, apiRoot };
  await using house = await openHouse({ stateDir: folder.path, accounts: { main } });
  using alice = await house.operator();
  await using browser = await openBrowser();
  await using owner = await Visitor.enter(browser, house, alice);
  await owner.goTo("Networks");
  await owner.page.getByText("Not linked", { exact: true }).waitFor();
  await owner.button("Link telegram/main").click();
  const field = owner.page.getByLabel("Bot token");
  await field.fill(`${token.slice(0, -4)}AAAA`);
  await field.press("Enter");
  await owner.page.getByRole("alert").getByText("Telegram does not know this token").waitFor();
  expect(await field.inputValue()).toBe("");
  await field.fill(token);
  await field.press("Enter");
  await owner.page.getByText("Connected", { exact: true }).waitFor();
  await person.says("hello");
  await owner.goTo("People");
  await owner.button("Approve Bob").click();
  await person.reads(/heard: .*hello/);
  await owner.goTo("Why no answer?");
  await owner.page.locator(".chip").getByText("Answered", { exact: true }).waitFor();
  expect(house.log.text).not.toContain(token);
  expect(owner.complaints).toEqual([]);
});
