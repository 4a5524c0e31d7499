import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What ffprobe sees in a film. */
export async function probe(film: Uint8Array, folder: string) {
  const path = join(folder, "film.mp4");
  writeFileSync(path, film);
  const args = ["-v", "error", "-show_entries", "stream=codec_name,width,height:format=duration", "-of", "json", path];
  const child = Bun.spawn(["ffprobe", ...args], { stdout: "pipe", stderr: "inherit" });
  const { streams, format } = (await new Response(child.stdout).json()) as {
    streams: { codec_name: string; width?: number; height?: number }[];
    format: { duration?: string };
  };
  const picture = streams.find(({ width }) => width !== undefined);
  return {
    codecs: streams.map(({ codec_name: name }) => name),
    seconds: Number(format.duration),
    width: picture?.width,
    height: picture?.height,
  };
}
