import { failed } from "./failure.ts";
import type { LentPage } from "./lent-page.ts";

/** A film by Chromium's recorder, of the `stream` that a page of ours holds. */

export interface RecordingOrder {
  readonly durationMs: number;
  readonly bytesMax: number;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface Recording {
  readonly bytes: Uint8Array;
  /** MP4 where this Chromium can: it depends on how it was built. */
  readonly format: "mp4" | "webm";
  readonly hasSound: boolean;
}

const bitsPerSecondMax = 6_000_000;
/** Of what would fit: an encoder does not keep to its rate by the bit. */
const rateMargin = 0.7;

export async function record({ run }: LentPage, order: RecordingOrder): Promise<Recording> {
  const { durationMs, bytesMax, sleep } = order;
  const fitting = ((bytesMax * 8) / (durationMs / 1000)) * rateMargin;
  await run(recording(Math.round(Math.min(bitsPerSecondMax, fitting))));
  // What is recorded may be taken away before the time is up.
  await Promise.race([sleep(durationMs), run("stopped")]);
  const said = JSON.parse(await run(finishing)) as Omit<Recording, "bytes"> & { readonly base64: string };
  return { bytes: bytesWithin(said.base64, bytesMax), format: said.format, hasSound: said.hasSound };
}

export function bytesWithin(base64: string, bytesMax: number): Uint8Array {
  const bytes = Uint8Array.fromBase64(base64);
  if (bytes.length <= bytesMax) return bytes;
  throw failed("MEDIA_TOO_LARGE", `${bytes.length} bytes do not fit into an answer; ask for less`);
}

/** H.264 is what every player knows; after it comes what this Chromium has. */
const kinds = [
  "video/mp4;codecs=avc1.42E01E,mp4a.40.2",
  "video/mp4;codecs=avc1.42E01E,opus",
  "video/mp4;codecs=avc1.42E01E",
  "video/mp4",
  "video/webm",
];

function recording(bitsPerSecond: number): string {
  return `(() => {
  const mimeType = ${JSON.stringify(kinds)}.find((kind) => MediaRecorder.isTypeSupported(kind));
  if (!mimeType) throw new Error("it records neither MP4 nor WebM: install ffmpeg");
  globalThis.recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: ${bitsPerSecond} });
  globalThis.pieces = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  globalThis.stopped = new Promise((resolve) => {
    recorder.onstop = () => resolve("");
    recorder.onerror = ({ error }) => { globalThis.trouble = error; resolve(""); };
  });
  recorder.start(500);
})()`;
}

const finishing = `(async () => {
  if (globalThis.trouble) throw trouble;
  if (recorder.state === "inactive") throw new Error("it was taken away while it was recorded");
  recorder.stop();
  await stopped;
  for (const track of stream.getTracks()) track.stop();
  const blob = new Blob(pieces);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  const format = recorder.mimeType.startsWith("video/webm") ? "webm" : "mp4";
  return JSON.stringify({ base64: btoa(text), format, hasSound: stream.getAudioTracks().length > 0 });
})()`;
