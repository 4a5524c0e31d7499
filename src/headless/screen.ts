import { Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";
import { nodeCommand, type NodeCommand } from "./command.ts";
import { badParams } from "./failure.ts";
import { type Source, takeFilm } from "./ffmpeg.ts";
import { absent, type Absence, type Machine } from "./machine.ts";
import { base64Of, clampedMs, mediaBytesMax } from "./media-size.ts";

/** screen.record: the whole screen, by ffmpeg, from X11 or macOS. */

const { lenient, optional } = shape;

export interface ScreenParts {
  readonly machine: Machine;
  readonly isEnabled: boolean;
  readonly sound: Source | undefined;
  /** One recording at a time. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
}

const durationDefaultMs = 10_000;
const fpsDefault = 10;
const fpsMax = 60;

export function screenCommand({ machine, isEnabled, sound, turn }: ScreenParts): NodeCommand | Absence {
  const name = "screen.record";
  if (!isEnabled) return absent(name, "it is switched off: node.screen.enabled in the config");
  const screen = screenOf(machine);
  if ("why" in screen) return screen;
  if (machine.which("ffmpeg") === undefined) return absent(name, "ffmpeg is missing: apt-get install ffmpeg");
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
      const voice = includeAudio ? sound : undefined;
      const film = {
        video: screen,
        videoOptions: ["-framerate", String(fps)],
        sound: voice,
        durationMs,
        bytesMax: mediaBytesMax(job.answerCharsMax),
        reason: "SCREEN_UNAVAILABLE" as const,
      };
      const bytes = await turn(() => takeFilm(machine, film, job.signal));
      return { format, base64: base64Of(bytes), durationMs, fps, screenIndex, hasAudio: voice !== undefined };
    },
  });
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
