import { type Json, type Params, wordsAt } from "./page-words.ts";

/** What else the browser lends: behind its own question to the person, and only while the tab is seen. */

/** What an ability is lent while somebody waits for it. */
export interface Lent {
  /** Aborted when nobody waits any more: what comes late is not done behind the asker's back. */
  readonly signal: AbortSignal;
  /** The person sees what the agent sees of them. */
  readonly watched: (words: string, forMs?: number) => void;
  /** The person's yes, by a press: some browsers ask their own question only then. */
  readonly consent: (question: string) => Promise<boolean>;
}

/** What the person at the screen does when the browser said no for them. */
export const siteSettings = "somebody must allow it there, in the browser's settings for this page";

export function requireVisible(): void {
  if (document.visibilityState === "visible") return;
  throw new Error("NODE_BACKGROUND_UNAVAILABLE: the tab is in the background: bring it to the front on that screen");
}

/** Commands that this browser has at all. */
export function ownCommands(): readonly string[] {
  const hasCamera = typeof navigator.mediaDevices?.getUserMedia === "function";
  return [
    ...(hasCamera ? ["camera.list", "camera.snap"] : []),
    ...(hasCamera && "MediaRecorder" in globalThis ? ["camera.clip"] : []),
    ...("geolocation" in navigator ? ["location.get"] : []),
    ...("Notification" in globalThis ? ["system.notify"] : []),
  ];
}

/** What each of the browser's questions to the person is about, and the code of an answer that did not come. */
const questions: Readonly<Record<string, readonly [permission: string, code: string]>> = {
  "camera.snap": ["camera", "CAMERA_PERMISSION_REQUIRED"],
  "camera.clip": ["camera", "CAMERA_PERMISSION_REQUIRED"],
  "location.get": ["geolocation", "LOCATION_PERMISSION_REQUIRED"],
  "system.notify": ["notifications", "NOT_AUTHORIZED"],
};

/** Whoever asks is told in time that a question stands on the screen and nobody answers it. */
export async function answeredInTime(
  command: string,
  withinMs: number,
  work: (signal: AbortSignal) => Promise<Json>,
): Promise<Json> {
  const over = new AbortController();
  const question = questions[command];
  if (!question) return work(over.signal);
  const [permission, code] = question;
  const late = Promise.withResolvers<Json>();
  const complain = async () => {
    if (!(await isAsked(permission))) return;
    over.abort();
    const words = "this screen asks the person there, and nobody answered yet";
    late.reject(new Error(`${code}: ${words}: answer there, and ask again`));
  };
  const timer = setTimeout(() => void complain(), withinMs);
  try {
    return await Promise.race([work(over.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function isAsked(permission: string): Promise<boolean> {
  const name = permission as PermissionName;
  const status = await navigator.permissions?.query({ name }).catch(() => undefined);
  return status?.state !== "granted";
}

const locationRefusals = [
  "LOCATION_UNAVAILABLE: the browser of this screen has no location",
  `LOCATION_PERMISSION_REQUIRED: the browser of this screen does not say where it is: ${siteSettings}`,
  "LOCATION_UNAVAILABLE: the browser of this screen does not know where it is now",
  "LOCATION_TIMEOUT: the browser of this screen did not find out in time where it is",
] as const;

export async function getLocation(params: Params): Promise<Json> {
  requireVisible();
  const timeout = typeof params["timeoutMs"] === "number" ? params["timeoutMs"] : 10_000;
  const maximumAge = typeof params["maxAgeMs"] === "number" ? params["maxAgeMs"] : 0;
  const enableHighAccuracy = params["desiredAccuracy"] === "precise";
  const { coords, timestamp } = await new Promise<GeolocationPosition>((resolve, reject) => {
    const refuse = ({ code }: GeolocationPositionError) =>
      reject(new Error(locationRefusals[code] ?? locationRefusals[0]));
    navigator.geolocation.getCurrentPosition(resolve, refuse, { timeout, maximumAge, enableHighAccuracy });
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

export async function notify(params: Params, { signal, consent }: Lent): Promise<Json> {
  const title = wordsAt(params, "title").trim();
  const body = wordsAt(params, "body").trim();
  if (title === "" && body === "") throw new Error("INVALID_REQUEST: empty notification");
  if (Notification.permission === "default" && (await consent("Your agent wants to show notifications here."))) {
    await Notification.requestPermission();
  }
  if (Notification.permission !== "granted") {
    throw new Error(`NOT_AUTHORIZED: the browser of this screen shows no notifications: ${siteSettings}`);
  }
  if (signal.aborted) return null;
  const shownAs = title || "Clawdia";
  const worker = await notifier();
  if (worker) await worker.showNotification(shownAs, { body });
  else new Notification(shownAs, { body }).addEventListener("click", () => focus());
  return null;
}

/** Phones show notifications of a service worker only; a browser without one shows the page's own. */
async function notifier(): Promise<ServiceWorkerRegistration | undefined> {
  const registered = await navigator.serviceWorker?.register("worker.js").catch(() => undefined);
  return registered && navigator.serviceWorker.ready;
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
