import { type Json, type Params, wordsAt } from "./page-words.ts";

/** What else the browser lends: behind its own question to the person, and only while the tab is seen. */

export function requireVisible(): void {
  if (document.visibilityState === "visible") return;
  throw new Error("NODE_BACKGROUND_UNAVAILABLE: the tab is in the background");
}

/** Commands that this browser has at all. */
export function ownCommands(): readonly string[] {
  const hasCamera = typeof navigator.mediaDevices?.getUserMedia === "function";
  return [
    ...(hasCamera ? ["camera.list", "camera.snap"] : []),
    ...("geolocation" in navigator ? ["location.get"] : []),
    ...("Notification" in globalThis ? ["system.notify"] : []),
  ];
}

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

export async function snapCamera(params: Params): Promise<Json> {
  requireVisible();
  const facing = params["facing"] === "back" ? "environment" : "user";
  const { deviceId } = params;
  const video =
    typeof deviceId === "string" && deviceId !== "" ? { deviceId: { exact: deviceId } } : { facingMode: facing };
  const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false }).catch((error: unknown) => {
    throw new Error(`CAMERA_PERMISSION_REQUIRED: ${nameOf(error)}`);
  });
  try {
    return await pictureOf(stream, params);
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

async function pictureOf(stream: MediaStream, params: Params): Promise<Json> {
  const video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true, playsInline: true });
  await video.play();
  const delayMs = typeof params["delayMs"] === "number" ? Math.min(10_000, Math.max(0, params["delayMs"])) : 0;
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  const widthMax = typeof params["maxWidth"] === "number" && params["maxWidth"] > 0 ? params["maxWidth"] : 1600;
  const scale = Math.min(1, widthMax / video.videoWidth);
  const [width, height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")?.drawImage(video, 0, 0, width, height);
  const quality = typeof params["quality"] === "number" ? Math.min(1, Math.max(0.05, params["quality"])) : 0.9;
  const url = canvas.toDataURL("image/jpeg", quality);
  return { format: "jpg", base64: url.slice(url.indexOf(",") + 1), width, height };
}

export async function getLocation(params: Params): Promise<Json> {
  requireVisible();
  const timeout = typeof params["timeoutMs"] === "number" ? params["timeoutMs"] : 10_000;
  const maximumAge = typeof params["maxAgeMs"] === "number" ? params["maxAgeMs"] : 0;
  const enableHighAccuracy = params["desiredAccuracy"] === "precise";
  const { coords, timestamp } = await new Promise<GeolocationPosition>((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      resolve,
      (error) => {
        const code = [
          "LOCATION_UNAVAILABLE",
          "LOCATION_PERMISSION_REQUIRED",
          "LOCATION_UNAVAILABLE",
          "LOCATION_TIMEOUT",
        ];
        reject(new Error(`${code[error.code] ?? code[0]}: ${error.message || "the browser has no location"}`));
      },
      { timeout, maximumAge, enableHighAccuracy },
    );
  });
  return {
    lat: coords.latitude,
    lon: coords.longitude,
    accuracyMeters: coords.accuracy,
    ...(coords.altitude !== null && { altitudeMeters: coords.altitude }),
    ...(coords.speed !== null && { speedMps: coords.speed }),
    ...(coords.heading !== null && { headingDeg: coords.heading }),
    timestamp: new Date(timestamp).toISOString(),
    isPrecise: coords.accuracy < 100,
    source: "browser",
  };
}

export async function notify(params: Params): Promise<Json> {
  const title = wordsAt(params, "title").trim();
  const body = wordsAt(params, "body").trim();
  if (title === "" && body === "") throw new Error("INVALID_REQUEST: empty notification");
  if (Notification.permission === "default") await Notification.requestPermission();
  if (Notification.permission !== "granted") throw new Error("NOT_AUTHORIZED: notifications");
  try {
    const shown = new Notification(title || "Clawdia", { body });
    shown.addEventListener("click", () => focus());
  } catch (error) {
    // Phones show them from a service worker only.
    throw new Error(`NOT_AUTHORIZED: notifications (${nameOf(error)})`, { cause: error });
  }
  return null;
}

function positionOf(label: string): "front" | "back" | "unspecified" {
  if (/front|user|facetime/i.test(label)) return "front";
  return /back|rear|environment/i.test(label) ? "back" : "unspecified";
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
