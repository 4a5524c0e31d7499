import { emptyFolder, joinPath, unlessAborted } from "../lib/index.ts";
import { Browser } from "./browser.ts";
import type { Camera } from "./camera.ts";
import type { CameraEye, ClipAsk, PictureAsk } from "./camera-commands.ts";
import { evaluate } from "./evaluate.ts";
import { failed, NodeFailure } from "./failure.ts";
import type { Machine } from "./machine.ts";

/**
 * The cameras of this machine by Chromium, where ffmpeg is missing. It is a browser of its own that lives for one
 * picture: the page that agents show never has the camera.
 */
export interface BrowserEyeParts {
  readonly machine: Machine;
  readonly program: string;
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly args?: readonly string[];
}

/** Cameras are lent to secure origins only. Nothing is asked at this one: the page is ours. */
const origin = "https://camera.clawdia.invalid";
const page = "<!doctype html><title>camera</title>";

export function browserEye(parts: BrowserEyeParts): CameraEye {
  const ask = <T>(work: (browser: Browser) => Promise<T>, signal: AbortSignal) =>
    parts.turn(() => withBrowser(parts, work, signal));
  return {
    cameras: (signal) => ask(async (browser) => JSON.parse(await evaluate(browser, listing)) as Camera[], signal),
    picture: (camera, order, signal) =>
      ask(async (browser) => {
        await take(browser, opening(camera, false));
        await parts.machine.clock.sleep(order.delayMs, signal);
        return bytesOf(await take(browser, pictureScript(order)), order.bytesMax);
      }, signal),
    clip: (camera, order, signal) =>
      ask(async (browser) => {
        await take(browser, opening(camera, order.wantsSound));
        await take(browser, recording(order));
        await parts.machine.clock.sleep(order.durationMs, signal);
        const said = JSON.parse(await take(browser, finishing)) as { base64: string; hasSound: boolean };
        return { bytes: bytesOf(said.base64, order.bytesMax), hasSound: said.hasSound };
      }, signal),
  };
}

async function withBrowser<T>(
  { machine, program, args = [] }: BrowserEyeParts,
  work: (browser: Browser) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const profileFolder = joinPath(machine.folder, "camera-browser");
  emptyFolder(profileFolder);
  const browser = await Browser.start(machine, { program, profileFolder, isVisible: false, args }, signal);
  try {
    await unlessAborted(openPage(browser), signal);
    return await unlessAborted(work(browser), signal);
  } finally {
    browser.kill();
    await browser.ended;
    emptyFolder(profileFolder);
  }
}

async function openPage(browser: Browser): Promise<void> {
  const body = Buffer.from(page).toString("base64");
  const loaded = Promise.withResolvers<void>();
  browser.on("Page.loadEventFired", () => loaded.resolve());
  browser.on("Fetch.requestPaused", ({ requestId }) => {
    const responseHeaders = [{ name: "content-type", value: "text/html" }];
    browser.page("Fetch.fulfillRequest", { requestId, responseCode: 200, responseHeaders, body }).catch(loaded.reject);
  });
  await browser.whole("Browser.grantPermissions", { origin, permissions: ["videoCapture", "audioCapture"] });
  await browser.page("Fetch.enable", { patterns: [{ urlPattern: "*" }] });
  await browser.page("Page.navigate", { url: `${origin}/` });
  await loaded.promise;
}

async function take(browser: Browser, script: string): Promise<string> {
  try {
    return await evaluate(browser, script);
  } catch (error) {
    if (!(error instanceof NodeFailure) || !error.message.startsWith("CANVAS_EVAL_FAILED")) throw error;
    const words = error.message.replace(/^CANVAS_EVAL_FAILED: /, "").split("\n")[0]!;
    throw failed("CAMERA_UNAVAILABLE", `Chromium gets nothing from the camera: ${words}`, error);
  }
}

function bytesOf(base64: string, bytesMax: number): Uint8Array {
  const bytes = Uint8Array.fromBase64(base64);
  if (bytes.length <= bytesMax) return bytes;
  throw failed("MEDIA_TOO_LARGE", `${bytes.length} bytes do not fit into an answer; ask for less`);
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

function recording({ durationMs, bytesMax }: ClipAsk): string {
  const bits = Math.round(Math.min(6_000_000, ((bytesMax * 8) / (durationMs / 1000)) * 0.7));
  return `(() => {
  const mimeType = ["video/mp4;codecs=avc1.42E01E,mp4a.40.2", "video/mp4;codecs=avc1.42E01E,opus", "video/mp4"]
    .find((type) => MediaRecorder.isTypeSupported(type));
  if (!mimeType) throw new Error("this Chromium records no MP4: install ffmpeg");
  globalThis.recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: ${bits} });
  globalThis.pieces = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  recorder.start(500);
})()`;
}

const finishing = `(async () => {
  const stopped = new Promise((resolve, reject) => { recorder.onstop = resolve; recorder.onerror = reject; });
  recorder.stop();
  await stopped;
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return JSON.stringify({ base64: btoa(text), hasSound: stream.getAudioTracks().length > 0 });
})()`;
