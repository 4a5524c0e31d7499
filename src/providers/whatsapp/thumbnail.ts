/** What the apps show of a picture before it is fetched. Undefined for what this runtime cannot read. */
export async function thumbnailOf(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await new Bun.Image(bytes).resize(thumbnailPixels).jpeg({ quality: 50 }).bytes();
  } catch {
    return undefined;
  }
}

const thumbnailPixels = 72;
