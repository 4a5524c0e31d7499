/** Building blocks that know nothing of Clawdia; each file stands alone. It does not hold words of the product. */
export { addressBucket, canonicalAddress, isLoopback, isTailnet } from "./addresses.ts";
export { assert, BugError, unreachable } from "./assert.ts";
export { armFailpoint, failpoint } from "./failpoint.ts";
export { type BackoffLimits, backoffMs } from "./backoff.ts";
export { type BlobFile, BlobFolder, nextTurn, sha256InTurns } from "./blob-folder.ts";
export { type Clock, dateAt, isoTime, lastHourMs, Lookout, realClock, slept } from "./clock.ts";
export { sameSecret } from "./constant-time.ts";
export { type Deadline, deadline, unlessAborted } from "./deadline.ts";
export {
  hmacText,
  keyFingerprint,
  type KeyPair,
  makeKeyPair,
  parsePublicKey,
  publicKeyOf,
  sha256Bytes,
  sha256Text,
  signText,
  verifyText,
} from "./ed25519.ts";
export { type FileIdentity, identityOf, isInside } from "./file-identity.ts";
export {
  emptyFolder,
  fileStamp,
  makePrivateFolder,
  namesIn,
  readBytesIfPresent,
  readTextIfPresent,
  removeIfPresent,
  syncFolder,
  replacePrivateFile,
  writePassingFile,
  writePrivateFile,
} from "./files.ts";
export { contentDisposition, fileNameBytesMax, safeFileName } from "./file-name.ts";
export { type Brand, type Ids, makeIds } from "./ids.ts";
export { type ImageSize, imageSizeOf } from "./image-size.ts";
export { type LaneLimits, Lanes } from "./lanes.ts";
export {
  errorFields,
  type Log,
  type LogFields,
  type LogLevel,
  logLevels,
  type LogRecord,
  type LogSink,
  makeLog,
} from "./log.ts";
export { LogFile } from "./log-file.ts";
export { hideSecrets, RepeatedLines, withoutSecrets } from "./log-sinks.ts";
export { fileLine, humanLine, jsonLine } from "./log-formats.ts";
export { extensionOf, mimeOf, unknownMimeType } from "./mime.ts";
export { joinPath, makePaths, type Paths, resolvePath } from "./paths.ts";
export { type Random, realRandom } from "./random.ts";
export { cutToBytes, oneLine, shorten, spanWords } from "./text.ts";
export { supervision, Supervisor, type SupervisorParts, type Trouble } from "./supervisor.ts";
export { Throttle } from "./throttle.ts";
export { isPlainObject, type Json5Path, json5TextAt, parseJson5, replaceJson5, setJson5, unsetJson5 } from "./json5.ts";
export {
  hostName,
  type InterfaceAddress,
  type NetworkInterface,
  ownAddresses,
  ownInterfaces,
  primaryAddress,
  readEnvText,
} from "./machine.ts";
export { type Tail, tailFile, type TailRequest } from "./tail-file.ts";
export { keepMemorySmall } from "./memory-keeper.ts";
export { instantOf, isZone, machineZone, parseSpan, parseWhen, segmentAt, wallOf } from "./when.ts";
