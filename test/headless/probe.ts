import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What ffprobe sees in a film. */
export async function probe(film: Uint8Array, folder: string) {
  const path = written(film, folder);
  const entries = "stream=codec_name,width,height,nb_read_frames:format=duration,format_name";
  const args = ["-v", "error", "-count_frames", "-show_entries", entries, "-of", "json", path];
  const child = Bun.spawn(["ffprobe", ...args], { stdout: "pipe", stderr: "inherit" });
  const { streams, format } = (await new Response(child.stdout).json()) as {
    streams: { codec_name: string; width?: number; height?: number; nb_read_frames?: string }[];
    format: { duration?: string; format_name: string };
  };
  const picture = streams.find(({ width }) => width !== undefined);
  return {
    container: format.format_name,
    codecs: streams.map(({ codec_name: name }) => name),
    seconds: Number(format.duration),
    frames: Number(picture?.nb_read_frames),
    width: picture?.width,
    height: picture?.height,
  };
}

/** The colour of one point of a film's last picture: red, green, blue. */
export async function lastColour(film: Uint8Array, folder: string, at: { readonly x: number; readonly y: number }) {
  const crop = `crop=2:2:${at.x}:${at.y}`;
  const raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"];
  const child = Bun.spawn(["ffmpeg", "-v", "error", "-i", written(film, folder), "-vf", crop, ...raw], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  return [...new Uint8Array(await new Response(child.stdout).arrayBuffer())].slice(-3);
}

function written(film: Uint8Array, folder: string): string {
  const path = join(folder, "film");
  writeFileSync(path, film);
  return path;
}
