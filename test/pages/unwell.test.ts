import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { browserTestMs, openBrowser, Visitor } from "../doubles/browser.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";

/** The page says what is wrong with the gateway itself. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("a config that cannot be used is told with the command that helps, until it can be", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "clawdia.json");
  writeFileSync(path, "{}");
  await using house = await openHouse({ stateDir: folder.path, watchesConfig: true });
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  writeFileSync(path, "{ agents: 7 }");
  const told = bob.page.getByText(/^invalid config, at agents: .*: clawdia config validate$/);
  await told.waitFor();
  await bob.page.reload();
  await told.waitFor();
  expect(await alice.call("health", {})).toMatchObject({ config: { cure: "clawdia config validate" } });
  writeFileSync(path, "{ ui: {} }");
  await told.waitFor({ state: "detached" });
  expect(await alice.call("health", {})).not.toHaveProperty("config");
});
