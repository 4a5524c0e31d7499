import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { browserTestMs, openBrowser, Visitor } from "../doubles/browser.ts";
import { openHouse } from "../open-house.ts";

/** A link with a setup code, in a real browser. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("a setup link leads straight into the chat, once, and the browser then has a key of its own", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const { joinUrl = "" } = await alice.call("device.pair.setupCode", { joinUrl: true });
  const path = joinUrl.slice(house.httpUrl.length);
  await using bob = await Visitor.open(browser, house);
  await bob.follow(path);
  await bob.says("hi");
  await bob.sees("heard: hi", "Agent");
  expect(bob.page.url()).not.toContain("setup");
  await bob.page.reload();
  await bob.says("again");
  await bob.sees("heard: again", "Agent");
  await using eve = await Visitor.open(browser, house);
  await eve.follow(path);
  await eve.page.getByText("used already or too old").waitFor();
});
