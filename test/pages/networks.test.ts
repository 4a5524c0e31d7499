import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { LoginError, type Provider } from "../../src/providers/index.ts";
import { browserTestMs, Doorway, openBrowser, Visitor } from "../doubles/browser.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";
import { openWith } from "../house/fake-house.ts";

/** WebChat's page of messaging networks: how they are, and linking an account. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** A network whose login asks for a number and a word, shows a code to scan, and is done when it was scanned. */
class LinkedNetwork {
  readonly network = new FakeNetwork();
  readonly scanned = Promise.withResolvers<void>();
  readonly answers: (string | undefined)[] = [];
  canceled = 0;
  isLinked = false;

  get provider(): Provider {
    const said = (answer: { readonly value?: string | undefined }) => this.answers.push(answer.value);
    const { scanned } = this;
    const link = () => (this.isLinked = true);
    const cancel = () => this.canceled++;
    return {
      ...this.network.provider,
      configured: () => ({ isConfigured: this.isLinked, source: this.isLinked ? "login" : undefined }),
      async *login(_account, { clock, signal }) {
        signal.addEventListener("abort", cancel);
        const number = yield { kind: "ask", name: "number", label: "Phone number", help: "With +", isSecret: false };
        said(number);
        if (!number.value?.startsWith("+")) throw new LoginError("that is no phone number: it starts with +");
        const word = yield { kind: "ask", name: "pin", label: "PIN", help: "<b>Six</b> digits", isSecret: true };
        said(word);
        if (word.value !== "123456") throw new LoginError("that is not the PIN");
        yield { kind: "qr", text: "link:abc", help: "Scan it", expiresAtMs: clock.nowMs() + 60_000 };
        await scanned.promise;
        link();
        return { self: { id: "1", name: "Clawdia Bot" }, message: "Welcome." };
      },
    };
  }
}

const linkedHouse = (stateDir: string, { provider }: LinkedNetwork) => openHouse({ stateDir, providers: [provider] });

test("an account is linked step by step; a refused answer can be given again", async () => {
  using folder = temporaryFolder();
  const linked = new LinkedNetwork();
  await using house = await linkedHouse(folder.path, linked);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.goTo("Networks");
  await bob.page.getByText("No account is linked.").waitFor();
  await bob.button("Link Fakegram").click();
  const number = bob.page.getByLabel("Phone number");
  await number.fill("0170");
  await number.press("Enter");
  await bob.page.getByRole("alert").getByText("that is no phone number: it starts with +").waitFor();
  expect(await number.inputValue()).toBe("0170");
  await number.fill("+49170");
  await number.press("Enter");
  const pin = bob.page.getByLabel("PIN");
  await bob.page.getByText("<b>Six</b> digits").waitFor();
  expect(await pin.getAttribute("type")).toBe("password");
  await pin.fill("000000");
  await pin.press("Enter");
  // A login begins anew after a refusal: what was no secret is filled in still.
  await bob.page.getByRole("alert").getByText("that is not the PIN").waitFor();
  expect(await number.inputValue()).toBe("+49170");
  await number.press("Enter");
  expect(await pin.inputValue()).toBe("");
  await pin.fill("123456");
  await pin.press("Enter");
  await bob.page.getByRole("img", { name: "QR code to scan" }).waitFor();
  await bob.page.getByText(/this code holds for (1:00|0:5\d)/).waitFor();
  // Whoever looks at another page meanwhile finds the login where it was.
  await bob.goTo("People");
  await bob.goTo("Networks");
  await bob.page.getByRole("img", { name: "QR code to scan" }).waitFor();
  linked.scanned.resolve();
  await bob.page.getByText("Linked: Clawdia Bot. Welcome.").waitFor();
  await bob.page.getByText("Connected", { exact: true }).waitFor();
  await bob.button("Done").click();
  expect(linked.answers).toEqual(["0170", "+49170", "000000", "+49170", "123456"]);
  expect(await bob.page.evaluate(() => JSON.stringify(localStorage))).not.toContain("123456");
});

test("a login is given up at the gateway too, and goes on after the connection broke", async () => {
  using folder = temporaryFolder();
  const linked = new LinkedNetwork();
  await using house = await linkedHouse(folder.path, linked);
  using alice = await house.operator();
  await using doorway = await Doorway.open(house);
  await using bob = await Visitor.enter(browser, house, alice, { origin: doorway.origin });
  await bob.goTo("Networks");
  await bob.button("Link Fakegram").click();
  await bob.page.getByLabel("Phone number").waitFor();
  await bob.button("Cancel").click();
  await bob.button("Link telegram/main").click();
  await bob.page.getByLabel("Phone number").fill("+49");
  await bob.button("Continue").click();
  expect(linked.canceled).toBe(1);
  await bob.page.getByLabel("PIN").fill("123456");
  await doorway.shut();
  await bob.page.getByText(/^Offline since/).waitFor();
  await bob.button("Continue").click();
  await bob.page.getByRole("alert").getByText("The connection to the gateway broke.").waitFor();
  await doorway.reopen(house);
  await bob.triesNow();
  await bob.page.getByText(/^Offline since/).waitFor({ state: "detached" });
  await bob.button("Go on").click();
  await bob.page.getByText("give this answer once more").waitFor();
  await bob.page.getByLabel("PIN").fill("123456");
  await bob.page.getByLabel("PIN").press("Enter");
  await bob.page.getByRole("img", { name: "QR code to scan" }).waitFor();
  // It is scanned while nobody can tell the page so.
  await doorway.shut();
  await bob.page.getByRole("alert").getByText("The connection to the gateway broke.").waitFor();
  linked.scanned.resolve();
  await alice.until(({ event, payload }) => event === "health" && JSON.stringify(payload).includes('"connected":true'));
  await doorway.reopen(house);
  await bob.triesNow();
  await bob.page.getByText(/^Offline since/).waitFor({ state: "detached" });
  await bob.button("Go on").click();
  await bob.page.getByText("Linked while the connection was away.").waitFor();
  expect(linked.answers).toEqual(["+49", "123456"]);
});

test("an account that is lost or logged out says why, and a dead one is found by asking it", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.goTo("Networks");
  await bob.page.getByText("Connected", { exact: true }).waitFor();
  await bob.button("Ask every network now").click();
  await bob.page.getByText(/It answered within \d+ ms/).waitFor();
  network.isUp = false;
  await bob.button("Ask every network now").click();
  await bob.page.getByText("It did not answer: deaf.").waitFor();
  network.lose("the wire broke");
  await bob.page.getByText(/The (wire broke|network is away)\. It is tried again/).waitFor();
  network.isUp = true;
  await bob.page.getByText("Connected", { exact: true }).waitFor();
  network.logOut();
  await bob.page.getByText("The token was revoked. Link it again to go on.").waitFor();
  await bob.page.getByText("clawdia providers add telegram").waitFor();
  await bob.entry("Networks").filter({ hasText: "1 waiting" }).waitFor();
});

test("an account is logged out after a question, and a network that cannot be linked from here says so", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network);
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.goTo("Networks");
  await bob.button("Log telegram/main out").click();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await bob.page.getByText("Connected", { exact: true }).waitFor();
  await bob.button("Log telegram/main out").click();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Log out" }).click();
  await bob.page.getByText("telegram/main is closed").waitFor();
  await bob.page.getByText("Switched off", { exact: true }).waitFor();
});

test("linking what cannot be linked from here says why", async () => {
  const network = new FakeNetwork();
  await using house = await openHouse({ providers: [network.provider] });
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.goTo("Networks");
  await bob.button("Link Fakegram").click();
  await bob.page.getByRole("alert").getByText("telegram cannot be linked from here").waitFor();
  await bob.button("Cancel").click();
  await bob.page.getByText("No account is linked.").waitFor();
});
