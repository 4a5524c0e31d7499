import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { browserTestMs, Doorway, openBrowser, Visitor } from "../doubles/browser.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { openWith } from "../house/fake-house.ts";
import { refusalOf } from "../house/refusal.ts";
import type { Guest } from "../open-house.ts";

/** WebChat's page of messages that got stuck on their way out. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** To a group, where a send whose outcome nobody knows is held. */
const send = (alice: Guest, message: string) =>
  alice.call("send", { to: "-5", channel: "telegram", message, idempotencyKey: message });
const statesOf = async (alice: Guest) =>
  (await alice.call("deliveries.list", {})).deliveries.map(({ preview, state }) => `${preview}: ${state}`);

test("a message that nobody knows of is sent again, counted as arrived or dropped, after a question", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.goTo("Deliveries");
  await bob.page.getByText("Every message arrived").waitFor();
  for (const message of ["apples", "pears", "plums"]) {
    network.faults = [{ kind: "lose-answer" }];
    await refusalOf(send(alice, message));
  }
  const card = (text: string) => bob.page.locator(".desk li").filter({ hasText: text });
  const dialog = bob.page.getByRole("dialog");
  await card("apples").getByText("Nobody can tell", { exact: true }).waitFor();
  await card("apples").getByText("no answer came").waitFor();
  await bob.entry("Deliveries").filter({ hasText: "3 waiting" }).waitFor();

  await card("apples").getByRole("button", { name: "Send again" }).click();
  await dialog.getByText("gets it twice").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(network.arrivals).toHaveLength(3);
  await card("apples").getByRole("button", { name: "Send again" }).click();
  await dialog.getByRole("button", { name: "Send again" }).click();
  await bob.page.getByText("It is sent again.").waitFor();
  await network.until((shown) => shown.filter(({ text }) => text === "apples").length === 2);

  await card("pears").getByRole("button", { name: "It arrived" }).click();
  await dialog.getByRole("button", { name: "It arrived" }).click();
  await bob.page.getByText("It counts as delivered.").waitFor();
  await card("plums").getByRole("button", { name: "Drop it" }).click();
  await dialog.getByRole("button", { name: "Drop it" }).click();
  await bob.page.getByText("It is dropped.").waitFor();
  await bob.page.getByText("Every message arrived").waitFor();
  expect(await statesOf(alice)).toEqual(["plums: canceled", "pears: sent", "apples: sent"]);
  await bob.button("Newest").click();
  await card("plums").getByText("Dropped").waitFor();
});

test("a refused message goes out again without a question; one that was decided elsewhere says so", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  network.faults = [{ kind: "refuse", permanent: true }];
  await refusalOf(send(alice, "hello"));
  await bob.goTo("Deliveries");
  await bob.page.getByText("It did not arrive.").waitFor();
  await bob.button("Send again").click();
  await bob.page.getByText("It is sent again.").waitFor();
  await network.until((shown) => shown.some(({ text }) => text === "hello"));

  network.faults = [{ kind: "refuse", permanent: true }];
  await refusalOf(send(alice, "again"));
  await bob.button("Drop it").click();
  const [delivery] = (await alice.call("deliveries.list", { troubled: true })).deliveries;
  await alice.call("deliveries.resolve", { id: delivery!.id, decision: "arrived" });
  await bob.page.getByRole("dialog").getByRole("button", { name: "Drop it" }).click();
  await bob.page.getByRole("alert").getByText("no delivery waits for a decision").waitFor();
});

test("while the gateway is away the page says so and decides nothing; a reader may look only", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network);
  using alice = await house.operator();
  await using doorway = await Doorway.open(house);
  await using bob = await Visitor.enter(browser, house, alice, { origin: doorway.origin });
  network.faults = [{ kind: "refuse", permanent: true }];
  await refusalOf(send(alice, "hello"));
  await bob.goTo("Deliveries");
  await bob.page.getByText("It did not arrive.").waitFor();
  await doorway.shut();
  await bob.page.getByText(/You see what was here at .* Decisions wait until it is back/).waitFor();
  expect(await bob.button("Send again").getAttribute("aria-disabled")).toBe("true");
  await doorway.reopen(house);
  await bob.triesNow();
  await bob.page.locator(".desk .acts button:not([aria-disabled])").first().waitFor();
  await bob.narrowedTo(alice, ["operator.read"]);
  await bob.goTo("Deliveries");
  await bob.page.getByText("This device may not decide here").waitFor();
  expect(await bob.button("Send again").count()).toBe(0);
});
