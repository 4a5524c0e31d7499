import { afterAll, beforeAll, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { browserTestMs, openBrowser, Visitor } from "../doubles/browser.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { openWith, reply } from "../house/fake-house.ts";

/** WebChat's page that says what became of each message of a network. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const carol = { sender: { id: "8", name: "Carol" } };
const group = (id: string) => ({ ...carol, peer: { kind: "group" as const, id } });
const policy = {
  allowFrom: ["8"],
  groups: { "-1": { enabled: true, requireMention: true } },
};

test("each message shows with its state, the reason and what to do; a new one comes by itself", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network, policy);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.goTo("Why no answer?");
  await bob.page.getByText("No message came in yet").waitFor();
  await network.says("let me in");
  const cards = bob.page.locator(".desk li");
  const stranger = cards.filter({ hasText: "let me in" });
  await stranger.getByText("Waits for approval", { exact: true }).waitFor();
  await network.says("psst", group("-1"));
  await cards.filter({ hasText: "psst" }).getByText("Mention the agent or reply to it.").waitFor();
  await network.says("elsewhere", group("-2"));
  await cards.filter({ hasText: "elsewhere" }).getByText("Add -2 (or * for all groups)").waitFor();
  await network.says("how are you?", { ...carol, peer: { kind: "direct", id: "8" } });
  await network.until(reply("how are you?"));
  const answered = cards.filter({ hasText: "how are you?" });
  await answered.getByText("Answered", { exact: true }).waitFor();
  await answered.getByRole("button", { name: "Open the conversation" }).click();
  await bob.sees("how are you?", "You");
  await bob.page.goBack();
  await stranger.getByRole("button", { name: "Go to People" }).click();
  await bob.button("Approve Bob").waitFor();
});

test("messages are found by state, network, chat and words", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network, policy);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await network.says("about tea", group("-1"));
  await network.says("about coffee", group("-2"));
  await network.says("let me in");
  await bob.goTo("Why no answer?");
  const said = bob.page.locator(".desk .said");
  const finds = async (texts: readonly string[]) => {
    for (const text of texts) await said.getByText(text).waitFor();
    await bob.page.waitForFunction((count) => document.querySelectorAll(".desk .said").length === count, texts.length);
  };
  await finds(["let me in", "about coffee", "about tea"]);
  const search = bob.page.getByLabel("Search these messages");
  await search.fill("ABOUT");
  await finds(["about coffee", "about tea"]);
  await bob.page.getByLabel("Chat", { exact: true }).selectOption("group -2");
  await finds(["about coffee"]);
  await search.fill("tea");
  await bob.page.getByText("No message fits").waitFor();
  await search.fill("");
  await bob.page.getByLabel("Chat", { exact: true }).selectOption("All chats");
  await bob.page.getByLabel("State", { exact: true }).selectOption("Ignored");
  await finds(["about coffee"]);
  await bob.page.getByLabel("State", { exact: true }).selectOption("Not answered");
  await finds(["let me in", "about coffee", "about tea"]);
  await bob.page.getByLabel("Network", { exact: true }).selectOption("Fakegram");
  await finds(["let me in", "about coffee", "about tea"]);
});
