import { Type } from "@sinclair/typebox";
import { imageSizeOf } from "../lib/index.ts";
import { shape } from "../protocol/index.ts";
import { type Camera, type CameraChoice, chooseCamera } from "./camera.ts";
import { nodeCommand, type NodeCommand } from "./command.ts";
import { badParams, failed } from "./failure.ts";
import { base64Of, clampedMs, mediaBytesMax } from "./media-size.ts";
import type { Recording } from "./recorder.ts";

/** camera.*, as section 10.4 of the wire document has them. */

const { lenient, oneOf, optional, text } = shape;

export interface PictureAsk {
  readonly delayMs: number;
  readonly widthMax: number;
  readonly quality: number;
  readonly bytesMax: number;
}

export interface ClipAsk {
  readonly durationMs: number;
  readonly wantsSound: boolean;
  readonly bytesMax: number;
}

/** What takes pictures: ffmpeg, or Chromium where that is missing. */
export interface CameraEye {
  readonly cameras: (signal: AbortSignal) => Promise<readonly Camera[]>;
  /** A JPEG. */
  readonly picture: (camera: Camera, ask: PictureAsk, signal: AbortSignal) => Promise<Uint8Array>;
  readonly clip: (camera: Camera, ask: ClipAsk, signal: AbortSignal) => Promise<Recording>;
}

/** As with the other nodes: a picture is at most 5 MiB of base64. */
const pictureBytesMax = 3_932_160;
const widthDefault = 1600;
const clipDefaultMs = 3_000;

const choice = { facing: optional(oneOf("front", "back")), deviceId: optional(text(256)) };

export function cameraCommands(eye: CameraEye): readonly NodeCommand[] {
  return [
    nodeCommand({
      name: "camera.list",
      params: lenient({}),
      run: async (_params, { signal }) => {
        const cameras = await eye.cameras(signal);
        return { devices: cameras.map(({ id, name, position, deviceType }) => ({ id, name, position, deviceType })) };
      },
    }),
    snap(eye),
    clip(eye),
  ];
}

function snap(eye: CameraEye): NodeCommand {
  return nodeCommand({
    name: "camera.snap",
    params: lenient({
      ...choice,
      maxWidth: optional(Type.Number({ minimum: 16, maximum: 16_384 })),
      quality: optional(Type.Number({ minimum: 0, maximum: 1 })),
      format: optional(oneOf("jpg", "jpeg")),
      delayMs: optional(Type.Number({ minimum: 0, maximum: 10_000 })),
    }),
    run: async (params, { signal, answerCharsMax }) => {
      const camera = await chosen(eye, params, signal);
      const { delayMs = 0, maxWidth: widthMax = widthDefault, quality = 0.9 } = params;
      const bytesMax = Math.min(pictureBytesMax, mediaBytesMax(answerCharsMax));
      const bytes = await eye.picture(camera, { delayMs, widthMax, quality, bytesMax }, signal);
      const size = imageSizeOf(bytes);
      if (!size) throw failed("CAMERA_UNAVAILABLE", `the camera ${camera.id} gave no picture`);
      return { format: "jpg", base64: base64Of(bytes), ...size };
    },
  });
}

function clip(eye: CameraEye): NodeCommand {
  return nodeCommand({
    name: "camera.clip",
    params: lenient({
      ...choice,
      durationMs: optional(Type.Number()),
      includeAudio: optional(Type.Boolean()),
      format: optional(Type.Literal("mp4")),
    }),
    run: async (params, { signal, answerCharsMax }) => {
      const camera = await chosen(eye, params, signal);
      const durationMs = clampedMs(params.durationMs, clipDefaultMs);
      const ask = { durationMs, wantsSound: params.includeAudio ?? true, bytesMax: mediaBytesMax(answerCharsMax) };
      const { bytes, format, hasSound } = await eye.clip(camera, ask, signal);
      return { format, base64: base64Of(bytes), durationMs, hasAudio: hasSound };
    },
  });
}

async function chosen(eye: CameraEye, choiceOfCaller: CameraChoice, signal: AbortSignal): Promise<Camera> {
  const cameras = await eye.cameras(signal);
  const camera = chooseCamera(cameras, choiceOfCaller);
  if (camera) return camera;
  if (cameras.length === 0) throw failed("CAMERA_UNAVAILABLE", "there is no camera any more");
  const known = cameras.map(({ id }) => id).join(", ");
  throw badParams(`deviceId ${JSON.stringify(choiceOfCaller.deviceId?.slice(0, 64))} is no camera; there are ${known}`);
}
