import { expect, test } from "bun:test";
import { defaultConfig } from "../../src/config/index.ts";
import { Canvas } from "../../src/headless/canvas.ts";
import { evaluate } from "../../src/headless/evaluate.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { temporaryFolder } from "../open-house.ts";
import { machineIn } from "./node-stage.ts";

/** Chromium costs memory: nobody pays for a page that nobody asks about or sees. */

test("a browser that nobody needs ends after a while, and comes back where it was", async () => {
  const clock = new FakeClock();
  using folder = temporaryFolder();
  const machine = { ...machineIn(folder.path, new CapturedLog(clock)), clock };
  const settings = { ...defaultConfig().node.canvas, idleMinutes: 5 };
  const program = machine.which("chromium")!;
  const parts = { machine, settings, program, isVisible: false };
  await using canvas = new Canvas({ ...parts, gatewayKey: async () => undefined });
  const { signal } = new AbortController();
  const title = () => canvas.use({ signal }, (browser) => evaluate(browser, "document.title"));
  await canvas.use({ signal }, (browser) => canvas.navigate(browser, "data:text/html,<title>stays</title>", signal));
  await clock.advance(4 * 60_000);
  expect(await title()).toBe("stays");
  await clock.advance(4 * 60_000);
  expect(canvas.isRunning).toBe(true);
  await clock.advance(3 * 60_000);
  expect(canvas.isRunning).toBe(false);
  expect(await title()).toBe("stays");
});
