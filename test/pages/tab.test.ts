import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { browserTestMs, openBrowser } from "../doubles/browser.ts";
import { rejectionOf } from "../doubles/rejection.ts";
import { type Guest, openHouse, temporaryFolder } from "../open-house.ts";
import { Screen } from "./canvas-screen.ts";

/** What a browser that is a screen lends beside it: camera, place and notifications, in a real Chromium. */

setDefaultTimeout(browserTestMs);

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]);
});
afterAll(() => browser.close());

/** Runs in the page. */
const shownTitles = `navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
  .then((all) => all.map(({ title }) => title))`;

/** Asks the only node that there is; first says yes to what waits for a person. */
async function askerOf(alice: Guest) {
  const [one] = (await alice.call("node.list", {})).nodes;
  const { nodeId, pendingRequestId } = one!;
  if (pendingRequestId !== undefined) await alice.call("node.pair.approve", { requestId: pendingRequestId });
  let count = 0;
  return async (command: string, params: object = {}, timeoutMs = 15_000) => {
    const idempotencyKey = `ask-${++count}`;
    return (await alice.call("node.invoke", { nodeId, command, params, timeoutMs, idempotencyKey })).payload;
  };
}

test("a screen photographs and films once a person said yes to that, and tells that it does", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await using screen = await Screen.open(browser, house, alice);
  const [{ nodeId, pendingCommands } = { nodeId: "", pendingCommands: [] }] = (await alice.call("node.list", {})).nodes;
  expect(pendingCommands).toEqual(["camera.snap", "camera.clip"]);
  const early = alice.call("node.invoke", { nodeId, command: "camera.snap", params: {}, idempotencyKey: "early" });
  expect(String(await rejectionOf(early))).toContain("was not approved for camera.snap: clawdia nodes approve");
  const ask = await askerOf(alice);
  const picture = ask("camera.snap", { maxWidth: 320 });
  await screen.page.getByText("your agent takes a picture").waitFor();
  expect(await picture).toMatchObject({
    format: "jpg",
    width: 320,
    height: 240,
    base64: expect.stringMatching(/^\/9j/),
  });
  const film = (await ask("camera.clip", { durationMs: 400 })) as { base64: string };
  expect(film).toMatchObject({ format: "mp4", durationMs: 400, hasAudio: true });
  expect(Buffer.from(film.base64, "base64").subarray(4, 8).toString()).toBe("ftyp");
  expect(await ask("camera.clip", { durationMs: 300, includeAudio: false })).toMatchObject({ hasAudio: false });
  expect(await ask("camera.list")).toMatchObject({ devices: [{ name: expect.stringContaining("fake") }] });
  const other = await rejectionOf(ask("camera.snap", { deviceId: "none such" }));
  expect(String(other)).toContain("CAMERA_UNAVAILABLE: this screen has no such camera");
  expect(screen.complaints).toEqual([]);
});

test("a screen says where it is when its browser lets it, and in words when not", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  const geolocation = { latitude: 52.52, longitude: 13.405, accuracy: 30 };
  await using screen = await Screen.blank(browser, { geolocation, permissions: ["geolocation"] });
  await screen.follow(house, "Kitchen");
  await screen.approvedBy(alice);
  const ask = await askerOf(alice);
  expect(await ask("location.get", { maxAgeMs: 0 })).toMatchObject({
    lat: 52.52,
    lon: 13.405,
    accuracyMeters: 30,
    isPrecise: true,
    source: "browser",
  });
  await screen.permit("geolocation", "denied");
  expect(String(await rejectionOf(ask("location.get")))).toContain(
    "LOCATION_PERMISSION_REQUIRED: the browser of this screen does not say where it is: somebody must allow it there",
  );
});

test("a screen shows a notification when its browser lets it, and says in words when not", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await using screen = await Screen.blank(browser, { permissions: ["notifications"] });
  await screen.follow(house, "Kitchen");
  await screen.approvedBy(alice);
  const ask = await askerOf(alice);
  expect(await ask("system.notify", { title: "Dinner", body: "It is ready" })).toBeNull();
  const shown = `navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
    .then((all) => all.map(({ title, body }) => [title, body]))`;
  expect(await screen.page.evaluate<string[][]>(shown)).toEqual([["Dinner", "It is ready"]]);
  await screen.permit("notifications", "denied");
  expect(String(await rejectionOf(ask("system.notify", { title: "Dinner" })))).toContain(
    "NOT_AUTHORIZED: the browser of this screen shows no notifications: somebody must allow it there",
  );
  expect(screen.complaints).toEqual([]);
});

test("a person is asked on the screen before the browser asks for notifications, and their no is told", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await using screen = await Screen.open(browser, house, alice);
  const ask = await askerOf(alice);
  const question = screen.page.getByRole("alertdialog", { name: "Your agent wants to show notifications here." });
  await screen.permit("notifications", "prompt");
  const unanswered = await rejectionOf(ask("system.notify", { title: "Late" }, 1_500));
  expect(String(unanswered)).toContain("NOT_AUTHORIZED: this screen asks the person there, and nobody answered yet");
  const refused = rejectionOf(ask("system.notify", { title: "No" }));
  await question.getByRole("button", { name: "Do not allow" }).click();
  expect(String(await refused)).toContain("NOT_AUTHORIZED: the browser of this screen shows no notifications");
  const allowed = ask("system.notify", { title: "Dinner" });
  await question.waitFor();
  await screen.permit("notifications", "granted");
  await question.getByRole("button", { name: "Allow", exact: true }).click();
  expect(await allowed).toBeNull();
  expect(await screen.page.evaluate<string[]>(shownTitles)).toEqual(["Dinner"]);
});

test("a camera that the person refuses is refused in words, and so is a question that nobody answers", async () => {
  await using shy = await openShy();
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await using screen = await Screen.open(shy.browser, house, alice);
  const ask = await askerOf(alice);
  await screen.permit("camera", "denied");
  await screen.permit("microphone", "denied");
  expect(String(await rejectionOf(ask("camera.snap")))).toContain(
    "CAMERA_PERMISSION_REQUIRED: the browser of this screen does not lend its camera: somebody must allow it there",
  );
  expect(String(await rejectionOf(ask("camera.clip")))).toContain("does not lend its camera and microphone");
  await screen.permit("camera", "prompt");
  // A browser without a window says no by itself; one with a window waits like this.
  await screen.page.evaluate("navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined)");
  expect(String(await rejectionOf(ask("camera.snap", {}, 2_000)))).toContain("nobody answered yet");
});

/** A Chromium whose questions nobody answers. */
async function openShy() {
  const other = await openBrowser(["--use-fake-device-for-media-stream"]);
  return { browser: other, [Symbol.asyncDispose]: () => other.close() };
}

test("a hidden tab lends nothing that looks or listens", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await using screen = await Screen.open(browser, house, alice);
  const ask = await askerOf(alice);
  await screen.page.evaluate(`Object.defineProperty(document, "visibilityState", { value: "hidden" })`);
  for (const command of ["camera.snap", "camera.clip", "location.get", "canvas.snapshot"]) {
    expect(String(await rejectionOf(ask(command)))).toContain(
      "NODE_BACKGROUND_UNAVAILABLE: the tab is in the background",
    );
  }
});
