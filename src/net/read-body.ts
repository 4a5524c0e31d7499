import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { FetchRefused } from "./fetch-errors.ts";
import type { DialResponse } from "./http-dialer.ts";

/** Encodings that are asked for. Whatever comes unfolded is counted as it unfolds, and never ahead of the count. */
export const acceptedEncodings = "gzip, deflate, br";

/** Bytes on the wire above the limit that packing may cost. */
const packingBytesMax = 64 * 1024;

export interface BodyLimits {
  /** Bytes after unpacking. */
  readonly bytesMax: number;
  /** What happens above that: nothing is given, or the first `bytesMax` bytes are. */
  readonly overflow: "refuse" | "cut";
}

export interface Body {
  readonly bytes: Uint8Array;
  readonly isCut: boolean;
}

/** A body that is being read; `received` counts what came over the wire. */
export interface BodyReader {
  readonly received: () => number;
  /** Resolves with the body. Rejects with a FetchRefused above a limit, or with what broke the stream. */
  read(): Promise<Body>;
}

export function bodyReader(response: DialResponse, limits: BodyLimits): BodyReader {
  let received = 0;
  return {
    received: () => received,
    read: async () => {
      const unpack = unpackerFor(response.header("content-encoding"));
      const told = Number(response.header("content-length") ?? 0);
      if (!unpack && limits.overflow === "refuse" && told > limits.bytesMax) throw tooLarge(limits);
      const wireBytesMax = limits.bytesMax + packingBytesMax;
      response.body.on("data", (chunk: Uint8Array) => {
        received += chunk.length;
        // An archive can be all packing: bytes that unfold to nothing are no way around the limit.
        if (unpack && received > wireBytesMax) response.body.destroy(tooLarge(limits));
      });
      return collect(unpack ? unpacked(response.body, unpack) : response.body, limits);
    },
  };
}

async function collect(stream: Readable, { bytesMax, overflow }: BodyLimits): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let left = bytesMax;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    if (chunk.length > left) {
      if (overflow === "refuse") throw tooLarge({ bytesMax });
      chunks.push(chunk.subarray(0, left));
      return { bytes: Buffer.concat(chunks), isCut: true };
    }
    chunks.push(chunk);
    left -= chunk.length;
  }
  return { bytes: Buffer.concat(chunks), isCut: false };
}

function unpacked(body: Readable, unpack: Transform): Readable {
  // A failure on either side ends both; whoever reads is told by the stream itself.
  pipeline(body, unpack, () => undefined);
  return unpack;
}

function unpackerFor(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase() ?? "") {
    case "":
    case "identity":
      return undefined;
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      throw new FetchRefused("encoding", "the body is packed in a way that was not asked for: it is not read");
  }
}

function tooLarge({ bytesMax }: Pick<BodyLimits, "bytesMax">): FetchRefused {
  return new FetchRefused("too-large", `the body is larger than ${bytesMax} bytes: ask for something smaller`);
}
