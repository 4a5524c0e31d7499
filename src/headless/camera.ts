import type { Config } from "../config/index.ts";
import type { Machine } from "./machine.ts";
import type { Source } from "./ffmpeg.ts";

/** Which cameras there are, and which one is meant. Looking costs nothing and opens none. */

export type Position = "front" | "back" | "unspecified";

export interface Camera extends Source {
  readonly id: string;
  readonly name: string;
  readonly position: Position;
  readonly deviceType: string;
}

export interface CameraChoice {
  readonly deviceId?: string | undefined;
  readonly facing?: "front" | "back" | undefined;
}

type Settings = Config["node"]["camera"];

const linuxClass = "/sys/class/video4linux";

/** Those of the config first: they are there on purpose. */
export function camerasOf(machine: Machine, settings: Settings): readonly Camera[] {
  const named = settings.sources.map(({ id, name = id, position, format, input }) => {
    return { id, name, position, format, input, deviceType: format };
  });
  if (machine.platform === "darwin") return [...named, macCamera];
  return [...named, ...linuxCameras(machine)];
}

/** An unknown id is nobody's camera; a side that no camera names is any camera. */
export function chooseCamera(cameras: readonly Camera[], { deviceId, facing }: CameraChoice): Camera | undefined {
  if (deviceId !== undefined && deviceId !== "") return cameras.find(({ id }) => id === deviceId);
  return cameras.find(({ position }) => position === facing) ?? cameras[0];
}

/** The microphone of the config, or PulseAudio's (PipeWire answers in its name), or none. */
export function soundOf({ platform, environment, exists }: Machine, settings: Settings): Source | undefined {
  if (settings.sound) return settings.sound;
  if (platform === "darwin") return { format: "avfoundation", input: ":default" };
  const runtime = environment["XDG_RUNTIME_DIR"];
  const hasPulse = Boolean(environment["PULSE_SERVER"]) || (runtime !== undefined && exists(`${runtime}/pulse/native`));
  return hasPulse ? { format: "pulse", input: "default" } : undefined;
}

const macCamera: Camera = {
  id: "default",
  name: "The Mac's camera",
  position: "front",
  deviceType: "avfoundation",
  format: "avfoundation",
  input: "default:none",
};

/** A camera has several nodes; the one with index 0 gives pictures. */
function linuxCameras({ list, read, exists }: Machine): Camera[] {
  return list(linuxClass)
    .filter((node) => /^video\d+$/.test(node) && (read(`${linuxClass}/${node}/index`) ?? "0").trim() === "0")
    .toSorted((left, right) => Number(left.slice(5)) - Number(right.slice(5)))
    .filter((node) => exists(`/dev/${node}`))
    .map((node) => {
      const name = read(`${linuxClass}/${node}/name`)?.trim() || node;
      const input = `/dev/${node}`;
      return {
        id: input,
        name: name.slice(0, 128),
        position: "unspecified",
        deviceType: "v4l2",
        format: "v4l2",
        input,
      };
    });
}
