/** All that a gateway is, in one private file, and back. It knows files and the store, and no feature. */
export { type Contents, makeBackup } from "./backup.ts";
export { type Restored, restoreBackup, RestoreRefused } from "./restore.ts";
export { readTar, TarError, TarWriter } from "./tar-file.ts";
