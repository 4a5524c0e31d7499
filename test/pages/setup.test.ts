import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { accountDefaults } from "../../src/config/index.ts";
import { Doorway, openBrowser, Visitor } from "../doubles/browser.ts";
import { FakeOllama } from "../doubles/fake-ollama.ts";
import { LinkedNetwork } from "../doubles/linked-network.ts";
import { SetupGuest } from "../doubles/setup-guest.ts";
import { TelegramDouble } from "../doubles/telegram/telegram-double.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";

/** The first run in WebChat. */

// A whole setup with a browser, a model server and a network.
setDefaultTimeout(40_000);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Runs in the page. */
const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
const firstRun = { isFirstRun: true } as const;

test("it opens by itself and leads to an answer on the phone, with the keyboard alone", async () => {
  using folder = temporaryFolder();
  await using ollama = new FakeOllama();
  await using telegram = await TelegramDouble.start();
  const person = telegram.person({ name: "Bob", username: "bob" });
  const main = { ...accountDefaults("telegram"), mode: "polling" as const, apiRoot: telegram.apiRoot };
  const environment = { OLLAMA_HOST: ollama.host };
  const base = { stateDir: folder.path, environment, accounts: { main }, ownEngine: true as const };
  await using house = await openHouse(base);
  using alice = await house.operator();
  await using owner = await Visitor.enter(browser, house, alice, firstRun);
  const { page } = owner;
  const press = async (name: string) => {
    await owner.tabTo(name);
    await page.keyboard.press("Enter");
  };
  await page.getByRole("heading", { name: "Welcome to Clawdia" }).waitFor();
  await press("Begin");
  await page.getByText("Which model should answer?").waitFor();
  expect(await page.locator(":focus").textContent()).toBe("A model");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.getByText(/^ollama\/qwen3:8b answered in \d+ ms and can use tools\.$/).waitFor();
  await press("Continue");
  await page.getByText("Where do you want to talk to your agent?").waitFor();
  await page.getByRole("button", { name: /^Telegram/ }).press("Enter");
  const field = page.getByLabel("Bot token");
  await field.waitFor();
  expect([await field.getAttribute("type"), await field.getAttribute("autocomplete")]).toEqual(["password", "off"]);
  await page.keyboard.type(`${telegram.token.slice(0, -4)}AAAA`);
  await page.keyboard.press("Enter");
  await page.getByText("Telegram does not know this token").waitFor();
  await press("Try again");
  await field.waitFor();
  expect(await field.inputValue()).toBe("");
  await page.keyboard.type(telegram.token);
  await page.keyboard.press("Enter");
  await page.getByText("Linked to @clawdia_bot.").waitFor();
  await press("Go on");
  await page.getByText("write anything to @clawdia_bot.").waitFor();
  await person.says("hello");
  await page.getByRole("button", { name: `Bob (${person.id}) on Telegram` }).press("Enter");
  await page.getByText("The first message was sent to Bob on Telegram, and arrived:").waitFor();
  await person.reads("Good day from qwen.");
  await press("Continue");
  await page.getByRole("heading", { name: "That was it" }).waitFor();
  await press("Continue");
  await page.getByRole("heading", { name: "Clawdia is set up" }).waitFor();
  expect(await page.locator(".chip").allTextContents()).toEqual(["Done", "Done", "Done"]);
  await press("To the chat");
  await owner.box.waitFor();
  expect(await page.evaluate(() => JSON.stringify([localStorage, history.state]))).not.toContain(telegram.token);
  expect(house.log.text).not.toContain(telegram.token);
  expect(owner.complaints).toEqual([]);
});

test("it is left for later, does not come again by itself, and is found under its name", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using owner = await Visitor.enter(browser, house, alice, firstRun);
  await owner.button("Not now").click();
  await owner.box.waitFor();
  await owner.page.reload();
  await owner.box.waitFor();
  await owner.goTo("Setup");
  await owner.button("Begin").click();
  await owner.page.getByText("Which model should answer?").waitFor();
  // Looking at another page does not end it.
  await owner.goTo("People");
  await owner.goTo("Setup");
  await owner.button("Skip for now").click();
  await owner.page.getByText("Where do you want to talk").waitFor();
  expect(await alice.call("wizard.overview", {})).toMatchObject({
    isRunning: true,
    parts: [{ state: "skipped" }, {}, {}],
  });
});

test("it does not open where all is done or skipped, nor while somebody is at it, nor for who may not", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const setup = await SetupGuest.start(alice);
  await using owner = await Visitor.open(browser, house, firstRun);
  await owner.follow(`/#token=alice-owns-this-gateway-0123456789`);
  await alice.call("device.pair.approve", { requestId: await owner.requestId() });
  await owner.follow(`/#token=alice-owns-this-gateway-0123456789`);
  await owner.box.waitFor();
  await owner.goTo("Setup");
  await owner.button("Begin").click();
  await owner.page.getByRole("alert").getByText("The setup is open somewhere else").waitFor();
  await alice.call("wizard.cancel", { sessionId: setup.sessionId });
  await owner.button("Try again").click();
  await owner.page.getByText("Which model should answer?").waitFor();
  await owner.button("Skip for now").click();
  await owner.page.getByText("Where do you want to talk").waitFor();
  await owner.button("Skip for now").click();
  await owner.page.getByText("was sent in WebChat, and arrived:").waitFor();
  await owner.page.reload();
  await owner.page.getByRole("heading", { level: 2, name: "Setup" }).waitFor();
  await owner.page.getByRole("heading", { name: "Clawdia is set up" }).waitFor();
  await owner.narrowedTo(alice, ["operator.read", "operator.write"]);
  await owner.entry("Networks").waitFor();
  expect(await owner.entry("Setup").count()).toBe(0);
});

test("a code is scanned on a narrow screen; a broken connection goes on at the same step", async () => {
  using folder = temporaryFolder();
  const linked = new LinkedNetwork();
  await using house = await openHouse({ stateDir: folder.path, providers: [linked.provider] });
  using alice = await house.operator();
  await using doorway = await Doorway.open(house);
  const phone = { ...firstRun, width: 390, height: 844, origin: doorway.origin };
  await using owner = await Visitor.enter(browser, house, alice, phone);
  const { page } = owner;
  await owner.button("Begin").click();
  await owner.button("Skip for now").click();
  await page.getByRole("button", { name: /^Fakegram/ }).click();
  await page.getByLabel("qr or number").fill("nonsense");
  await owner.button("Continue").click();
  await page.getByText("That did not work: type qr, or a phone number.").waitFor();
  await owner.button("Try again").click();
  await page.getByLabel("qr or number").fill("qr");
  await owner.button("Continue").click();
  await page.getByRole("img", { name: "QR code to scan" }).waitFor();
  expect(await page.evaluate(overflow)).toBe(0);
  await doorway.shut();
  await page.getByText("The connection to the gateway broke.").waitFor();
  await doorway.reopen(house);
  await owner.triesNow();
  await page.getByRole("img", { name: "QR code to scan" }).waitFor();
  linked.scanned.resolve();
  await page.getByText("Linked: Clawdia Bot. Welcome.").waitFor();
});

test("several people are let in at once, and what a gateway's restart forgot is found again", async () => {
  using folder = temporaryFolder();
  const linked = new LinkedNetwork();
  linked.scanned.resolve();
  const base = { stateDir: folder.path, providers: [linked.provider] };
  const house = await openHouse(base);
  using alice = await house.operator();
  await using doorway = await Doorway.open(house);
  await using owner = await Visitor.enter(browser, house, alice, { ...firstRun, origin: doorway.origin });
  const { page } = owner;
  await owner.button("Begin").click();
  await owner.button("Skip for now").click();
  await page.getByRole("button", { name: /^Fakegram/ }).click();
  await page.getByLabel("qr or number").fill("qr");
  await page.keyboard.press("Enter");
  await owner.button("Go on").click();
  await page.getByText("write anything to Clawdia Bot").waitFor();
  await doorway.shut();
  await house[Symbol.asyncDispose]();
  await using again = await openHouse(base);
  await doorway.reopen(again);
  await owner.triesNow();
  await page.getByText("Done so far: a network: Fakegram").waitFor();
  for (const [id, name] of [
    ["8", "Carol"],
    ["7", "Bob"],
  ] as const) {
    await linked.network.says("hello", { peer: { kind: "direct", id }, sender: { id, name } });
  }
  await page.getByText("Is this you?").waitFor();
  // Whoever wrote last may not be in the list that is shown already.
  if ((await page.getByRole("button", { name: /^Bob/ }).count()) === 0) {
    await page.getByRole("button", { name: /^None of these/ }).click();
  }
  await page.getByRole("button", { name: /^Bob/ }).click();
  await page.getByRole("checkbox").check();
  await owner.button("Continue").click();
  await page.getByText("The first message was sent to Bob on Fakegram").waitFor();
  using bob = await again.operator();
  const { approved } = await bob.call("approvals.list", {});
  expect(Object.fromEntries(approved.map(({ senderName, isOwner }) => [senderName, isOwner]))).toEqual({
    Bob: true,
    Carol: false,
  });
});
