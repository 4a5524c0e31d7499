/** The state on disk: one file, one connection, one lock. It knows no table of any feature beyond creating them. */
export { Database } from "./database.ts";
export { schemaVersion } from "./migrate.ts";
export { type Holder, readHolder, StateLock } from "./state-lock.ts";
