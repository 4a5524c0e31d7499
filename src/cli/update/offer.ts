import { version } from "../../app/version.ts";
import type { Config } from "../../config/index.ts";
import { deadline, readTextIfPresent, realClock } from "../../lib/index.ts";
import { isNewer, openRelease, openSource, type Release, type Source } from "../../update/index.ts";
import { refused } from "../failure.ts";

/** What release there is, from where the person or the config says. */

declare const CLAWDIA_RELEASE_KEY: string | undefined;
/** Baked in by the build of a release; one from source trusts only a key of the config. */
const builtInKey = typeof CLAWDIA_RELEASE_KEY === "string" ? CLAWDIA_RELEASE_KEY : "";

export interface Offer {
  readonly release: Release;
  readonly source: Source;
  readonly isNewer: boolean;
}

export async function findOffer(where: string | undefined, settings: Config["update"]): Promise<Offer> {
  const from = where ?? settings.url;
  if (from === undefined) {
    const next = "clawdia update --from FILE, --url ADDRESS, or set update.url in the config";
    throw refused("it is not said where newer versions come from", next);
  }
  const key = settings.publicKey ?? builtInKey;
  if (key === "") {
    const next = "set update.publicKey in the config, or build the newer version";
    throw refused("this program was built from source and trusts no key of releases", next);
  }
  const source = openSource(from, (ms) => deadline(realClock, ms).signal);
  const release = openRelease(await source.list(), key);
  return { release, source, isNewer: isNewer(release.version, version) };
}

/** As the files of a release are called. */
export function ownTarget(): string {
  const isMusl = process.platform === "linux" && readTextIfPresent("/etc/alpine-release") !== undefined;
  const system = process.platform === "win32" ? "windows" : process.platform;
  return `${system}-${process.arch}${isMusl ? "-musl" : ""}`;
}
