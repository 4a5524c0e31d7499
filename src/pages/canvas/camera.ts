import { base64OfFile } from "../shared/bytes.ts";
import { type Lent, nameOf, requireVisible, siteSettings } from "./abilities.ts";
import type { Json, Params } from "./page-words.ts";

/** The browser's cameras: a picture, or a short film. The browser asks the person, and shows that it films. */

interface Span {
  readonly usual: number;
  readonly min: number;
  readonly max: number;
}

const clipMs: Span = { usual: 3_000, min: 250, max: 60_000 };
/** A film is one frame of the wire with its text a third longer than itself: a long one is coarser. */
const clipBytesMax = 14 * 1024 * 1024;
const clipBitsMax = 2_500_000;
/** The first that the browser can make: what every player knows comes first. */
const clipTypes = [
  "video/mp4;codecs=avc1.42E01E,mp4a.40.2",
  "video/mp4;codecs=avc1.42E01E,opus",
  "video/mp4",
  "video/webm;codecs=vp8,opus",
  "video/webm",
];

export async function listCameras(): Promise<Json> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return {
    devices: devices
      .filter(({ kind }) => kind === "videoinput")
      .map(({ deviceId, label }, index) => ({
        id: deviceId,
        name: label || `Camera ${index + 1}`,
        position: positionOf(label),
        deviceType: "browser",
      })),
  };
}

export async function snapCamera(params: Params, { signal, watched }: Lent): Promise<Json> {
  requireVisible();
  return whileOpen(await openCamera(params, false), signal, (stream) => {
    watched("your agent takes a picture");
    return pictureOf(stream, params);
  });
}

export async function clipCamera(params: Params, { signal, watched }: Lent): Promise<Json> {
  requireVisible();
  const wantsAudio = params["includeAudio"] !== false;
  const durationMs = numberIn(params, "durationMs", clipMs);
  return whileOpen(await openCamera(params, wantsAudio), signal, (stream) => {
    watched("your agent films", durationMs);
    return filmOf(stream, durationMs);
  });
}

async function whileOpen(
  stream: MediaStream,
  signal: AbortSignal,
  work: (stream: MediaStream) => Promise<Json>,
): Promise<Json> {
  try {
    return signal.aborted ? null : await work(stream);
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

async function openCamera(params: Params, wantsAudio: boolean): Promise<MediaStream> {
  const { deviceId } = params;
  const facing = params["facing"] === "back" ? "environment" : "user";
  const video =
    typeof deviceId === "string" && deviceId !== "" ? { deviceId: { exact: deviceId } } : { facingMode: facing };
  // A machine with a camera and no microphone films without sound.
  const audio = wantsAudio && (await hasMicrophone());
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio });
  } catch (error) {
    throw new Error(refusalOf(nameOf(error), audio), { cause: error });
  }
}

async function hasMicrophone(): Promise<boolean> {
  return (await navigator.mediaDevices.enumerateDevices()).some(({ kind }) => kind === "audioinput");
}

function refusalOf(name: string, withAudio: boolean): string {
  const what = withAudio ? "camera and microphone" : "camera";
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return `CAMERA_PERMISSION_REQUIRED: the browser of this screen does not lend its ${what}: ${siteSettings}`;
    case "NotFoundError":
    case "OverconstrainedError":
      return "CAMERA_UNAVAILABLE: this screen has no such camera; camera.list names those that it has";
    case "NotReadableError":
    case "AbortError":
      return "CAMERA_UNAVAILABLE: another program has the camera of this screen: close it there";
    default:
      return `CAMERA_UNAVAILABLE: the browser of this screen gives no picture (${name})`;
  }
}

async function pictureOf(stream: MediaStream, params: Params): Promise<Json> {
  const video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true, playsInline: true });
  await video.play();
  const delayMs = numberIn(params, "delayMs", { usual: 0, min: 0, max: 10_000 });
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  const widthMax = numberIn(params, "maxWidth", { usual: 1600, min: 1, max: 8_192 });
  const scale = Math.min(1, widthMax / video.videoWidth);
  const [width, height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")?.drawImage(video, 0, 0, width, height);
  const url = canvas.toDataURL("image/jpeg", numberIn(params, "quality", { usual: 0.9, min: 0.05, max: 1 }));
  return { format: "jpg", base64: url.slice(url.indexOf(",") + 1), width, height };
}

async function filmOf(stream: MediaStream, durationMs: number): Promise<Json> {
  const mimeType = clipTypes.find((type) => MediaRecorder.isTypeSupported(type));
  if (mimeType === undefined) throw new Error("CAMERA_UNAVAILABLE: the browser of this screen makes no films");
  const videoBitsPerSecond = Math.min(clipBitsMax, Math.floor((clipBytesMax * 8_000) / durationMs));
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond });
  const pieces: Blob[] = [];
  const { promise: stopped, resolve, reject } = Promise.withResolvers<void>();
  recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
  recorder.addEventListener("stop", () => resolve());
  recorder.addEventListener("error", () => reject(new Error("CAMERA_UNAVAILABLE: the film broke off")));
  recorder.start();
  const timer = setTimeout(() => recorder.stop(), durationMs);
  // A camera that is pulled out ends the film.
  await stopped.finally(() => clearTimeout(timer));
  const film = new Blob(pieces);
  if (film.size === 0) throw new Error("CAMERA_UNAVAILABLE: the camera gave no picture");
  return {
    format: mimeType.startsWith("video/mp4") ? "mp4" : "webm",
    base64: await base64OfFile(film),
    durationMs,
    hasAudio: stream.getAudioTracks().length > 0,
  };
}

function numberIn(params: Params, name: string, { usual, min, max }: Span): number {
  const value = params[name];
  return typeof value === "number" && value > 0 ? Math.min(max, Math.max(min, value)) : usual;
}

function positionOf(label: string): "front" | "back" | "unspecified" {
  if (/front|user|facetime/i.test(label)) return "front";
  return /back|rear|environment/i.test(label) ? "back" : "unspecified";
}
