import type { Config } from "../config/index.ts";
import { camerasOf, soundOf } from "./camera.ts";
import type { CameraEye } from "./camera-commands.ts";
import { takeFilm, takePicture } from "./ffmpeg.ts";
import type { Machine } from "./machine.ts";

/** The cameras of this machine by ffmpeg, each for one at a time. */
export function ffmpegEye(
  machine: Machine,
  settings: Config["node"]["camera"],
  turn: <T>(work: () => Promise<T>) => Promise<T>,
): CameraEye {
  const sound = soundOf(machine, settings);
  const videoOptions = machine.platform === "darwin" ? ["-framerate", "30"] : [];
  return {
    cameras: async () => camerasOf(machine, settings),
    picture: (video, ask, signal) => turn(() => takePicture(machine, { video, ...ask }, signal)),
    clip: (video, { durationMs, wantsSound, bytesMax }, signal) =>
      turn(async () => {
        const heard = wantsSound ? sound : undefined;
        const film = { video, videoOptions, sound: heard, durationMs, bytesMax, reason: "CAMERA_UNAVAILABLE" as const };
        const bytes = await takeFilm(machine, film, signal);
        return { bytes, format: "mp4", hasSound: heard !== undefined };
      }),
  };
}
