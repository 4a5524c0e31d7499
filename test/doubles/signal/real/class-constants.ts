/** Bytes that follow each kind of entry in a class file's pool of constants; texts say their own length. */
const entryBytes: Readonly<Record<number, number>> = {
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 2,
  8: 2,
  9: 4,
  10: 4,
  11: 4,
  12: 4,
  15: 3,
  16: 2,
  17: 4,
  18: 4,
  19: 2,
  20: 2,
};

const poolStart = 10;
const textTag = 1;

/** A Java class with other texts in its pool of constants. The texts may have any length; code is not touched. */
export function withConstants(classFile: Uint8Array, replace: (text: string) => string | undefined): Uint8Array {
  const view = new DataView(classFile.buffer, classFile.byteOffset, classFile.byteLength);
  const count = view.getUint16(8);
  const parts: Uint8Array[] = [classFile.subarray(0, poolStart)];
  let at = poolStart;
  for (let index = 1; index < count; index++) {
    const tag = classFile[at]!;
    const size = tag === textTag ? 2 + view.getUint16(at + 1) : entryBytes[tag];
    if (size === undefined) throw new Error(`a constant of kind ${tag} at ${at}: no class file that is known here`);
    const entry = classFile.subarray(at, at + 1 + size);
    parts.push(tag === textTag ? textEntry(entry, replace) : entry);
    at += 1 + size;
    // Numbers of eight bytes count twice.
    if (tag === 5 || tag === 6) index++;
  }
  return Buffer.concat([...parts, classFile.subarray(at)]);
}

function textEntry(entry: Uint8Array, replace: (text: string) => string | undefined): Uint8Array {
  const replaced = replace(Buffer.from(entry.subarray(3)).toString("utf8"));
  if (replaced === undefined) return entry;
  const bytes = Buffer.from(replaced, "utf8");
  return Buffer.concat([Uint8Array.of(textTag, bytes.length >> 8, bytes.length & 0xff), bytes]);
}
