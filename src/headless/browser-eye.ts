import type { Camera } from "./camera.ts";
import type { CameraEye, PictureAsk } from "./camera-commands.ts";
import { type LentPage, withLentPage } from "./lent-page.ts";
import type { Machine } from "./machine.ts";
import { bytesWithin, record } from "./recorder.ts";

/** The cameras of this machine by Chromium, where ffmpeg is missing. */
export interface BrowserEyeParts {
  readonly machine: Machine;
  readonly program: string;
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly args?: readonly string[];
}

export function browserEye({ machine, program, turn, args = [] }: BrowserEyeParts): CameraEye {
  const parts = {
    machine,
    program,
    name: "camera" as const,
    reason: "CAMERA_UNAVAILABLE" as const,
    permissions: ["videoCapture", "audioCapture"],
    hasWindow: false,
    args,
  };
  const ask = <T>(work: (page: LentPage) => Promise<T>, signal: AbortSignal) =>
    turn(() => withLentPage(parts, work, signal));
  return {
    cameras: (signal) => ask(async ({ run }) => JSON.parse(await run(listing)) as Camera[], signal),
    picture: (camera, order, signal) =>
      ask(async ({ run }) => {
        await run(opening(camera, false));
        await machine.clock.sleep(order.delayMs, signal);
        return bytesWithin(await run(pictureScript(order)), order.bytesMax);
      }, signal),
    clip: (camera, { durationMs, wantsSound, bytesMax }, signal) =>
      ask(async (page) => {
        await page.run(opening(camera, wantsSound));
        return record(page, { durationMs, bytesMax, sleep: (ms) => machine.clock.sleep(ms, signal) });
      }, signal),
  };
}

const listing = `(async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  for (const track of stream.getTracks()) track.stop();
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter((one) => one.kind === "videoinput").map((one, index) => ({
    id: one.deviceId, name: one.label || "camera " + (index + 1), position: "unspecified", deviceType: "chromium",
    format: "chromium", input: one.deviceId,
  }));
})().catch(() => [])`;

/** The salt of ids is the profile's, and each picture has a new profile: the camera is found by its name again. */
function opening({ name }: Camera, wantsSound: boolean): string {
  return `(async () => {
  const first = await navigator.mediaDevices.getUserMedia({ video: true });
  for (const track of first.getTracks()) track.stop();
  const all = await navigator.mediaDevices.enumerateDevices();
  const named = all.find((one) => one.kind === "videoinput" && one.label === ${JSON.stringify(name)});
  const video = { width: { ideal: 1920 }, ...(named && { deviceId: { exact: named.deviceId } }) };
  const open = (audio) => navigator.mediaDevices.getUserMedia({ video, audio });
  globalThis.stream = ${wantsSound ? "await open(true).catch(() => open(false))" : "await open(false)"};
  globalThis.screenOf = document.createElement("video");
  screenOf.srcObject = stream;
  screenOf.muted = true;
  await screenOf.play();
})()`;
}

function pictureScript({ widthMax, quality, bytesMax }: PictureAsk): string {
  return `(() => {
  const canvas = document.createElement("canvas");
  for (let width = Math.min(${widthMax}, screenOf.videoWidth), quality = ${quality}; ; width *= 0.8, quality *= 0.8) {
    canvas.width = width;
    canvas.height = width * screenOf.videoHeight / screenOf.videoWidth;
    canvas.getContext("2d").drawImage(screenOf, 0, 0, canvas.width, canvas.height);
    const text = canvas.toDataURL("image/jpeg", quality).split(",")[1];
    if (text.length * 3 / 4 <= ${bytesMax} || width < 160) return text;
  }
})()`;
}
