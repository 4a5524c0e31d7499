import { Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";
import { filmByBrowser, type ScreenAsk } from "./browser-screen.ts";
import { nodeCommand, type NodeCommand } from "./command.ts";
import { badParams } from "./failure.ts";
import { type Source, takeFilm } from "./ffmpeg.ts";
import { absent, type Absence, type Machine } from "./machine.ts";
import { base64Of, clampedMs, mediaBytesMax } from "./media-size.ts";
import type { Recording } from "./recorder.ts";

/** screen.record: the whole screen, by ffmpeg, from X11 or macOS; by Chromium from X11, where ffmpeg is missing. */

const { lenient, optional } = shape;

export interface ScreenParts {
  readonly machine: Machine;
  readonly isEnabled: boolean;
  readonly sound: Source | undefined;
  /** Chromium, where there is one. */
  readonly browser: string | undefined;
  /** One recording at a time. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
}

type Film = (ask: ScreenAsk, signal: AbortSignal) => Promise<Recording>;

const durationDefaultMs = 10_000;
const fpsDefault = 10;
const fpsMax = 60;

export function screenCommand(parts: ScreenParts): NodeCommand | Absence {
  const name = "screen.record";
  if (!parts.isEnabled) return absent(name, "it is switched off: node.screen.enabled in the config");
  const film = filmOf(parts);
  if ("why" in film) return film;
  return nodeCommand({
    name,
    params: lenient({
      screenIndex: optional(Type.Integer({ minimum: 0, maximum: 16 })),
      durationMs: optional(Type.Number()),
      fps: optional(Type.Number()),
      format: optional(Type.String()),
      includeAudio: optional(Type.Boolean()),
    }),
    run: async ({ screenIndex = 0, durationMs: asked, fps: askedFps, format = "mp4", includeAudio = false }, job) => {
      if (format !== "mp4") throw badParams("screen format must be mp4");
      if (screenIndex !== 0) throw badParams("screenIndex must be 0: the whole screen is one");
      const durationMs = clampedMs(asked, durationDefaultMs);
      const fps = Math.round(Math.min(fpsMax, Math.max(1, askedFps ?? fpsDefault)));
      const ask = { fps, durationMs, wantsSound: includeAudio, bytesMax: mediaBytesMax(job.answerCharsMax) };
      const { bytes, format: kind, hasSound } = await parts.turn(() => film(ask, job.signal));
      return { format: kind, base64: base64Of(bytes), durationMs, fps, screenIndex, hasAudio: hasSound };
    },
  });
}

function filmOf({ machine, sound, browser }: ScreenParts): Film | Absence {
  const screen = screenOf(machine);
  if ("why" in screen) return screen;
  if (machine.which("ffmpeg") !== undefined) return filmByFfmpeg(machine, screen, sound);
  if (browser === undefined || machine.platform === "darwin") {
    const missing = machine.platform === "darwin" ? "ffmpeg is" : "ffmpeg and Chromium are";
    return absent("screen.record", `${missing} missing: apt-get install ffmpeg`);
  }
  return (ask, signal) => filmByBrowser(machine, browser, ask, signal);
}

function filmByFfmpeg(machine: Machine, screen: Source, sound: Source | undefined): Film {
  return async ({ fps, durationMs, wantsSound, bytesMax }, signal) => {
    const voice = wantsSound ? sound : undefined;
    const order = {
      video: screen,
      videoOptions: ["-framerate", String(fps)],
      sound: voice,
      durationMs,
      bytesMax,
      reason: "SCREEN_UNAVAILABLE" as const,
    };
    return { bytes: await takeFilm(machine, order, signal), format: "mp4", hasSound: voice !== undefined };
  };
}

/** Under Wayland the X11 screen is there too, and black. */
function screenOf({ platform, environment }: Machine): Source | Absence {
  if (platform === "darwin") return { format: "avfoundation", input: "Capture screen 0:none" };
  if (environment["WAYLAND_DISPLAY"] || environment["XDG_SESSION_TYPE"] === "wayland") {
    return absent("screen.record", "Wayland lets no program record the screen: log in to an X11 session");
  }
  const display = environment["DISPLAY"];
  if (!display) return absent("screen.record", "there is no screen: DISPLAY is not set");
  return { format: "x11grab", input: display };
}
