import { parsePublicKey, verifyText } from "../lib/index.ts";

/** The signed list of a release, and which of its files is for this machine. Pure. */

export interface ReleaseFile {
  /** Relative to the list, or a whole address. */
  readonly url: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface Release {
  readonly version: string;
  readonly publishedAt: string;
  /** By target: `linux-x64`. */
  readonly files: Readonly<Record<string, ReleaseFile>>;
}

/** Why there is no update. The text is for people. */
export class UpdateRefused extends Error {
  override readonly name = "UpdateRefused";
}

/** A list is never longer. */
export const releaseBytesMax = 256 * 1024;
const fileBytesMax = 1024 * 1024 * 1024;
/** In front of what is signed, so that a signature of ours over something else is none over a release. */
const signedPrefix = "clawdia-release-1\n";

/** What is written beside the files: the release as text, and the signature over just that text. */
export function sealRelease(release: Release, sign: (text: string) => string): string {
  const text = JSON.stringify(release);
  return `${JSON.stringify({ release: text, signature: sign(`${signedPrefix}${text}`) }, undefined, 1)}\n`;
}

/** Believes nothing before the signature is checked. */
export function openRelease(sealed: string, publicKey: string): Release {
  const key = parsePublicKey(publicKey);
  if (!key) throw new UpdateRefused("the key of releases is no Ed25519 key");
  const { release, signature } = envelopeOf(sealed);
  if (!verifyText(key, `${signedPrefix}${release}`, signature)) {
    throw new UpdateRefused("the release is not signed with the key that this program trusts: nothing was changed");
  }
  return releaseOf(JSON.parse(release) as unknown);
}

function envelopeOf(sealed: string): { readonly release: string; readonly signature: string } {
  try {
    const parsed = JSON.parse(sealed) as { readonly release?: unknown; readonly signature?: unknown };
    const { release, signature } = parsed;
    if (typeof release === "string" && typeof signature === "string") return { release, signature };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UpdateRefused("that is no list of a release");
}

function releaseOf(value: unknown): Release {
  const { version, publishedAt, files } = value as Release;
  const isWhole =
    versionPattern.test(version) &&
    typeof publishedAt === "string" &&
    Object.values(files).every(
      ({ url, bytes, sha256 }) =>
        typeof url === "string" &&
        Number.isSafeInteger(bytes) &&
        bytes <= fileBytesMax &&
        /^[0-9a-f]{64}$/.test(sha256),
    );
  if (!isWhole) throw new UpdateRefused("the list of the release is not one that this version can read");
  return { version, publishedAt, files };
}

const versionPattern = /^(\d+)\.(\d+)\.(\d+)(?:-([\w.]+))?$/;

/** Semantic versions; one before a release is older than it. */
export function isNewer(one: string, other: string): boolean {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  for (let at = 0; at < 3; at++) if (a.numbers[at] !== b.numbers[at]) return a.numbers[at]! > b.numbers[at]!;
  if (a.before === b.before) return false;
  if (a.before === "" || b.before === "") return a.before === "";
  return a.before.localeCompare(b.before, "en", { numeric: true }) > 0;
}

function numbersOf(version: string): { readonly numbers: readonly number[]; readonly before: string } {
  const found = versionPattern.exec(version);
  if (!found) throw new UpdateRefused(`"${version}" is no version`);
  return { numbers: found.slice(1, 4).map(Number), before: found[4] ?? "" };
}

export function fileFor(release: Release, target: string): ReleaseFile {
  const file = release.files[target];
  if (!file) throw new UpdateRefused(`version ${release.version} has no file for ${target}`);
  return file;
}
