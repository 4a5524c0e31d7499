import { createHash } from "node:crypto";
import { closeSync, fchmodSync, fsyncSync, openSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type ReleaseFile, releaseBytesMax, UpdateRefused } from "./release.ts";

/** Where a release lies: a file of this machine, or an address. */

export interface Source {
  /** The signed list. */
  list(): Promise<string>;
  /** Writes one of its files to the path, checked against what is signed; rejects and leaves nothing otherwise. */
  fetch(file: ReleaseFile, to: string): Promise<void>;
}

const listMs = 30_000;
const fileMs = 15 * 60_000;

export function openSource(where: string, deadline: (ms: number) => AbortSignal): Source {
  const isAddress = /^https?:\/\//.test(where);
  if (isAddress) refusePlain(where);
  const open = (name: string, ms: number) => (isAddress ? overHttp(name, deadline(ms)) : fromDisk(name));
  return {
    list: async () => {
      const pieces: Uint8Array[] = [];
      let bytes = 0;
      for await (const piece of await open(where, listMs)) {
        bytes += piece.length;
        if (bytes > releaseBytesMax) throw new UpdateRefused(`${where} is too long for a list of a release`);
        pieces.push(piece);
      }
      return Buffer.concat(pieces).toString("utf8");
    },
    fetch: async (file, to) => {
      const name = isAddress ? new URL(file.url, where).href : resolve(dirname(where), file.url);
      if (isAddress) refusePlain(name);
      await writeChecked(await open(name, fileMs), file, to);
    },
  };
}

/** The signature would be enough; who watches the line need not know what is fetched. */
function refusePlain(address: string): void {
  const { protocol, hostname } = new URL(address);
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  if (protocol !== "https:" && !isLocal) throw new UpdateRefused(`${address}: releases are fetched over https only`);
}

async function overHttp(address: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const answer = await fetch(address, { signal, redirect: "follow", headers: { "accept-encoding": "identity" } }).catch(
    (error: unknown) => {
      throw new UpdateRefused(`${address} does not answer: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
  if (!answer.ok || !answer.body) throw new UpdateRefused(`${address} answered ${answer.status}`);
  return answer.body;
}

async function fromDisk(path: string): Promise<AsyncIterable<Uint8Array>> {
  const file = Bun.file(path);
  if (!(await file.exists())) throw new UpdateRefused(`there is no file ${path}`);
  return file.stream();
}

async function writeChecked(from: AsyncIterable<Uint8Array>, file: ReleaseFile, to: string): Promise<void> {
  const hash = createHash("sha256");
  let bytes = 0;
  const descriptor = openSync(to, "wx", 0o700);
  try {
    for await (const piece of from) {
      bytes += piece.length;
      if (bytes > file.bytes) throw new UpdateRefused(`${file.url} is longer than the release says`);
      hash.update(piece);
      for (let done = 0; done < piece.length;) done += writeSync(descriptor, piece, done);
    }
    fchmodSync(descriptor, 0o755);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  if (bytes !== file.bytes || hash.digest("hex") !== file.sha256) {
    throw new UpdateRefused(`${file.url} is not the file that was signed: nothing was changed`);
  }
}
