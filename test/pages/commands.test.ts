import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { browserTestMs, openBrowser, Visitor } from "../doubles/browser.ts";
import { type Guest, openHouse, temporaryFolder } from "../open-house.ts";

/** Commands of agents that wait for a person, in the chat and on their own page. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

interface Asked {
  readonly command?: string;
  readonly timeoutMs?: number;
  readonly cwd?: string;
}

/** As a program that wants to run a command asks; resolves with the decision. */
async function asks(guest: Guest, { command = "rm -rf build", timeoutMs = 60_000, cwd = "/home/alice" }: Asked = {}) {
  const params = { command, timeoutMs, cwd, agentId: "main", resolvedPath: "/bin/rm", sessionKey: "agent:main:main" };
  return (await guest.call("exec.approval.request", params, { timeoutMs: 0 })).decision;
}

test("a command shows in the chat with all that is known of it, and takes one of three answers", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  using agent = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  for (const [button, decision] of [
    ["Allow once", "allow-once"],
    ["Allow always", "allow-always"],
    ["Deny", "deny"],
  ] as const) {
    const answer = asks(agent);
    const card = bob.page.getByRole("article", { name: "Your agent asks to run a command" });
    await card.waitFor();
    expect(await card.getByLabel("The command").innerText()).toBe("rm -rf build");
    expect(await card.locator("dl").innerText()).toContain("/home/alice");
    expect(await card.locator("dl").innerText()).toContain("/bin/rm");
    await card.getByText(/^(1:00|0:5\d) left$/).waitFor();
    await card.getByRole("button", { name: button }).click();
    expect(await answer).toBe(decision);
    await card.waitFor({ state: "detached" });
  }
});

test("a command that just came takes no click or key that was meant for something else", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  using agent = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  const answer = asks(agent);
  const allow = bob.button("Allow once");
  await allow.waitFor();
  expect(await bob.box.evaluate((box) => box === document.activeElement)).toBe(true);
  await allow.evaluate((button: HTMLButtonElement) => button.click());
  expect(await alice.call("exec.approval.list", {})).toHaveLength(1);
  await bob.page.locator(".command-card button:not([aria-disabled])").first().waitFor();
  await bob.button("Deny").press("Enter");
  expect(await answer).toBe("deny");
});

test("answered elsewhere, or over, a command goes away", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  using agent = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.goTo("Commands");
  await bob.page.getByText("No command waits").waitFor();
  const card = bob.page.getByRole("article", { name: "Your agent asks to run a command" });
  const first = asks(agent);
  await card.waitFor();
  await bob.entry("Commands").filter({ hasText: "1 waiting" }).waitFor();
  const [waiting] = await alice.call("exec.approval.list", {});
  await alice.call("exec.approval.resolve", { id: waiting!.id, decision: "deny" });
  expect(await first).toBe("deny");
  await card.waitFor({ state: "detached" });
  // Nothing is told of a command whose time is up.
  const second = asks(agent, { timeoutMs: 400 });
  await card.waitFor();
  expect(await second).toBeNull();
  await card.waitFor({ state: "detached" });
  await bob.page.getByText("No command waits").waitFor();
});

test("nothing in a command is hidden, turned around or drawn as a page", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  using agent = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.goTo("Commands");
  const command = `echo <img src=x onerror="document.title='owned'"> \u202etxt.exe\u200b\u0007 \u05d0\u05d1`;
  const answer = asks(agent, { command, cwd: "/tmp/\u2066a" });
  const text = bob.page.getByLabel("The command");
  await text.waitFor();
  const shown = await text.innerText();
  expect(shown).toContain("<img src=x onerror=");
  expect(shown).toContain("\\u202etxt.exe\\u200b\\x07");
  expect(shown).not.toMatch(/[\u202e\u200b\u0007]/);
  expect(await text.locator("bdo").evaluate((one) => getComputedStyle(one).unicodeBidi)).toMatch(/override/);
  expect(await bob.page.locator(".facts").innerText()).toContain("\\u2066a");
  await bob.button("Deny").click();
  await answer;
  expect(await bob.page.title()).toBe("Clawdia");
  expect(bob.complaints).toEqual([]);
});

test("a long command is read whole before it is allowed", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  using agent = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice, { width: 360, height: 700 });
  const command = `${"echo harmless && ".repeat(60)}rm -rf /`;
  const answer = asks(agent, { command });
  await bob.button("Read it whole").waitFor();
  expect(await bob.button("Allow once").count()).toBe(0);
  await bob.button("Read it whole").click();
  const text = bob.page.getByLabel("The command");
  expect(await text.evaluate((one) => one.scrollHeight - one.clientHeight)).toBe(0);
  expect(await text.innerText()).toBe(command);
  expect(await bob.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  await bob.button("Allow once").click();
  expect(await answer).toBe("allow-once");
});

test("a device without the right sees no command", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  using agent = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.narrowedTo(alice, ["operator.read", "operator.write"]);
  const answer = asks(agent);
  await alice.until(({ event }) => event === "exec.approval.requested");
  await bob.says("still there?");
  await bob.sees("heard: still there?", "Agent");
  expect(await bob.page.locator(".command-card").count()).toBe(0);
  const [waiting] = await alice.call("exec.approval.list", {});
  await alice.call("exec.approval.resolve", { id: waiting!.id, decision: "deny" });
  await answer;
});

test("the rules are told in sentences, and a command that is allowed for good can be forgotten", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  const { hash } = await alice.call("exec.approvals.get", {});
  const allowlist = [{ pattern: "/bin/ls", argPattern: "[]", commandText: "ls" }, { pattern: "/bin/date" }];
  const file = { version: 1, agents: { main: { allowlist } } };
  await alice.call("exec.approvals.set", { file, baseHash: hash });
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.goTo("Commands");
  await bob.page.getByText("You are asked about everything else.").waitFor();
  await bob.button("Forget ls").click();
  const dialog = bob.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Ask again" }).click();
  await bob.page.getByText("The command asks again from now on.").waitFor();
  await bob.button("Forget ls").waitFor({ state: "detached" });
  const after = await alice.call("exec.approvals.get", {});
  expect(after.file.agents?.["main"]?.allowlist).toMatchObject([{ pattern: "/bin/date" }]);
  // Rules that were changed elsewhere meanwhile are not written over.
  await bob.button("Forget /bin/date").click();
  await alice.call("exec.approvals.set", { file, baseHash: after.hash });
  await dialog.getByRole("button", { name: "Ask again" }).click();
  await bob.page.getByRole("alert").waitFor();
  expect((await alice.call("exec.approvals.get", {})).file.agents?.["main"]?.allowlist).toHaveLength(2);
});
