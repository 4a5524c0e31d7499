import { base64OfFile } from "../shared/bytes.ts";
import type { DraftImage } from "./unsent.ts";

/** Images as they may be sent: kinds and sizes that the gateway takes. */

export const imageTypes: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const imageBytesMax = 5_000_000;
const imagesMax = 16;
/** All images of a message: as base64 they must fit into one frame of 25 MiB. */
const messageBytesMax = 18_000_000;

export interface ReadImages {
  readonly images: readonly DraftImage[];
  /** Sentences for a person, one for each file that was left out. */
  readonly refusals: readonly string[];
}

export async function readImages(files: readonly File[], already: readonly DraftImage[]): Promise<ReadImages> {
  const images: DraftImage[] = [];
  const refusals: string[] = [];
  let room = messageBytesMax - already.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const file of files) {
    const refusal = already.length + images.length >= imagesMax ? tooMany : refusalOf(file, room);
    if (refusal !== undefined) {
      refusals.push(refusal);
      continue;
    }
    room -= file.size;
    images.push({ name: nameOf(file), mimeType: file.type, bytes: file.size, data: await base64OfFile(file) });
  }
  return { images, refusals };
}

const tooMany = `A message takes at most ${imagesMax} images.`;

function refusalOf(file: File, room: number): string | undefined {
  const name = nameOf(file);
  if (!imageTypes.includes(file.type)) return `“${name}” was left out: only PNG, JPEG, GIF and WebP images are sent.`;
  if (file.size > imageBytesMax) return `“${name}” was left out: it is larger than 5 MB.`;
  return file.size > room ? `“${name}” was left out: the message would be too large.` : undefined;
}

function nameOf(file: File): string {
  return file.name || "image";
}

/** An address that shows it; undefined for kinds that the page does not draw. */
export function imageAddress({ mimeType, data }: Pick<DraftImage, "mimeType" | "data">): string | undefined {
  return imageTypes.includes(mimeType) ? `data:${mimeType};base64,${data}` : undefined;
}
