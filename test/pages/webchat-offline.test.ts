import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { browserTestMs, Doorway, openBrowser, Visitor } from "../doubles/browser.ts";
import { openHouse, ownerToken, temporaryFolder } from "../open-house.ts";

/** WebChat while the gateway is away, comes back, or loses events. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("what is written while the gateway is away goes out once when it is back", async () => {
  using folder = temporaryFolder();
  const before = await openHouse({ stateDir: folder.path });
  await using doorway = await Doorway.open(before);
  const alice = await before.operator();
  await using bob = await Visitor.enter(browser, before, alice, { origin: doorway.origin });
  await bob.says("hi");
  await bob.sees("heard: hi", "Agent");
  await doorway.shut();
  await before[Symbol.asyncDispose]();
  await bob.page.getByText(/^Offline since/).waitFor();
  await bob.says("are you there?");
  await bob.page.getByText("Goes out when the gateway is back").waitFor();
  await bob.box.fill("half a thou");

  await using after = await openHouse({ stateDir: folder.path });
  await doorway.reopen(after);
  await bob.triesNow();
  await bob.sees("heard: are you there?", "Agent");
  expect(await bob.page.getByText(/^Offline since/).count()).toBe(0);
  expect(await bob.box.inputValue()).toBe("half a thou");
  expect(after.engine.turns.map(({ prompt }) => prompt)).toEqual(["are you there?"]);
  const all = ["You: hi", "Agent: heard: hi", "You: are you there?", "Agent: heard: are you there?"];
  expect(await bob.shown()).toEqual(all);
});

test("a reload while the gateway is away opens the page and shows what was read last", async () => {
  await using house = await openHouse();
  await using doorway = await Doorway.open(house);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice, { origin: doorway.origin });
  await bob.says("keep this");
  await bob.sees("heard: keep this", "Agent");
  const list = bob.page.getByRole("navigation", { name: "Sessions" });
  await list.getByText("heard: keep this").waitFor();
  // The worker is ready once it has kept the page's files.
  await bob.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await doorway.shut();
  await bob.page.getByText(/^Offline since/).waitFor();
  await bob.says("and this");
  await bob.page.getByText("Goes out when the gateway is back").waitFor();
  await bob.box.fill("a draft");
  await bob.page.reload();
  await bob.page.getByText("You see what was here").waitFor();
  await bob.sees("heard: keep this", "Agent");
  await bob.sees("and this");
  expect(await bob.box.inputValue()).toBe("a draft");
  expect(await list.getByRole("button").allInnerTexts()).toEqual([expect.stringContaining("heard: keep this")]);

  await doorway.reopen(house);
  await bob.triesNow();
  await bob.sees("heard: and this", "Agent");
});

test("the pages beside the chat open while the gateway is away, and say so", async () => {
  await using house = await openHouse();
  await using doorway = await Doorway.open(house);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice, { origin: doorway.origin });
  await bob.says("hi");
  await bob.sees("heard: hi", "Agent");
  await bob.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await doorway.shut();
  await bob.page.getByText(/^Offline since/).waitFor();
  await bob.page.reload();
  await bob.sees("heard: hi", "Agent");
  await bob.goTo("Deliveries");
  await bob.page.getByText("The gateway is away. What is here shows when it is back.").waitFor();
  await doorway.reopen(house);
  await bob.triesNow();
  await bob.page.getByText("Every message arrived").waitFor();
});

test("after lost events the history is read again", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.open(browser, house);
  let isLosing = false;
  const lost = Promise.withResolvers<void>();
  await bob.page.routeWebSocket(/./, (socket) => {
    const gateway = socket.connectToServer();
    gateway.onMessage((text) => {
      const { event, payload } = JSON.parse(String(text)) as { event?: string; payload?: { state?: string } };
      const isLost = isLosing && (event === "chat" || event === "agent");
      if (!isLost) return socket.send(text);
      if (payload?.state === "final") lost.resolve();
    });
  });
  await bob.follow(`/#token=${ownerToken}`);
  await alice.call("device.pair.approve", { requestId: await bob.requestId() });
  await bob.follow(`/#token=${ownerToken}`);
  await bob.says("one");
  await bob.sees("heard: one", "Agent");
  isLosing = true;
  await alice.call("chat.send", { sessionKey: "main", message: "two", idempotencyKey: "k2" });
  await lost.promise;
  isLosing = false;
  // Any further event shows the gap.
  const dora = await house.operator();
  await bob.sees("heard: two", "Agent");
  expect(await bob.shown()).toEqual(["You: one", "Agent: heard: one", "You: two", "Agent: heard: two"]);
  dora.client.close();
});
