import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { browserTestMs, nextRun, openBrowser, redPng, Visitor } from "../doubles/browser.ts";
import { openHouse, ownerToken } from "../open-house.ts";

/** The page on which a person talks with their agent, in a real browser. Each test opens a house of its own. */

setDefaultTimeout(browserTestMs);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("a token link leads through approval into the chat, and the token stays nowhere", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.open(browser, house);
  await bob.follow(`/#token=${ownerToken}`);
  const requestId = await bob.requestId();
  expect(bob.page.url()).toBe(`${house.httpUrl}/`);
  await bob.page.getByText("Waiting for approval of “Chrome on Linux”").waitFor();
  await alice.call("device.pair.approve", { requestId });
  await bob.says("hi");
  await bob.sees("heard: hi", "Agent");
  const stored = await bob.page.evaluate(async () => {
    const databases = await indexedDB.databases();
    const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, history.state];
    for (const { name } of databases) {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open(name!);
        opening.addEventListener("success", () => resolve(opening.result));
      });
      for (const shelf of database.objectStoreNames) {
        const reading = database.transaction(shelf).objectStore(shelf).getAll();
        await new Promise((resolve) => reading.addEventListener("success", resolve));
        texts.push(JSON.stringify(reading.result));
      }
    }
    return texts.join("\n");
  });
  expect(stored).toContain(`device-token:${house.httpUrl}`);
  expect(stored).toContain("heard: hi");
  expect(stored).not.toContain(ownerToken);
  await bob.page.reload();
  await bob.sees("heard: hi", "Agent");
});

test("the device's private key cannot be taken out of the browser", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  const key = await bob.page.evaluate(async () => {
    const opening = indexedDB.open("clawdia");
    await new Promise((resolve) => opening.addEventListener("success", resolve));
    const reading = opening.result.transaction("keys").objectStore("keys").get("device");
    await new Promise((resolve) => reading.addEventListener("success", resolve));
    const { privateKey } = reading.result as CryptoKeyPair;
    const taken = crypto.subtle.exportKey("pkcs8", privateKey);
    return { extractable: privateKey.extractable, taken: await taken.then(() => "taken").catch(() => "kept") };
  });
  expect(key).toEqual({ extractable: false, taken: "kept" });
});

test("without a token the page asks for one, and says when it is wrong", async () => {
  await using house = await openHouse();
  await using bob = await Visitor.open(browser, house);
  await bob.follow("/");
  await bob.page.getByText("clawdia token --link").waitFor();
  await bob.page.getByLabel("Gateway token").fill("not-the-token-of-this-gateway-at-all");
  await bob.button("Connect").click();
  await bob.page.getByRole("alert").getByText("does not know that token").waitFor();
  await bob.page.getByLabel("Gateway token").fill(ownerToken);
  await bob.button("Connect").click();
  await bob.requestId();
});

test("an answer grows while it is written, and Esc stops it", async () => {
  await using house = await openHouse();
  house.engine.answer = undefined;
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.says("tell me a story");
  const runId = await nextRun(alice, new Set());
  await bob.page.getByRole("img", { name: "The agent is thinking" }).waitFor();
  house.engine.say(runId, "Once upon ");
  const answer = await bob.sees("Once upon", undefined);
  house.engine.say(runId, "a time");
  await bob.sees("Once upon a time");
  expect(await answer.getAttribute("aria-busy")).toBe("true");
  await bob.page.keyboard.press("Escape");
  await bob.sees("Stopped", "Agent");
  await bob.page.getByRole("status").getByText("The answer was stopped.").waitFor({ state: "attached" });
  expect(await bob.button("Stop the answer").count()).toBe(0);
  expect(await bob.shown()).toEqual(["You: tell me a story", "Agent: Once upon a time"]);
});

test("a second browser and a client see the same conversation", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await using carol = await Visitor.enter(browser, house, alice);
  await bob.says("from bob");
  await carol.sees("heard: from bob", "Agent");
  const { mainSessionKey } = alice.client.hello.snapshot.sessionDefaults!;
  await alice.call("chat.send", { sessionKey: mainSessionKey, message: "from alice", idempotencyKey: "k1" });
  const all = ["You: from bob", "Agent: heard: from bob", "You: from alice", "Agent: heard: from alice"];
  for (const visitor of [bob, carol]) {
    await visitor.sees("heard: from alice", "Agent");
    await visitor.sees(/^from alice/, "You");
    expect(await visitor.shown()).toEqual(all);
  }
  const { messages } = await alice.call("chat.history", { sessionKey: mainSessionKey });
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
  await bob.page.getByRole("img", { name: "3 clients are connected" }).waitFor();
});

test("a command is answered by the gateway, and /new leaves nothing of the old conversation", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.says("hello");
  await bob.sees("heard: hello", "Agent");
  await bob.says("/whoami");
  await bob.sees(/^Your id is/, "Agent");
  await bob.says("/new");
  await bob.sees("A new conversation. What is it about?", "Agent");
  await bob.page.getByText("heard: hello").waitFor({ state: "detached" });
  expect(await bob.shown()).toEqual(["You: /new", "Agent: A new conversation. What is it about?"]);
});

test("a reload in the middle of an answer finds the run again", async () => {
  await using house = await openHouse();
  house.engine.answer = undefined;
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.says("think hard");
  const runId = await nextRun(alice, new Set());
  await bob.page.reload();
  await bob.button("Stop the answer").waitFor();
  house.engine.say(runId, "done thinking");
  house.engine.finish(runId);
  await bob.sees("done thinking", "Agent");
  expect(await bob.shown()).toEqual(["You: think hard", "Agent: done thinking"]);
});

test("a run that fails says why, and the question can be asked again", async () => {
  await using house = await openHouse();
  house.engine.answer = undefined;
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  const known = new Set<string>();
  await bob.says("what is it?");
  house.engine.fail(await nextRun(alice, known));
  await bob.page.getByRole("alert").getByText("the model is away").waitFor();
  await bob.button("Try again").click();
  const runId = await nextRun(alice, known);
  house.engine.say(runId, "this it is");
  house.engine.finish(runId);
  await bob.sees("this it is", "Agent");
});

test("images are sent by file, paste and drop, and come back with the history", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  const file = { name: "red.png", mimeType: "image/png", buffer: redPng };
  await bob.page
    .getByLabel("Images to attach")
    .setInputFiles([file, { ...file, name: "a.txt", mimeType: "text/plain" }]);
  await bob.page.getByRole("alert").getByText("“a.txt” was left out").waitFor();
  for (const how of ["paste", "drop"] as const) {
    await bob.box.evaluate(
      (box, { kind, base64 }) => {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], `${kind}.png`, { type: "image/png" }));
        const options = { bubbles: true, cancelable: true };
        box.dispatchEvent(
          kind === "paste"
            ? new ClipboardEvent("paste", { ...options, clipboardData: data })
            : new DragEvent("drop", { ...options, dataTransfer: data }),
        );
      },
      { kind: how, base64: redPng.toString("base64") },
    );
    await bob.button(`Remove ${how}.png`).waitFor();
  }
  await bob.button("Remove drop.png").click();
  await bob.says("what is this?");
  await bob.sees("heard: what is this?", "Agent");
  expect(house.engine.turns[0]!.imageCount).toBe(2);
  await bob.page.reload();
  const mine = await bob.sees("what is this?", "You");
  const widths = await mine
    .getByRole("img")
    .evaluateAll((images) =>
      Promise.all((images as HTMLImageElement[]).map((image) => image.decode().then(() => image.naturalWidth))),
    );
  expect(widths).toEqual([2, 2]);
});

test("messages that did not change keep their elements", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.says("one");
  const first = await bob.sees("heard: one", "Agent");
  await first.locator(".markdown > p").evaluate((paragraph) => paragraph.setAttribute("data-mark", "same"));
  await bob.says("two");
  await bob.sees("heard: two", "Agent");
  await alice.call("chat.send", { sessionKey: "main", message: "three", idempotencyKey: "k3" });
  await bob.sees(/^three/, "You");
  expect(await bob.page.locator("[data-mark=same]").innerText()).toBe("heard: one");
});

test("the keyboard is enough", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  const { keyboard } = bob.page;
  expect(await bob.box.evaluate((box) => box === document.activeElement)).toBe(true);
  await keyboard.type("first line");
  await keyboard.press("Shift+Enter");
  await keyboard.type("second line");
  expect(await bob.box.inputValue()).toBe("first line\nsecond line");
  await keyboard.press("Enter");
  await bob.sees("heard: first line", "Agent");
  expect(await bob.box.inputValue()).toBe("");
  await keyboard.press("ArrowUp");
  expect(await bob.box.inputValue()).toBe("first line\nsecond line");
  await keyboard.press("Control+k");
  await keyboard.type("nothing has this");
  expect(await bob.page.getByLabel("Search conversations").inputValue()).toBe("nothing has this");
  await bob.page.getByText("Nothing found.").waitFor();
});

test("sessions are made, renamed, started over and deleted", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.button("New conversation").click();
  await bob.says("about tea");
  await bob.sees("heard: about tea", "Agent");
  const list = bob.page.getByRole("navigation", { name: "Sessions" });
  await list.getByRole("button", { name: /^about tea/ }).waitFor();
  const choose = async (verb: string) => {
    await bob.button("What to do with this conversation").click();
    await bob.button(verb).click();
  };
  await choose("Rename");
  await bob.page.getByRole("dialog").getByRole("textbox").fill("Tea");
  await bob.page.keyboard.press("Enter");
  await bob.page.getByRole("heading", { name: "Tea" }).waitFor();
  await choose("Start over");
  await bob.page.getByRole("dialog").getByRole("button", { name: "Start over" }).click();
  await bob.page.getByText("What is on your mind?").waitFor();
  await choose("Delete");
  await bob.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await bob.page.getByRole("heading", { name: "Main conversation" }).waitFor();
  await list.getByRole("button", { name: /^Tea/ }).waitFor({ state: "detached" });
  const { sessions } = await alice.call("sessions.list", {});
  expect(sessions.filter(({ key }) => key.includes("webchat-"))).toEqual([]);
});

test("a device that may only read sees the chat without what it may not do", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  await using bob = await Visitor.enter(browser, house, alice);
  await bob.says("hi");
  await bob.sees("heard: hi", "Agent");
  const { paired } = await alice.call("device.pair.list", {});
  const { deviceId } = paired.find(({ clientMode }) => clientMode === "webchat")!;
  await alice.call("device.token.rotate", { deviceId, role: "operator", scopes: ["operator.read"] });
  await bob.page.reload();
  await bob.page.getByRole("alert").getByText("access was taken back").waitFor();
  await bob.page.getByLabel("Gateway token").fill(ownerToken);
  await bob.button("Connect").click();
  await bob.page.getByText("This device may read here, not write.").waitFor();
  await bob.sees("heard: hi", "Agent");
  expect(await bob.box.count()).toBe(0);
  expect(await bob.button("What to do with this conversation").count()).toBe(0);
  expect(await bob.button("New conversation").count()).toBe(0);
});
