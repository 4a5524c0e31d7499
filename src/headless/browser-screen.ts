import { deadline, unlessAborted } from "../lib/index.ts";
import { failed } from "./failure.ts";
import { type LentPage, type LentPageParts, PageGone, withLentPage } from "./lent-page.ts";
import type { Machine } from "./machine.ts";
import { record, type Recording } from "./recorder.ts";

/** The screen by Chromium, where ffmpeg is missing. */

export interface ScreenAsk {
  readonly fps: number;
  readonly durationMs: number;
  readonly wantsSound: boolean;
  readonly bytesMax: number;
}

/** What Chromium calls the one screen of a machine; with several it has other names for them, and asks. */
const screenName = "Entire screen";
const unsharedWords =
  "Chromium finds not the one screen that it can record: see whether DISPLAY is right; several need ffmpeg " +
  "(apt-get install ffmpeg)";
/** Without a wish a film is no wider than the screen that a browser without a window believes in. */
const widthMax = 7_680;
/** Chromium answers at once, or has asked a question that nobody sees. */
const answerMsMax = 5_000;

/** By a Chromium without a window. Where no window manager ever was it ends, and one with a window can. */
export async function filmByBrowser(
  machine: Machine,
  program: string,
  ask: ScreenAsk,
  signal: AbortSignal,
): Promise<Recording> {
  try {
    return await filmBy({ machine, program, hasWindow: false }, ask, signal);
  } catch (error) {
    if (!(error instanceof PageGone)) throw error;
    // It shows its bar "… is sharing your screen". With a window manager its window would be in the film, too.
    return await filmBy({ machine, program, hasWindow: true }, ask, signal);
  }
}

type Means = Pick<LentPageParts, "machine" | "program" | "hasWindow">;

function filmBy(means: Means, ask: ScreenAsk, signal: AbortSignal): Promise<Recording> {
  const { clock } = means.machine;
  const { fps, durationMs, wantsSound, bytesMax } = ask;
  const parts = {
    ...means,
    name: "screen" as const,
    reason: "SCREEN_UNAVAILABLE" as const,
    permissions: ["displayCapture", "audioCapture"],
    args: [`--auto-select-desktop-capture-source=${screenName}`],
  };
  const film = async (page: LentPage) => {
    await share(page, opening(fps, wantsSound), { clock, signal });
    return record(page, { durationMs, bytesMax, sleep: (ms) => clock.sleep(ms, signal) });
  };
  return withLentPage(parts, film, signal);
}

async function share({ run }: LentPage, script: string, { clock, signal }: Pick<Machine, "clock"> & Waiting) {
  using limit = deadline(clock, answerMsMax, signal);
  try {
    await unlessAborted(run(script), limit.signal);
  } catch (error) {
    if (!limit.isOver) throw error;
    throw failed("SCREEN_UNAVAILABLE", unsharedWords, error);
  }
}

interface Waiting {
  readonly signal: AbortSignal;
}

function opening(fps: number, wantsSound: boolean): string {
  return `(async () => {
  const video = { displaySurface: "monitor", width: { ideal: ${widthMax} }, frameRate: { ideal: ${fps}, max: ${fps} } };
  const screen = await navigator.mediaDevices.getDisplayMedia({ video, audio: false, monitorTypeSurfaces: "include" });
  const tracks = screen.getVideoTracks();
  if (tracks[0].getSettings().displaySurface !== "monitor") throw new Error("it took a window for the screen");
  const heard = ${wantsSound} && await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => undefined);
  globalThis.stream = new MediaStream([...tracks, ...(heard ? heard.getAudioTracks() : [])]);
})()`;
}
