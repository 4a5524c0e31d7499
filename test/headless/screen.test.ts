import { afterAll, beforeAll, expect, test } from "bun:test";
import { pageServer } from "./page-server.ts";
import { NodeStage } from "./node-stage.ts";
import { lastColour, probe } from "./probe.ts";
import { type FakeScreen, fakeScreen, managedScreen } from "./fake-screen.ts";

/** A real X server without glass (Xvfb), ffmpeg and Chromium that record it, and Chromium's window on it. */

const pages = pageServer();
let screen: FakeScreen;
beforeAll(async () => {
  screen = await fakeScreen("1000x600");
});
afterAll(async () => {
  pages[Symbol.dispose]();
  await screen[Symbol.asyncDispose]();
});

interface Film {
  readonly base64: string;
}

test("the whole screen is recorded", async () => {
  await using stage = await NodeStage.open({ environment: { DISPLAY: screen.display } });
  const film = await stage.gateway.gets<Film & object>("screen.record", { durationMs: 600, fps: 5 });
  expect(film).toMatchObject({ format: "mp4", durationMs: 600, fps: 5, screenIndex: 0, hasAudio: false });
  const seen = await probe(Uint8Array.fromBase64(film.base64), stage.folder);
  expect([seen.codecs, seen.width, seen.height]).toEqual([["h264"], 1000, 600]);
  expect(await stage.gateway.refusal("screen.record", { screenIndex: 1 })).toContain("screenIndex must be 0");
  expect(await stage.gateway.refusal("screen.record", { format: "gif" })).toContain("screen format must be mp4");
});

const red = "data:text/html,<body style='background:rgb(200,30,50)'>";
const onScreen = { x: 20, y: 20, width: 600, height: 500 };
const isRed = ([r = 0, g = 255, b = 255]: readonly number[]) => r > 180 && g < 60 && b < 80;

test("without ffmpeg Chromium records the screen, and has no window on it", async () => {
  await using managed = await managedScreen("1000x600");
  await using stage = await NodeStage.open({ environment: { DISPLAY: managed.display }, without: ["ffmpeg"] });
  await stage.gateway.gets("canvas.present", { url: red, placement: onScreen });
  const film = await stage.gateway.gets<Film & object>("screen.record", { durationMs: 2_000, fps: 10 });
  expect(film).toMatchObject({ format: "mp4", durationMs: 2_000, fps: 10, screenIndex: 0, hasAudio: false });
  const bytes = Uint8Array.fromBase64(film.base64);
  const seen = await probe(bytes, stage.folder);
  expect([seen.codecs, seen.width, seen.height]).toEqual([["h264"], 1000, 600]);
  expect(seen.seconds).toBeWithin(1.2, 3);
  expect(seen.frames).toBeWithin(8, 32);
  expect(await lastColour(bytes, stage.folder, { x: 300, y: 300 })).toSatisfy(isRed);
  // Where Chromium would say that it shares the screen, and where no window is.
  expect(await lastColour(bytes, stage.folder, { x: 700, y: 570 })).toEqual([0, 0, 0]);
});

test("without ffmpeg and without a window manager Chromium records the screen, too", async () => {
  await using stage = await NodeStage.open({ environment: { DISPLAY: screen.display }, without: ["ffmpeg"] });
  await stage.gateway.gets("canvas.present", { url: red, placement: onScreen });
  const film = await stage.gateway.gets<Film & object>("screen.record", { durationMs: 1_000, includeAudio: true });
  // There is no microphone here.
  expect(film).toMatchObject({ format: "mp4", durationMs: 1_000, fps: 10, hasAudio: false });
  const bytes = Uint8Array.fromBase64(film.base64);
  expect(await probe(bytes, stage.folder)).toMatchObject({ codecs: ["h264"], width: 1000, height: 600 });
  expect(await lastColour(bytes, stage.folder, { x: 300, y: 300 })).toSatisfy(isRed);
  expect(await stage.gateway.refusal("screen.record", { screenIndex: 1 })).toContain("screenIndex must be 0");
});

test("a screen that is not there is said to be missing, by ffmpeg and by Chromium", async () => {
  for (const without of [[], ["ffmpeg"]]) {
    await using stage = await NodeStage.open({ environment: { DISPLAY: ":4242" }, without });
    const refusal = await stage.gateway.refusal("screen.record", { durationMs: 250 }, 60_000);
    expect(refusal).toStartWith("UNAVAILABLE SCREEN_UNAVAILABLE: ");
  }
}, 30_000);

test("without ffmpeg and Chromium no screen is offered", async () => {
  const environment = { DISPLAY: screen.display };
  const without = ["ffmpeg", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "brave-browser"];
  await using stage = await NodeStage.open({ environment, without });
  expect(stage.node.status.commands).not.toContain("screen.record");
  expect(stage.node.status.absences.find(({ commands }) => commands === "screen.record")?.why).toBe(
    "ffmpeg and Chromium are missing: apt-get install ffmpeg",
  );
});

test("where there is a screen the canvas is a window on it, in its place, until it is put away", async () => {
  await using stage = await NodeStage.open({ environment: { DISPLAY: screen.display } });
  const placement = { x: 100, y: 50, width: 520, height: 400 };
  await stage.gateway.gets("canvas.present", { url: `${pages.url}/hello.html`, placement });
  const { result } = await stage.gateway.gets<{ result: string }>("canvas.eval", {
    javaScript: "[screenX, screenY, outerWidth, outerHeight]",
  });
  expect(JSON.parse(result)).toEqual([100, 50, 520, 400]);
  // Xvfb has no window manager: the browser ends, and comes back where it was.
  await stage.gateway.gets("canvas.hide");
  expect(stage.node.status.isCanvasRunning).toBe(false);
  await stage.gateway.gets("canvas.present");
  const again = await stage.gateway.gets<{ result: string }>("canvas.eval", { javaScript: "document.title" });
  expect(again.result).toBe("Hello");
});

test.each([
  ["no screen", {}, "DISPLAY is not set"],
  ["Wayland", { DISPLAY: ":0", WAYLAND_DISPLAY: "wayland-0" }, "Wayland lets no program record"],
])("%s is no screen to record", async (_name, environment, why) => {
  await using stage = await NodeStage.open({ environment, node: { canvas: { enabled: false } } });
  expect(stage.node.status.commands).not.toContain("screen.record");
  expect(stage.node.status.absences.find(({ commands }) => commands === "screen.record")?.why).toContain(why);
});
