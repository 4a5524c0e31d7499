/** The way out to URLs and files that a stranger or a model names, and the judge of addresses. It keeps nothing. */
export { addressText, parseAddress } from "./addresses.ts";
export { type CertificateFacts, certificateFacts, type CertificatePair, makeCertificate } from "./certificate.ts";
export { FetchRefused, type FetchRefusal } from "./fetch-errors.ts";
export type { FetchHeaders } from "./fetch-headers.ts";
export {
  type Fetched,
  fetchBytesMax,
  type FetchOptions,
  type FetchPorts,
  type GuardedFetch,
  guardedFetch,
  makeGuardedFetch,
} from "./guarded-fetch.ts";
export { type Dial, makeDial } from "./http-dialer.ts";
export { type LocalMedia, type LocalMediaRules, readLocalMedia } from "./local-media.ts";
export { FileRefused, type FileRefusal, openBeneath } from "./open-beneath.ts";
export { isPublicAddress, whyNotPublic } from "./public-addresses.ts";
export { type Resolve, systemResolve } from "./resolve-name.ts";
export { openServed, type ServedFile } from "./served-file.ts";
export { watchFolder } from "./watch-folder.ts";
export { fingerprintIn, openPinned, openWith, pinnedKey, PinMismatch, ServerAway } from "./tls-pin.ts";
