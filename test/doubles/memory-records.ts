import { realClock } from "../../src/lib/index.ts";
import { Database, LinkRecords } from "../../src/storage/index.ts";

/** What a link remembers, in a database of its own that goes with the test. */
export function memoryRecords(): LinkRecords {
  return new LinkRecords(new Database(":memory:", realClock), { provider: "network", accountId: "main" });
}
