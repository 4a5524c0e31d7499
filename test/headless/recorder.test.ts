import { expect, test } from "bun:test";
import { type LentPage, withLentPage } from "../../src/headless/lent-page.ts";
import { record } from "../../src/headless/recorder.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { rejectionOf } from "../doubles/rejection.ts";
import { realClock } from "../../src/lib/index.ts";
import { temporaryFolder } from "../open-house.ts";
import { machineIn } from "./node-stage.ts";
import { probe } from "./probe.ts";

/** Films by the recorder of the real Chromium, of a picture that a page of ours draws. */

/** A green picture that moves, in the page. */
const drawing = `(() => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 320, height: 240 });
  const context = canvas.getContext("2d");
  let step = 0;
  setInterval(() => {
    context.fillStyle = "rgb(0," + (100 + step++ % 100) + ",0)";
    context.fillRect(0, 0, 320, 240);
  }, 30);
  globalThis.stream = canvas.captureStream(20);
})()`;

async function withDrawing<T>(work: (page: LentPage, folder: string) => Promise<T>): Promise<T> {
  using folder = temporaryFolder();
  const machine = machineIn(folder.path, new CapturedLog(realClock));
  const parts = {
    machine,
    program: Bun.which("chromium")!,
    name: "camera" as const,
    reason: "CAMERA_UNAVAILABLE" as const,
    permissions: [],
    hasWindow: false,
    args: [],
  };
  const draw = async (page: LentPage) => {
    await page.run(drawing);
    return work(page, folder.path);
  };
  return await withLentPage(parts, draw, AbortSignal.any([]));
}

const sleep = (ms: number) => realClock.sleep(ms, AbortSignal.any([]));
const order = { durationMs: 800, bytesMax: 4_000_000, sleep };

test("a film is MP4 where Chromium can, else WebM, and says which", async () => {
  await withDrawing(async (page, folder) => {
    const film = await record(page, order);
    expect([film.format, film.hasSound]).toEqual(["mp4", false]);
    expect(await probe(film.bytes, folder)).toMatchObject({ codecs: ["h264"], width: 320, height: 240 });
  });
  await withDrawing(async (page, folder) => {
    await page.run("MediaRecorder.isTypeSupported = (kind) => kind.startsWith('video/webm')");
    const film = await record(page, order);
    expect(film.format).toBe("webm");
    const seen = await probe(film.bytes, folder);
    expect([seen.container, seen.width, seen.frames > 3]).toEqual(["matroska,webm", 320, true]);
  });
});

test("what is taken away while it is recorded ends the recording at once, and is said", async () => {
  const error = await rejectionOf(
    withDrawing((page) => {
      const takenAway = async () => {
        await page.run("stream.getTracks()[0].stop()");
        return Promise.withResolvers<void>().promise;
      };
      return record(page, { ...order, sleep: takenAway });
    }),
  );
  expect(String(error)).toContain(
    "CAMERA_UNAVAILABLE: Chromium gets nothing from the camera: Error: it was taken away while it was recorded",
  );
});

test("a film that is larger than an answer is refused", async () => {
  const error = await rejectionOf(withDrawing((page) => record(page, { ...order, bytesMax: 100 })));
  expect(String(error)).toContain("MEDIA_TOO_LARGE: ");
});
