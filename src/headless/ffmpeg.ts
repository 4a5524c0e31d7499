import { failed, type FailureReason } from "./failure.ts";
import type { Machine } from "./machine.ts";
import { runToEnd } from "./program.ts";

/** Pictures and films by ffmpeg, never larger than an answer to the gateway may be. */

export interface Source {
  readonly format: string;
  readonly input: string;
}

export interface FilmOrder {
  readonly video: Source;
  /** Before the video's `-i`: frame rate, size. */
  readonly videoOptions?: readonly string[];
  readonly sound: Source | undefined;
  readonly durationMs: number;
  readonly bytesMax: number;
  /** Who says that it failed. */
  readonly reason: FailureReason;
}

export interface PictureOrder {
  readonly video: Source;
  /** Skipped at the beginning, while a camera finds its light. */
  readonly delayMs: number;
  readonly widthMax: number;
  /** 0 to 1. */
  readonly quality: number;
  readonly bytesMax: number;
}

const plain = ["-hide_banner", "-nostdin", "-loglevel", "error"];
/** A film that moves a lot is made coarser than this instead of larger. */
const bitsPerSecondMax = 6_000_000;
const bitsPerSecondMin = 100_000;
const soundBitsPerSecond = 96_000;
/** Of what would fit: an encoder does not keep to its rate by the bit. */
const rateMargin = 0.8;
/** ffmpeg's scale for JPEG, from the best to the worst. */
const jpegBest = 2;
const jpegWorst = 31;

/** A JPEG. A picture that is too large is made coarser, then smaller. */
export async function takePicture(machine: Machine, order: PictureOrder, signal: AbortSignal): Promise<Uint8Array> {
  const { video, delayMs } = order;
  let jpeg = Math.round(jpegBest + (1 - Math.min(1, Math.max(0.05, order.quality))) * (jpegWorst - jpegBest));
  let width = order.widthMax;
  for (;;) {
    // The comma is escaped: in a filter it begins the next one.
    const filter = `scale=min(${Math.round(width)}\\,iw):-2`;
    const from = ["-f", video.format, "-i", video.input, "-ss", String(delayMs / 1000)];
    const to = ["-frames:v", "1", "-vf", filter, "-q:v", String(jpeg), "-f", "mjpeg", "pipe:1"];
    const args = [...plain, ...from, ...to];
    const result = await runToEnd(machine, { command: "ffmpeg", args, bytesMax: order.bytesMax }, signal);
    if (result.kind === "failed" || (result.kind === "done" && result.bytes.length === 0)) {
      throw failed("CAMERA_UNAVAILABLE", `the camera ${video.input} gives no picture: ${result.words}`);
    }
    if (result.kind === "done") return result.bytes;
    if (width < 160) throw failed("MEDIA_TOO_LARGE", "the picture does not fit into an answer");
    if (jpeg >= 15) width *= 0.7;
    jpeg = Math.min(jpegWorst, jpeg + 6);
  }
}

/** An MP4 (H.264, AAC) that plays from its first bytes on. */
export async function takeFilm(machine: Machine, order: FilmOrder, signal: AbortSignal): Promise<Uint8Array> {
  const { video, videoOptions = [], sound, durationMs, bytesMax, reason } = order;
  const queue = ["-thread_queue_size", "512"];
  const from = [...queue, "-f", video.format, ...videoOptions, "-i", video.input];
  const heard = sound ? [...queue, "-f", sound.format, "-i", sound.input] : [];
  const picture = ["-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2", "-pix_fmt", "yuv420p"];
  const rate = rateOptions(durationMs, bytesMax, sound !== undefined);
  const video264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "26", ...rate];
  const aac = sound ? ["-c:a", "aac", "-b:a", String(soundBitsPerSecond)] : ["-an"];
  // Without a seekable end the index is spread over the film.
  const mp4 = ["-movflags", "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4", "pipe:1"];
  const time = ["-t", String(durationMs / 1000)];
  const args = [...plain, ...from, ...heard, ...time, ...picture, ...video264, ...aac, ...mp4];
  const result = await runToEnd(machine, { command: "ffmpeg", args, bytesMax }, signal);
  if (result.kind === "too-large") {
    throw failed("MEDIA_TOO_LARGE", `the film is larger than an answer may be; ask for less than ${durationMs} ms`);
  }
  if (result.kind === "done" && result.bytes.length > 0) return result.bytes;
  throw failed(reason, `nothing could be recorded from ${video.input}: ${result.words}`);
}

function rateOptions(durationMs: number, bytesMax: number, hasSound: boolean): readonly string[] {
  const fitting = ((bytesMax * 8) / (durationMs / 1000)) * rateMargin - (hasSound ? soundBitsPerSecond : 0);
  const rate = Math.round(Math.min(bitsPerSecondMax, Math.max(bitsPerSecondMin, fitting)));
  // A small buffer: a short film has no time to make up for a large first picture.
  return ["-maxrate", String(rate), "-bufsize", String(Math.round(rate / 4))];
}
