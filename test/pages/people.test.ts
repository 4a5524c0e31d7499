import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { browserTestMs, openBrowser, Visitor } from "../doubles/browser.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { openWith, reply } from "../house/fake-house.ts";

/** WebChat's page of those who ask to talk, and those who may. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const codeIn = (text: string) => /code is ([A-Z2-9]{8})\./.exec(text)![1]!;

test("whoever asks shows up at once; approved, they are answered and may be turned out again", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.goTo("People");
  await bob.page.getByText("Nobody waits").waitFor();
  await network.says("let me in");
  await bob.page.getByText("Fakegram · id 7").waitFor();
  await bob.page.getByText(/holds for (59 min|1 h) more/).waitFor();
  await bob.entry("People").filter({ hasText: "1 waiting" }).waitFor();
  await bob.button("Approve Bob").click();
  await bob.page.getByText("Approved Bob on Fakegram. What they wrote before is answered now.").waitFor();
  await network.until(reply("let me in"));
  await bob.page.getByText("guest", { exact: true }).waitFor();
  expect(await bob.entry("People").innerText()).toBe("People");
  await bob.button("Take back the approval of Bob").click();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
  await bob.page.getByText("Nobody is approved yet").waitFor();
  expect(await alice.call("approvals.list", {})).toEqual({ pending: [], approved: [] });
});

test("being the owner is asked for once more, and a request that is decided elsewhere goes away", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await network.says("it is me");
  await network.says("me too", { sender: { id: "9", name: "Mallory" }, peer: { kind: "direct", id: "9" } });
  await bob.goTo("People");
  await bob.button("Reject Mallory").waitFor();
  await alice.call("approvals.reject", { channel: "telegram", senderId: "9" });
  await bob.button("Reject Mallory").waitFor({ state: "detached" });
  await bob.button("Bob is me, the owner").click();
  const dialog = bob.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await alice.call("approvals.list", {})).toMatchObject({ approved: [] });
  await bob.button("Bob is me, the owner").click();
  await dialog.getByRole("button", { name: "Yes, this is me" }).click();
  await bob.page.getByText("owner", { exact: true }).waitFor();
  expect(await alice.call("approvals.list", {})).toMatchObject({ approved: [{ senderId: "7", isOwner: true }] });
});

test("a code approves whom it was told; a wrong one says so", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await network.says("hi");
  await network.until(reply("code is"));
  await bob.goTo("People");
  const field = bob.page.getByLabel("Approve by code");
  await field.fill("aaaa2222");
  await field.press("Enter");
  await bob.page.getByRole("alert").getByText("no request has this code").waitFor();
  await field.fill(codeIn(network.texts()[0]!).toLowerCase());
  await field.press("Enter");
  await bob.page.getByText("Approved Bob on Fakegram.").waitFor();
  expect(await field.inputValue()).toBe("");
});

test("a name stays text, and turns nothing around", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  const name = `<img src=x onerror="document.title='owned'"> \u202eevil`;
  await network.says("hi", { sender: { id: "<b>7</b>", name } });
  await bob.goTo("People");
  const heading = bob.page.getByRole("heading", { level: 4 }).first();
  await heading.getByText("<img src=x").waitFor();
  expect(await heading.innerText()).toBe(`<img src=x onerror="document.title='owned'"> \\u202eevil`);
  await bob.page.getByRole("button", { name: /^Approve <img/ }).click();
  await bob.page.getByText(/^Approved <img/).waitFor();
  expect(await bob.page.locator(".desk :is(img, b)").count()).toBe(0);
  expect(await bob.page.title()).toBe("Clawdia");
  expect(bob.complaints).toEqual([]);
});

test("a device without the right says which one it lacks, and is told of nobody", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.narrowedTo(alice, ["operator.read"]);
  await network.says("let me in");
  await bob.goTo("People");
  await bob.page.getByText("This device may not see who may talk to the agent").waitFor();
  await bob.page.getByText("operator.pairing").waitFor();
  expect(await bob.page.getByText("Bob").count()).toBe(0);
  await bob.goTo("Commands");
  await bob.page.getByText("operator.approvals").waitFor();
  await bob.goTo("Networks");
  await bob.page.getByText("This device may not link accounts").waitFor();
  expect(await bob.page.getByRole("button", { name: /Log|Link/ }).count()).toBe(0);
});

test("on a phone the keyboard alone leads to an approval, Esc back to the chat, and Back to the page", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice, { width: 360, height: 700 });
  await network.says("let me in");
  const { keyboard } = bob.page;
  await keyboard.press("Control+k");
  await bob.tabTo("People");
  await keyboard.press("Enter");
  await bob.button("Approve Bob").waitFor();
  expect(await bob.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  await bob.tabTo("Approve Bob");
  await keyboard.press("Enter");
  await bob.page.getByText(/^Approved Bob/).waitFor();
  await keyboard.press("Escape");
  await bob.box.waitFor();
  await bob.page.goBack();
  await bob.page.getByRole("heading", { level: 2, name: "People" }).waitFor();
  await bob.page.reload();
  await bob.page.getByRole("heading", { level: 2, name: "People" }).waitFor();
});
