import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { browserTestMs, Doorway, openBrowser } from "../doubles/browser.ts";
import { type Guest, type OpenHouse, openHouse, temporaryFolder } from "../open-house.ts";
import { form, Screen } from "./canvas-screen.ts";

/** A screen on a wall: without a bar, awake, full screen at the first touch, and there again after an outage. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Tells which locks the page holds, as the browser itself says. */
const rememberLocks = `
  globalThis.locks = [];
  const request = WakeLock.prototype.request;
  WakeLock.prototype.request = async function (...given) {
    const lock = await request.apply(this, given);
    locks.push(lock);
    return lock;
  };`;
/** These run in the page. */
const isAwake = () => Reflect.get(globalThis, "locks").some(({ released }: WakeLockSentinel) => !released) as boolean;
const isFull = () => document.fullscreenElement !== null;

async function openKiosk(house: Pick<OpenHouse, "httpUrl">, alice: Guest): Promise<Screen> {
  const screen = await Screen.blank(browser);
  await screen.page.addInitScript(rememberLocks);
  const { path } = await alice.call("canvas.link", { kind: "tab", name: "Hall", code: true });
  await screen.page.goto(`${house.httpUrl}${path}&kiosk`);
  await screen.page.getByText("Nothing is drawn yet").waitFor();
  return screen;
}

test("a kiosk has no bar, stays awake and fills the screen at the first touch, which is a press, too", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await using screen = await openKiosk(house, alice);
  expect(await screen.page.locator(".bar").count()).toBe(0);
  await screen.page.waitForFunction(isAwake);
  expect(await screen.page.evaluate(isFull)).toBe(false);
  await alice.call("canvas.push", { messages: form() });
  await screen.page.getByText("Order it").click();
  await screen.page.waitForFunction(isFull);
  await screen.page.locator("#notice").getByText("Done").waitFor();
  await screen.page.evaluate("document.exitFullscreen()");
  await screen.page.waitForFunction(() => document.fullscreenElement === null);
  await screen.surfaces.locator("input").click();
  expect(await screen.page.evaluate(isFull)).toBe(false);
  await alice.call("canvas.snapshot", {});
  await screen.page.getByText("your agent looks at this screen").waitFor();
  expect(screen.complaints).toEqual([]);
});

test("the first touch of an agent's page fills the screen, too", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  writeFileSync(join(folder.path, "canvas", "index.html"), "<!doctype html><button>Light</button>");
  using alice = await house.operator();
  await using screen = await openKiosk(house, alice);
  await alice.call("canvas.show", { path: "index.html" });
  await screen.frame.getByText("Light").click();
  await screen.page.waitForFunction(isFull);
});

test("whoever ticks it at the first visit has a kiosk from then on, also after a reload", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using screen = await Screen.blank(browser);
  const { path } = await alice.call("canvas.link", { kind: "tab", code: true });
  await screen.page.goto(`${house.httpUrl}${path}`);
  await screen.page.getByLabel(/For a wall/).check();
  await screen.page.getByRole("button", { name: "Open the canvas" }).click();
  for (const visit of ["first", "again"]) {
    if (visit === "again") await screen.page.reload();
    await screen.page.getByText("Nothing is drawn yet").waitFor();
    expect(await screen.page.locator(".bar").count()).toBe(0);
    expect(new URL(screen.page.url()).hash).toBe("#kiosk=");
  }
});

test("a kiosk says that the gateway is away, and shows all again when another one took its place", async () => {
  using folder = temporaryFolder();
  await using first = await openHouse({ stateDir: folder.path });
  await using doorway = await Doorway.open(first);
  using alice = await first.operator();
  await using screen = await openKiosk({ httpUrl: doorway.origin }, alice);
  await using hall = await openKiosk({ httpUrl: doorway.origin }, alice);
  await alice.call("canvas.push", { messages: form() });
  for (const one of [screen, hall]) await one.sees("What shall it be?");
  await doorway.shut();
  await screen.page.getByText(/offline, as of/).waitFor();
  await first.house.stop("test", 0);
  await using second = await openHouse({ stateDir: folder.path });
  using bob = await second.operator();
  // Drawn while no screen was there.
  await bob.call("canvas.push", { messages: form("late", "Drawn meanwhile") });
  await doorway.reopen(second);
  for (const one of [screen, hall]) {
    await one.sees("Drawn meanwhile");
    await one.sees("What shall it be?");
    expect(await one.page.locator(".bar").count()).toBe(0);
  }
});
