import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { browserTestMs, Doorway, openBrowser } from "../doubles/browser.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { rejectionOf } from "../doubles/rejection.ts";
import { openWith } from "../house/fake-house.ts";
import { openTimedHouse } from "../house/timed-house.ts";
import { type Guest, openHouse, ownerToken, temporaryFolder } from "../open-house.ts";
import { form, Screen } from "./canvas-screen.ts";

/** Links by which a browser becomes a screen without a token, and links for looking that come to an end. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const invite = (alice: Guest, name?: string) =>
  alice.call("canvas.link", { kind: "tab", code: true, ...(name !== undefined && { name }) });
const namesOf = async (alice: Guest) => (await alice.call("node.list", {})).nodes.map((node) => node.displayName);

test("a link with a code makes one browser a screen: it is named, is in, and stays in without the code", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const { path, expiresAtMs = 0 } = await invite(alice);
  expect(path).not.toContain(ownerToken);
  expect(expiresAtMs - house.clock.nowMs()).toBeLessThanOrEqual(5 * 60_000);
  await using screen = await Screen.blank(browser);
  await screen.page.goto(`${house.httpUrl}${path}`);
  await screen.page.getByLabel("What is this screen called?").fill("Kitchen");
  expect(screen.page.url()).not.toContain("setup");
  await screen.page.getByRole("button", { name: "Open the canvas" }).click();
  await screen.page.getByText("Nothing is drawn yet").waitFor();
  expect(await namesOf(alice)).toEqual(["Kitchen"]);
  await screen.page.reload();
  await screen.page.getByText("Nothing is drawn yet").waitFor();
  expect(screen.complaints).toEqual([]);
});

test("a code that is spent lets nobody in, says how to get another, and leaves the way by token", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const { path } = await invite(alice, "Kitchen");
  await using kitchen = await Screen.blank(browser);
  await kitchen.page.goto(`${house.httpUrl}${path}`);
  await kitchen.page.getByText("Nothing is drawn yet").waitFor();
  await using eve = await Screen.blank(browser);
  await eve.page.goto(`${house.httpUrl}${path}`);
  await eve.page.getByText("This link lets nobody in any more").waitFor();
  await eve.page.getByText("clawdia canvas link --qr").waitFor();
  expect(await namesOf(alice)).toEqual(["Kitchen"]);
  const next = await invite(alice, "Hall");
  await eve.page.goto(`${house.httpUrl}${next.path}`);
  await eve.page.getByText("Nothing is drawn yet").waitFor();
  await using bob = await Screen.blank(browser);
  await bob.page.goto(`${house.httpUrl}${path}`);
  await bob.page.getByRole("button", { name: "Enter the gateway's token instead" }).click();
  await bob.page.getByLabel("Gateway token").fill(ownerToken);
  await bob.page.getByRole("button", { name: "Connect" }).click();
  await bob.page.getByText(/^clawdia devices approve/).waitFor();
});

test("after five minutes a code lets nobody in", async () => {
  await using house = await openTimedHouse();
  using alice = await house.operator();
  const { path } = await invite(alice, "Kitchen");
  await house.pass(5 * 60_000, alice);
  await using screen = await Screen.blank(browser);
  await screen.page.goto(`${house.httpUrl}${path}`);
  await screen.page.getByText("This link lets nobody in any more").waitFor();
});

test("a screen that was forgotten comes back by a new link, with the token that it was given before", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const first = await invite(alice, "Kitchen");
  await using screen = await Screen.blank(browser);
  await screen.page.goto(`${house.httpUrl}${first.path}`);
  await screen.page.getByText("Nothing is drawn yet").waitFor();
  const { nodes } = await alice.call("node.list", {});
  // It is switched off then, so that nobody tells it.
  await screen.page.goto("about:blank");
  await alice.call("node.pair.remove", { nodeId: nodes[0]!.nodeId });
  const second = await invite(alice, "Kitchen");
  await screen.page.goto(`${house.httpUrl}${second.path}`);
  await screen.page.getByText("Nothing is drawn yet").waitFor();
  expect(await namesOf(alice)).toEqual(["Kitchen"]);
});

test("only who may let devices in gets a link with a code, and a view holds none", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  using writer = await house.operator({ scopes: ["operator.write"] });
  expect(String(await rejectionOf(invite(writer)))).toContain("missing scope: operator.admin");
  expect((await writer.call("canvas.link", { kind: "tab" })).path).toBe("/tab/");
  const view = alice.call("canvas.link", { kind: "view", code: true });
  expect(String(await rejectionOf(view))).toContain("a view needs no code");
});

test("a setup code for a node leads to the page of screens, and lets no chat in", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const { joinUrl = "" } = await alice.call("device.pair.setupCode", { joinUrl: true, bootstrapProfile: "node" });
  expect(joinUrl).toStartWith(`${house.httpUrl}/tab/#setup=`);
  await using chat = await Screen.blank(browser);
  await chat.page.goto(joinUrl.replace("/tab/", "/"));
  await chat.page.getByText("used already or too old").waitFor();
  await using screen = await Screen.blank(browser);
  await screen.page.goto(`${joinUrl}&name=Kitchen`);
  await screen.page.getByText("Nothing is drawn yet").waitFor();
});

test("the owner alone gets a link in a chat, where nobody else reads, and on a device with the right", async () => {
  const network = new FakeNetwork();
  const policy = { owners: ["7"], allowFrom: ["7", "8"], groups: { g1: { enabled: true, requireMention: false } } };
  await using house = await openWith(network, policy);
  using alice = await house.operator();
  await network.says("/screen Kitchen  wall", { sender: { id: "7" } });
  await network.until((shown) => shown.length === 1);
  const url = /http:\S+/.exec(network.texts()[0]!)![0];
  expect(new URL(url).hash).toMatch(/^#name=Kitchen\+wall&setup=[\w-]{20,}$/);
  await using screen = await Screen.blank(browser);
  await screen.page.goto(url);
  await screen.page.getByText("Nothing is drawn yet").waitFor();
  expect(await namesOf(alice)).toEqual(["Kitchen wall"]);
  await network.says("/screen", { sender: { id: "8" } });
  await network.until((shown) => shown.length === 2);
  await network.says("/screen", { sender: { id: "7" }, peer: { kind: "group", id: "g1" } });
  await network.until((shown) => shown.length === 3);
  expect(network.shown.slice(1).map(({ text }) => text)).toEqual([
    "/screen is for the owner only.",
    "/screen answers only where nobody else reads: say it to me alone.",
  ]);
  using writer = await house.operator({ scopes: ["operator.write"] });
  await writer.call("chat.send", { sessionKey: "main", message: "/screen", idempotencyKey: "k" });
  const told = await writer.until(({ event }) => event === "chat");
  expect(JSON.stringify(told.payload)).toContain("/screen needs the scope operator.admin.");
});

test("a link for looking ends while it is open and when it is opened late, and says what to do", async () => {
  await using house = await openTimedHouse();
  using alice = await house.operator();
  await alice.call("canvas.push", { messages: form() });
  const { path } = await alice.call("canvas.link", { kind: "view", durationMs: 3_600_000 });
  await using guest = await Screen.blank(browser);
  await guest.page.goto(`${house.httpUrl}${path}`);
  await guest.sees("What shall it be?");
  await house.pass(3_600_000, alice);
  await guest.page.getByRole("heading", { name: "This link has expired" }).waitFor();
  await guest.page.getByText("clawdia canvas link --view").waitFor();
  expect(await guest.surfaces.getByText("What shall it be?").count()).toBe(0);
  await guest.page.reload();
  await guest.page.getByRole("heading", { name: "This link has expired" }).waitFor();
  const answers = [path, path.replace("v1.", "v1.z"), `${path}a2ui.js`].map((one) => fetch(`${house.httpUrl}${one}`));
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([401, 401, 401]);
  expect(guest.complaints).toEqual([]);
});

test("a link for looking that ended while the gateway was away says so when it is back", async () => {
  using folder = temporaryFolder();
  await using first = await openTimedHouse({ stateDir: folder.path });
  await using doorway = await Doorway.open(first);
  using alice = await first.operator();
  await alice.call("canvas.push", { messages: form() });
  const { path } = await alice.call("canvas.link", { kind: "view", durationMs: 3_600_000 });
  await using guest = await Screen.blank(browser);
  await guest.page.goto(`${doorway.origin}${path}`);
  await guest.sees("What shall it be?");
  await doorway.shut();
  await guest.page.locator("#notice").getByText("The gateway is away").waitFor();
  await guest.sees("What shall it be?");
  await first.pass(3_600_000, alice);
  await doorway.reopen(first);
  await guest.page.getByRole("heading", { name: "This link has expired" }).waitFor();
});
