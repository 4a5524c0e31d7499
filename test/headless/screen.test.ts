import { afterAll, beforeAll, expect, test } from "bun:test";
import { pageServer } from "./page-server.ts";
import { NodeStage } from "./node-stage.ts";
import { probe } from "./probe.ts";
import { type FakeScreen, fakeScreen } from "./fake-screen.ts";

/** A real X server without glass (Xvfb), ffmpeg that records it, and Chromium's window on it. */

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
