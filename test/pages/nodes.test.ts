import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Locator } from "playwright-core";
import type { DeviceSigner } from "../../src/client/index.ts";
import { browserTestMs, openBrowser, redPng, Visitor } from "../doubles/browser.ts";
import { type Guest, newDevice, type OpenHouse, openHouse, ownerToken } from "../open-house.ts";
import { form, Screen } from "./canvas-screen.ts";

/** WebChat's page of nodes: new screens, what is approved, what is asked of each, and what comes of it. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]);
});
afterAll(() => browser.close());

interface NodeAbout {
  readonly displayName?: string;
  readonly platform?: string;
  readonly signer?: DeviceSigner;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A node on the wire, which a test answers for by hand. */
function nodeOf(house: OpenHouse, commands: readonly string[], about: NodeAbout = {}): Promise<Guest> {
  const { displayName = "Phone", platform = "android", signer = newDevice(), headers } = about;
  const identity = { id: "node-host", mode: "node", version: "1.2.3", platform, displayName };
  const credentials = { token: ownerToken };
  const approach = { role: "node" as const, signer, identity, credentials, commands: [...commands] };
  return house.connect({ ...approach, ...(headers && { headers }) });
}

/** What it is asked next; the answer is the test's. */
async function asked(node: Guest, command: string) {
  const { payload } = await node.until(
    ({ event, payload: one }) => event === "node.invoke.request" && (one as { command: string }).command === command,
  );
  const { id, nodeId } = payload as { id: string; nodeId: string };
  node.events.length = 0;
  return (result: object) => node.call("node.invoke.result", { id, nodeId, ok: true, ...result });
}

const card = (visitor: Visitor, name: string): Locator => visitor.page.getByRole("listitem", { name, exact: true });
const told = (visitor: Visitor, text: string | RegExp) => visitor.page.locator(".told").getByText(text).waitFor();

async function enter(house: OpenHouse, alice: Guest, options?: Parameters<typeof Visitor.enter>[3]): Promise<Visitor> {
  const bob = await Visitor.enter(browser, house, alice, options);
  await bob.goTo("Nodes");
  return bob;
}

test("a new screen comes by the link of the page, and shows, photographs, says where it is and notifies", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await enter(house, alice);
  await bob.page.getByText("No node yet").waitFor();
  await bob.button("New screen").click();
  await bob.page.getByRole("img", { name: "QR code to scan" }).waitFor();
  const link = await bob.page.locator(".command code").innerText();
  expect(link).toStartWith(`${house.httpUrl}/tab/#setup=`);
  expect(link).not.toContain(ownerToken);
  await bob.page.getByText(/^(5:00|4:\d\d) left$/).waitFor();
  const geolocation = { latitude: 52.52, longitude: 13.405, accuracy: 30 };
  await using screen = await Screen.blank(browser, { geolocation, permissions: ["geolocation", "notifications"] });
  await screen.page.goto(`${link}&name=Kitchen`);
  await told(bob, "Kitchen is a screen of your agent now.");
  await bob.page.getByLabel("take pictures with its camera").waitFor();
  await bob.button("Allow Kitchen what is ticked").click();
  await told(bob, "Kitchen: your agent may now take pictures with its camera; film with its camera");
  await bob.button("Take a photo: Kitchen").click();
  const photo = card(bob, "Kitchen").getByRole("img", { name: /^What Kitchen saw at/ });
  await photo.waitFor();
  expect(await photo.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(640);
  expect(await card(bob, "Kitchen").getByRole("link", { name: "Save" }).getAttribute("download")).toBe("Kitchen.jpg");
  await bob.button("Where is it?: Kitchen").click();
  await card(bob, "Kitchen").getByText("It is at 52.52000, 13.40500").waitFor();
  await bob.button("Notify Kitchen").click();
  await bob.page.getByLabel("What Kitchen shows").fill("Dinner");
  await bob.page.keyboard.press("Enter");
  await card(bob, "Kitchen").getByText("It shows “Dinner”.").waitFor();
  await alice.call("canvas.push", { messages: form() });
  await screen.sees("What shall it be?");
  await bob.button("Look at canvas: Kitchen").click();
  await photo.waitFor();
  await bob.button("Clear the canvas of Kitchen").click();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Clear it" }).click();
  await card(bob, "Kitchen").getByText("The canvas is empty.").waitFor();
  await screen.page.getByText("Nothing is drawn yet").waitFor();
  await bob.button("Show canvas: Kitchen").click();
  await card(bob, "Kitchen").getByText("It shows the canvas.").waitFor();
  expect([...bob.complaints, ...screen.complaints]).toEqual([]);
});

test("a device that wants to be a node is approved or turned down, and how many wait shows", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await enter(house, alice);
  for (const [name, verb] of [
    ["Hall", "Approve"],
    ["Stranger", "Reject"],
  ] as const) {
    await using screen = await Screen.blank(browser);
    await screen.follow(house, name);
    await bob.entry("Nodes").filter({ hasText: "1 waiting" }).waitFor();
    await bob.page.getByText("It wants to be a node").waitFor();
    await bob.button(`${verb} ${name}`).click();
    await told(bob, verb === "Approve" ? "Hall is a node now" : "Turned down.");
    if (verb === "Approve") await screen.page.getByText("Nothing is drawn yet").waitFor();
  }
  const { nodes } = await alice.call("node.list", {});
  expect(nodes.map(({ displayName }) => displayName)).toEqual(["Hall"]);
});

test("programs and messages are asked about twice; what is left out is declined, and may be asked again", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await enter(house, alice);
  using node = await nodeOf(house, ["sms.send", "camera.snap", "location.get"]);
  const grant = (words: string) => bob.page.getByLabel(words);
  await grant("send text messages from its number, in your name").waitFor();
  await grant("take pictures with its camera").uncheck();
  await grant("talk to your agent from there").uncheck();
  await bob.button("Allow Phone what is ticked").click();
  const dialog = bob.page.getByRole("dialog");
  await dialog.getByText("Your agent may then send text messages from its number, in your name.").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  const commandsNow = async () => (await alice.call("node.list", {})).nodes[0]!.commands;
  expect(await commandsNow()).toEqual(["location.get"]);
  await bob.button("Allow Phone what is ticked").click();
  await dialog.getByRole("button", { name: "Allow it" }).click();
  await told(bob, "Phone: your agent may now send text messages");
  expect(await commandsNow()).toEqual(["sms.send", "location.get"]);
  await card(bob, "Phone").getByText("What it may do, name and more").click();
  await bob.button("Take back: sms.send of Phone").click();
  await told(bob, "Phone is not asked for sms.send any more.");
  expect(await commandsNow()).toEqual(["location.get"]);
  await bob.button("Ask again: camera.snap of Phone").click();
  await bob.button("Allow Phone what is ticked").click();
  await told(bob, "Phone: your agent may now take pictures with its camera.");
  expect(await commandsNow()).toEqual(["camera.snap", "location.get"]);
  expect(node.events.map(({ event }) => event)).not.toContain("node.invoke.request");
});

test("a node that offers more one day is asked about again", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await enter(house, alice);
  const signer = newDevice();
  using before = await nodeOf(house, ["location.get"], { signer, platform: "linux", displayName: "Attic" });
  await card(bob, "Attic").getByText("online").waitFor();
  expect(await bob.page.getByText("Waiting for approval").count()).toBe(0);
  using after = await nodeOf(house, ["location.get", "system.run"], {
    signer,
    platform: "linux",
    displayName: "Attic",
  });
  before.client.close();
  await bob.page.getByLabel("run programs on it, with everything that its user may do").waitFor();
  await bob.button("Reject Attic").click();
  await told(bob, "Attic goes on without it, and does not ask again.");
  expect(after.events.map(({ event }) => event)).not.toContain("node.invoke.request");
  expect((await alice.call("node.list", {})).nodes[0]!.commands).toEqual(["location.get"]);
});

test("a node that is busy, refuses, sends no picture or goes away says so in words", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await enter(house, alice);
  using node = await nodeOf(house, ["camera.snap", "location.get"]);
  await bob.button("Allow Phone what is ticked").click();
  await bob.button("Take a photo: Phone").click();
  const phone = card(bob, "Phone");
  await phone.getByText("Taking a photo…").waitFor();
  await phone.getByText("busy").waitFor();
  expect(await phone.locator(".node-acts").getAttribute("inert")).not.toBeNull();
  const refused = { code: "CAMERA_PERMISSION_REQUIRED", message: "CAMERA_PERMISSION_REQUIRED: allow the camera" };
  await (
    await asked(node, "camera.snap")
  )({ ok: false, error: refused });
  await phone.getByText("Allow the camera", { exact: true }).waitFor();
  await bob.button("Take a photo: Phone").click();
  const evil = { format: "svg+xml", base64: "PHN2Zz4=", width: 1, height: 1 };
  await (
    await asked(node, "camera.snap")
  )({ payload: evil });
  await phone.getByText("It sent no picture that can be shown.").waitFor();
  await bob.button("Back camera: Phone").click();
  const red = { format: "png", base64: redPng.toString("base64"), width: 2, height: 2 };
  await (
    await asked(node, "camera.snap")
  )({ payload: red });
  await phone.getByRole("img").waitFor();
  await bob.button("Close").click();
  await phone.getByRole("img").waitFor({ state: "detached" });
  await bob.button("Where is it?: Phone").click();
  await phone.getByText("Asking where it is…").waitFor();
  await asked(node, "location.get");
  node.client.close();
  await phone.getByText("Node disconnected (location.get)").waitFor();
  await phone.getByText("offline").waitFor();
  await phone.getByText("It can be asked when it is back").waitFor();
  expect(await phone.getByRole("button", { name: /photo/ }).count()).toBe(0);
});

test("a node is renamed and forgotten, and its name stays text", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await enter(house, alice);
  const displayName = `<img src=x onerror="document.title='owned'"> \u202eevil`;
  using node = await nodeOf(house, ["location.get", "<b>cmd</b>"], { displayName, platform: "<i>web</i>" });
  await bob.page.getByRole("heading", { level: 4 }).getByText("<img src=x").first().waitFor();
  expect(await bob.page.locator(".desk :is(img, b, i)").count()).toBe(0);
  await bob.page.getByText("What it may do, name and more").click();
  await bob.page.getByRole("button", { name: /^Rename/ }).click();
  const field = bob.page.getByLabel("What it is called");
  await field.fill("Phone");
  await field.press("Enter");
  await told(bob, "It is called “Phone” now.");
  await bob.button("Forget Phone").click();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Forget it" }).click();
  await told(bob, "Phone is no node any more.");
  await bob.page.getByText("No node yet").waitFor();
  await node.client.closed;
  expect(await alice.call("node.list", {})).toMatchObject({ nodes: [] });
  expect(await bob.page.title()).toBe("Clawdia");
  expect(bob.complaints).toEqual([]);
});

test("a device without the rights sees the nodes, says which rights it lacks, and asks for nothing", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  using node = await nodeOf(house, ["location.get", "camera.snap"]);
  await bob.narrowedTo(alice, ["operator.read"]);
  await bob.goTo("Nodes");
  await card(bob, "Phone").getByText("online").waitFor();
  await bob.page.getByText("This device may not let new screens in").waitFor();
  await bob.page.getByText("This device may not approve, rename or forget nodes").waitFor();
  await bob.page.getByText("What it may do, name and more").click();
  expect(await bob.page.locator(".desk").getByRole("button").count()).toBe(0);
  expect(node.events.map(({ event }) => event)).not.toContain("node.invoke.request");
});

test("on a phone the keyboard alone leads through an approval to a photo, and many nodes are searched", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice, { width: 360, height: 700 });
  const nodes: Guest[] = [];
  for (let count = 1; count <= 8; count++) {
    nodes.push(
      await nodeOf(house, count === 8 ? ["camera.snap"] : ["location.get"], {
        displayName: `N${count}`,
        platform: "linux",
      }),
    );
  }
  await bob.page.keyboard.press("Control+k");
  await bob.tabTo("Nodes");
  await bob.page.keyboard.press("Enter");
  await bob.tabTo("Allow N8 what is ticked");
  await bob.page.keyboard.press("Enter");
  await told(bob, /^N8: your agent may now/);
  await bob.tabTo("Find a node");
  await bob.page.keyboard.type("n8");
  await card(bob, "N1").waitFor({ state: "detached" });
  await bob.tabTo("Take a photo: N8");
  await bob.page.keyboard.press("Enter");
  const red = { format: "jpg", base64: redPng.toString("base64"), width: 2, height: 2 };
  await (
    await asked(nodes.at(-1)!, "camera.snap")
  )({ payload: red });
  await card(bob, "N8").getByRole("img").waitFor();
  expect(await bob.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  await bob.page.keyboard.press("Escape");
  await bob.box.waitFor();
  for (const node of nodes) node[Symbol.dispose]();
});
