import { createHash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";

/**
 * Files one after the other in one file, as every `tar` reads it (POSIX ustar, long names by pax). It is neither
 * compressed nor does it hold links, so what is unpacked is never more than the file itself.
 */

const blockBytes = 512;
const pieceBytes = 1024 * 1024;
const regular = "0";
const paxHeader = "x";
const nameBytesMax = 100;
const paxBytesMax = 64 * 1024;

export interface PackedFile {
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export class TarWriter implements Disposable {
  readonly #descriptor: number;

  /** Makes the file, which must not be there, readable by its owner alone. */
  constructor(path: string) {
    this.#descriptor = openSync(path, "wx", 0o600);
  }

  /** A file that grows meanwhile is taken as long as it was; one that shrinks throws. */
  addFile(path: string, from: string): PackedFile {
    const source = openSync(from, "r");
    try {
      const bytes = fstatSync(source).size;
      this.#header(path, bytes, regular);
      const hash = createHash("sha256");
      for (const piece of pieces(source, bytes, from)) {
        hash.update(piece);
        writeAll(this.#descriptor, piece);
      }
      this.#pad(bytes);
      return { path, bytes, sha256: hash.digest("hex") };
    } finally {
      closeSync(source);
    }
  }

  addText(path: string, text: string): void {
    const content = Buffer.from(text);
    this.#header(path, content.length, regular);
    writeAll(this.#descriptor, content);
    this.#pad(content.length);
  }

  /** On disk when it returns. */
  finish(): void {
    writeAll(this.#descriptor, Buffer.alloc(2 * blockBytes));
    fsyncSync(this.#descriptor);
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  #header(path: string, bytes: number, kind: string): void {
    if (Buffer.byteLength(path) > nameBytesMax) {
      const record = paxRecord("path", path);
      writeAll(this.#descriptor, headerBlock("long-name", record.length, paxHeader));
      writeAll(this.#descriptor, record);
      this.#pad(record.length);
    }
    writeAll(this.#descriptor, headerBlock(path, bytes, kind));
  }

  #pad(bytes: number): void {
    writeAll(this.#descriptor, Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes));
  }
}

/** A file that no writer of ours made. The text is for people. */
export class TarError extends Error {
  override readonly name = "TarError";
}

/**
 * Hands out each file with its content in pieces, which must be read before the next one. Throws a TarError for
 * anything but plain files with plain paths.
 */
export function* readTar(archive: string): Generator<PackedEntry> {
  const descriptor = openSync(archive, "r");
  try {
    const end = fstatSync(descriptor).size;
    let longName: string | undefined;
    for (let at = 0; at + blockBytes <= end;) {
      const header = readExactly(descriptor, at, blockBytes);
      if (header.every((byte) => byte === 0)) return;
      const { name, bytes, kind } = parseHeader(header);
      const start = at + blockBytes;
      if (start + bytes > end) throw new TarError("the file ends in the middle: it was not copied completely");
      at = start + Math.ceil(bytes / blockBytes) * blockBytes;
      if (kind === paxHeader) {
        if (bytes > paxBytesMax) throw new TarError("a name in it is too long");
        longName = pathOfPax(readExactly(descriptor, start, bytes));
        continue;
      }
      const path = longName ?? name;
      longName = undefined;
      if (kind !== regular) throw new TarError(`${path} in it is no plain file`);
      refuseOddPath(path);
      yield { path, bytes, pieces: () => pieces(descriptor, bytes, archive, start) };
    }
    throw new TarError("the file ends without its end mark: it was not copied completely");
  } finally {
    closeSync(descriptor);
  }
}

export interface PackedEntry {
  readonly path: string;
  readonly bytes: number;
  pieces(): Iterable<Uint8Array>;
}

/** Nothing leaves the folder that it is unpacked into. */
function refuseOddPath(path: string): void {
  const isPlain =
    path !== "" &&
    !/[\\\0]/.test(path) &&
    !/^[A-Za-z]:/.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (!isPlain) throw new TarError(`${JSON.stringify(path)} in it is no plain path`);
}

function headerBlock(path: string, bytes: number, kind: string): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(Buffer.from(path).subarray(0, nameBytesMax).toString("latin1"), 0, "latin1");
  block.write("0000600\0", 100, "latin1");
  block.write("0000000\0", 108, "latin1");
  block.write("0000000\0", 116, "latin1");
  block.write(sizeField(bytes), 124, "latin1");
  block.write("00000000000\0", 136, "latin1");
  block.write(" ".repeat(8), 148, "latin1");
  block.write(kind, 156, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  block.write(`${checksum(block).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** Octal up to 8 GiB; GNU's binary form above. */
function sizeField(bytes: number): string {
  if (bytes < 8 ** 11) return `${bytes.toString(8).padStart(11, "0")}\0`;
  const binary = Buffer.alloc(12);
  binary[0] = 0x80;
  binary.writeBigUInt64BE(BigInt(bytes), 4);
  return binary.toString("latin1");
}

function parseHeader(block: Buffer): { readonly name: string; readonly bytes: number; readonly kind: string } {
  const written = Number.parseInt(block.toString("latin1", 148, 156), 8);
  const blank = Buffer.from(block);
  blank.fill(" ", 148, 156);
  if (checksum(blank) !== written) throw new TarError("it is no backup, or it is damaged");
  const isBinary = block[124] === 0x80;
  const octal = block.toString("latin1", 124, 136).replace(/[\0 ]+$/, "");
  const bytes = isBinary ? Number(block.readBigUInt64BE(128)) : Number.parseInt(octal, 8);
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new TarError("it is damaged: a size in it is none");
  const end = block.indexOf(0);
  const name = block.toString("utf8", 0, end === -1 ? nameBytesMax : Math.min(end, nameBytesMax));
  return { name, bytes, kind: block.toString("latin1", 156, 157) };
}

function checksum(block: Uint8Array): number {
  return block.reduce((sum, byte) => sum + byte, 0);
}

/** `LENGTH key=value\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) !== length) length++;
  return Buffer.from(`${length}${rest}`);
}

function pathOfPax(record: Buffer): string {
  const found = /^\d+ path=([^\n]+)\n/.exec(record.toString("utf8"))?.[1];
  if (found === undefined) throw new TarError("a long name in it is damaged");
  return found;
}

function* pieces(descriptor: number, bytes: number, name: string, start?: number): Generator<Uint8Array> {
  for (let done = 0; done < bytes;) {
    const piece = Buffer.alloc(Math.min(pieceBytes, bytes - done));
    const got = readSync(descriptor, piece, 0, piece.length, start === undefined ? null : start + done);
    if (got === 0) throw new TarError(`${name} became shorter while it was read: try again`);
    done += got;
    yield piece.subarray(0, got);
  }
}

function readExactly(descriptor: number, at: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (readSync(descriptor, buffer, 0, bytes, at) !== bytes) throw new TarError("it was not copied completely");
  return buffer;
}

/** A single write may take less than all. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
}
