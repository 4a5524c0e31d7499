import { badRequest } from "./wire.ts";

/** One part of a form. With a file name it is a file. */
export interface Part {
  readonly name: string;
  readonly fileName?: string | undefined;
  readonly bytes: Uint8Array;
}

/** Takes a multipart form apart. Written here, because crabline keeps only a digest of the files. */
export function multipartParts(body: Uint8Array, contentType: string): Part[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (!boundary) throw badRequest("multipart boundary is missing");
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const marker = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let start = bytes.indexOf(marker);
  while (start >= 0) {
    const from = start + marker.length;
    if (bytes.subarray(from, from + 2).toString("latin1") === "--") return parts;
    const next = bytes.indexOf(Buffer.concat([Buffer.from("\r\n"), marker]), from);
    if (next < 0) break;
    parts.push(partOf(bytes.subarray(from + 2, next)));
    start = next + 2;
  }
  throw badRequest("multipart body has no end");
}

function partOf(bytes: Buffer): Part {
  const split = bytes.indexOf("\r\n\r\n");
  const disposition = bytes
    .subarray(0, Math.max(0, split))
    .toString("utf8")
    .split("\r\n")
    .find((line) => /^content-disposition:/i.test(line));
  const name = disposition && parameter(disposition, "name");
  if (split < 0 || !disposition || !name) throw badRequest("multipart part without a name");
  const fileName = parameter(disposition, "filename");
  return { name, fileName, bytes: Uint8Array.from(bytes.subarray(split + 4)) };
}

/** Quoted or, as grammY writes file names, bare. */
function parameter(header: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;]*))`, "i").exec(header);
  return found?.[1] ?? found?.[2];
}
