/** The state on disk: one file, one connection, one lock. It knows no table of any feature beyond creating them. */
export { Choices } from "./choices.ts";
export { Database } from "./database.ts";
export { type DiskFault, diskRefusal, DiskRefused, faultOf } from "./disk-fault.ts";
export { type HeldElsewhere, type HostLock, takeHostLock } from "./host-lock.ts";
export { LinkRecords, type RecordChange } from "./link-records.ts";
export { schemaVersion } from "./migrate.ts";
export { SecretFiles } from "./secrets.ts";
export { type Holder, readHolder, StateLock } from "./state-lock.ts";
export { watchDisk } from "./watch-disk.ts";
