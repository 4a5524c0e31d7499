import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { extensionOf, mimeOf, unknownMimeType } from "../../src/lib/index.ts";

const latin = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const ftyp = (major: string, ...compatible: string[]) => {
  const brands = compatible.join("");
  return latin(`\0\0\0${String.fromCharCode(16 + brands.length)}ftyp${major}\0\0\x02\0${brands}\0\0\0\x08free`);
};

/** A zip archive of empty, stored files, with a comment at its end. */
function zip(names: readonly string[], comment = ""): Uint8Array {
  const local = Buffer.concat(names.map((name) => head(0x04034b50, 30, 26, name)));
  const directory = Buffer.concat(names.map((name) => head(0x02014b50, 46, 28, name)));
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return new Uint8Array(Buffer.concat([local, directory, end, Buffer.from(comment)]));
}

function head(mark: number, bytes: number, nameLengthAt: number, name: string): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUInt32LE(mark, 0);
  buffer.writeUInt16LE(name.length, nameLengthAt);
  return Buffer.concat([buffer, Buffer.from(name)]);
}

const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const slides = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

const cases: readonly (readonly [name: string, bytes: Uint8Array, mimeType: string, extension: string])[] = [
  ["PNG", latin("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "image/png", ".png"],
  ["a broken PNG head", latin("\x89PNG\n\x1a\n\0"), unknownMimeType, ".bin"],
  ["JPEG", latin("\xff\xd8\xff\xe0\0\x10JFIF"), "image/jpeg", ".jpg"],
  ["GIF", latin("GIF89a\x01\0"), "image/gif", ".gif"],
  ["text that starts like a GIF", latin("GIFs are fun"), "text/plain", ".txt"],
  ["WebP", latin("RIFF\x10\0\0\0WEBPVP8 "), "image/webp", ".webp"],
  ["AVIF", ftyp("avif", "mif1", "miaf"), "image/avif", ".avif"],
  ["AVIF by a compatible brand", ftyp("mif1", "avif"), "image/avif", ".avif"],
  ["HEIC", ftyp("heic", "mif1"), "image/heic", ".heic"],
  ["BMP", latin("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"), "image/bmp", ".bmp"],
  ["text that starts like a BMP", latin("BMW is a car, said the man"), "text/plain", ".txt"],
  ["icon", latin("\0\0\x01\0\x01\0\x10\x10\0\0"), "image/x-icon", ".ico"],
  ["TIFF", latin("II*\0\x08\0\0\0"), "image/tiff", ".tiff"],
  ["SVG is text", latin('<svg xmlns="http://www.w3.org/2000/svg"/>'), "text/plain", ".txt"],
  ["SVG with a head is text", latin('<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg/>'), "text/plain", ".txt"],
  ["HTML is text", latin("<!doctype html><script>alert(1)</script>"), "text/plain", ".txt"],
  ["MP3 with a tag", latin("ID3\x04\0\0\0\0\0\0"), "audio/mpeg", ".mp3"],
  ["MP3 without one", latin("\xff\xfb\x90\x64\0"), "audio/mpeg", ".mp3"],
  ["AAC", latin("\xff\xf1\x50\x80\0"), "audio/aac", ".aac"],
  ["Ogg Opus", latin(`OggS\0\x02${"\0".repeat(22)}OpusHead`), "audio/ogg", ".ogg"],
  ["Ogg Theora", latin(`OggS\0\x02${"\0".repeat(22)}\x80theora`), "video/ogg", ".ogv"],
  ["WAV", latin("RIFF\x24\0\0\0WAVEfmt "), "audio/wav", ".wav"],
  ["FLAC", latin("fLaC\0\0\0\x22"), "audio/flac", ".flac"],
  ["AMR", latin("#!AMR\n\x3c"), "audio/amr", ".amr"],
  ["M4A", ftyp("M4A ", "isom"), "audio/mp4", ".m4a"],
  ["MP4", ftyp("isom", "iso2", "mp41"), "video/mp4", ".mp4"],
  ["MOV", ftyp("qt  ", "qt  "), "video/quicktime", ".mov"],
  ["3GP", ftyp("3gp5", "isom"), "video/3gpp", ".3gp"],
  ["WebM", latin("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"), "video/webm", ".webm"],
  ["Matroska", latin("\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska"), "video/x-matroska", ".mkv"],
  ["AVI", latin("RIFF\x24\0\0\0AVI LIST"), "video/x-msvideo", ".avi"],
  ["PDF", latin("%PDF-1.7\n%\xe2\xe3"), "application/pdf", ".pdf"],
  ["gzip", gzipSync("x"), "application/gzip", ".gz"],
  ["7z", latin("7z\xbc\xaf\x27\x1c\0"), "application/x-7z-compressed", ".7z"],
  ["RAR", latin("Rar!\x1a\x07\x01\0"), "application/vnd.rar", ".rar"],
  ["zip", zip(["a.txt", "word/x"]), "application/zip", ".zip"],
  ["an empty zip", zip([]), "application/zip", ".zip"],
  ["a zip that is cut", zip(["[Content_Types].xml", "word/document.xml"]).subarray(0, 60), "application/zip", ".zip"],
  ["Word", zip(["[Content_Types].xml", "_rels/.rels", "word/document.xml"]), word, ".docx"],
  ["Word with a comment", zip(["[Content_Types].xml", "word/document.xml"], "x".repeat(999)), word, ".docx"],
  ["Excel", zip(["xl/workbook.xml", "[Content_Types].xml"]), excel, ".xlsx"],
  ["PowerPoint", zip(["[Content_Types].xml", "ppt/presentation.xml"]), slides, ".pptx"],
  ["text", latin("hello\tworld\r\n"), "text/plain", ".txt"],
  ["text in UTF-8", new Uint8Array(Buffer.from("grüße 👍")), "text/plain", ".txt"],
  ["text with a byte order mark", new Uint8Array(Buffer.from("\ufeffx")), "text/plain", ".txt"],
  ["text in UTF-16", new Uint8Array(Buffer.from("\ufeffhello", "utf16le")), "text/plain", ".txt"],
  ["coloured text", latin("\x1b[31mred\x1b[0m"), "text/plain", ".txt"],
  ["text in Latin-1", latin("gr\xfc\xdfe"), unknownMimeType, ".bin"],
  ["text with a NUL", latin("hello\0"), unknownMimeType, ".bin"],
  ["nothing", latin(""), unknownMimeType, ".bin"],
  ["one odd byte", latin("\xff"), unknownMimeType, ".bin"],
  ["a program", latin("\x7fELF\x02\x01\x01\0"), unknownMimeType, ".bin"],
];

for (const [name, bytes, mimeType, extension] of cases) {
  test(`${name} is ${mimeType}`, () => {
    expect([mimeOf(bytes), extensionOf(mimeOf(bytes))]).toEqual([mimeType, extension]);
  });
}

test("long text is text although it is looked at in part, in the middle of a character too", () => {
  expect(mimeOf(new Uint8Array(Buffer.from("ü".repeat(100_000))))).toBe("text/plain");
  expect(mimeOf(new Uint8Array(Buffer.from(`x${"ü".repeat(100_000)}`)))).toBe("text/plain");
});

test("no beginning of anything makes it throw or read elsewhere", () => {
  for (const [, bytes] of cases) {
    for (let length = 0; length < Math.min(bytes.length, 300); length++) mimeOf(bytes.subarray(0, length));
  }
  // A directory that claims to lie, and to be, where nothing is.
  const lying = zip(["[Content_Types].xml", "word/document.xml"]);
  for (let at = 0; at < lying.length; at++) {
    const changed = lying.slice();
    changed[at] = 0xff;
    expect(typeof mimeOf(changed)).toBe("string");
  }
});

test("an extension is found for told types as well, whatever their parameters", () => {
  const types = ["text/html; charset=utf-8", "IMAGE/JPEG", "audio/ogg; codecs=opus", "toString", "x/y", ""];
  expect(types.map(extensionOf)).toEqual([".html", ".jpg", ".ogg", ".bin", ".bin", ".bin"]);
});
