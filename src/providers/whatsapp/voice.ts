/** How long an Ogg Opus recording is, from the position of its last page; undefined for anything else. */
export function voiceSeconds(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.byteLength - pageHeadBytes; at >= 0; at--) {
    if (view.getUint32(at) !== oggMark) continue;
    const samples = view.getBigUint64(at + 6, true);
    return samples > samplesMax ? undefined : Math.max(1, Math.round(Number(samples) / samplesPerSecond));
  }
  return undefined;
}

const pageHeadBytes = 27;
/** `OggS`. */
const oggMark = 0x4f_67_67_53;
/** Opus counts in 48 kHz, whatever was recorded. */
const samplesPerSecond = 48_000;
/** A day. */
const samplesMax = 86_400n * 48_000n;
