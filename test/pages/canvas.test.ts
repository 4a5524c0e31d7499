import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { browserTestMs, openBrowser } from "../doubles/browser.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";
import { form, Screen } from "./canvas-screen.ts";

/** The canvas in a real Chromium. */

setDefaultTimeout(browserTestMs);

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("a browser becomes a screen by a link and one approval, and what is pushed is drawn on it", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await using screen = await Screen.open(browser, house, alice);
  const pushed = await alice.call("canvas.push", { messages: form() });
  expect(pushed).toEqual({ surfaces: ["order"], screens: 1, troubles: [] });
  await screen.sees("What shall it be?");
  if (Bun.env["SHOTS"]) await screen.page.screenshot({ path: join(Bun.env["SHOTS"], "form.png") });
  expect(screen.complaints).toEqual([]);
});

test("a pressed button comes to the agent once, with what the person typed, in the session that drew it", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await using screen = await Screen.open(browser, house, alice);
  await alice.call("canvas.push", { messages: form(), sessionKey: "agent:main:dinner" });
  await screen.surfaces.locator("input").fill("Noodles");
  await screen.page.getByText("Order it").dblclick();
  await screen.page.getByRole("status").getByText("Done").waitFor();
  const { messages } = await alice.call("chat.history", { sessionKey: "agent:main:dinner" });
  const said = messages.filter(({ role }) => role === "user").map((message) => JSON.stringify(message));
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("Noodles");
  expect(said[0]).toContain("Kitchen");
});
