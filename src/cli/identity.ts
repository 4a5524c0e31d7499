import { linkSync, unlinkSync } from "node:fs";
import { hostname } from "node:os";
import { version } from "../app/version.ts";
import type { ClientIdentity, DeviceSigner } from "../client/index.ts";
import {
  keyFingerprint,
  makeKeyPair,
  parsePublicKey,
  publicKeyOf,
  readTextIfPresent,
  realClock,
  signText,
  writePrivateFile,
} from "../lib/index.ts";
import { refused } from "./failure.ts";

/** Who this command line is to a gateway: a key pair of this state folder, made at the first use. */

interface IdentityFile {
  readonly version: 1;
  readonly deviceId: string;
  readonly publicKey: string;
  readonly privateKeyPem: string;
  readonly createdAtMs: number;
}

const platforms: Readonly<Record<string, readonly [platform: string, family: string]>> = {
  darwin: ["macos", "Mac"],
  win32: ["windows", "Windows"],
};

export function clientIdentity(): ClientIdentity {
  const [platform, deviceFamily] = platforms[process.platform] ?? ["linux", "Linux"];
  const displayName = hostname().slice(0, 128);
  return { id: "cli", mode: "cli", platform, deviceFamily, version, ...(displayName !== "" && { displayName }) };
}

export function loadSigner(path: string): DeviceSigner {
  const { deviceId, publicKey, privateKeyPem } = read(path) ?? make(path);
  return { deviceId, publicKey, sign: (text) => signText(privateKeyPem, text) };
}

function read(path: string): IdentityFile | undefined {
  const text = readTextIfPresent(path);
  if (text === undefined) return undefined;
  try {
    const file = JSON.parse(text) as IdentityFile;
    if (file.publicKey === publicKeyOf(file.privateKeyPem) && file.deviceId === idOf(file.publicKey)) return file;
  } catch (error) {
    throw damaged(path, error);
  }
  throw damaged(path, undefined);
}

/** Two commands may make the first key at once: whoever links its file first wins, and both use that key. */
function make(path: string): IdentityFile {
  const pair = makeKeyPair();
  const file: IdentityFile = {
    version: 1,
    deviceId: idOf(pair.publicKey),
    ...pair,
    createdAtMs: realClock.nowMs(),
  };
  const own = `${path}.${process.pid}.new`;
  writePrivateFile(own, `${JSON.stringify(file, undefined, 2)}\n`);
  try {
    linkSync(own, path);
  } catch (error) {
    const winner = read(path);
    if (!winner) throw error;
    return winner;
  } finally {
    unlinkSync(own);
  }
  return file;
}

function idOf(publicKey: string): string {
  return keyFingerprint(parsePublicKey(publicKey) ?? new Uint8Array());
}

function damaged(path: string, cause: unknown) {
  const failure = refused(
    `the key of this device cannot be used: ${path} is damaged`,
    `rm ${path}; a new key is made, which remote gateways ask to be approved`,
  );
  failure.cause = cause;
  return failure;
}
