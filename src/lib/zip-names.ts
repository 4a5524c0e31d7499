/** Names in the directory of a zip archive, without unpacking anything. */

const entriesMax = 512;
const endBytes = 22;
const commentBytesMax = 65_535;
const endMark = 0x06054b50;
const entryMark = 0x02014b50;

/** At most the first 512; none when the directory cannot be read. Whatever that claims, only these bytes are read. */
export function zipNames(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) return [];
  const names: string[] = [];
  let at = view.getUint32(end + 16, true);
  while (names.length < entriesMax && at + 46 <= view.byteLength && view.getUint32(at, true) === entryMark) {
    const nameBytes = view.getUint16(at + 28, true);
    names.push(Buffer.from(bytes.subarray(at + 46, at + 46 + nameBytes)).toString("utf8"));
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return names;
}

function findEnd(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - endBytes - commentBytesMax);
  for (let at = view.byteLength - endBytes; at >= lowest; at--) if (view.getUint32(at, true) === endMark) return at;
  return undefined;
}
