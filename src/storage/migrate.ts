import type { Database as Sqlite } from "bun:sqlite";
import init from "./migrations/0001-init.sql" with { type: "text" };
import pipeline from "./migrations/0002-pipeline.sql" with { type: "text" };
import cron from "./migrations/0004-cron.sql" with { type: "text" };
import records from "./migrations/0003-link-records.sql" with { type: "text" };
import nodes from "./migrations/0005-nodes.sql" with { type: "text" };
import canvas from "./migrations/0007-canvas.sql" with { type: "text" };
import broughtTokens from "./migrations/0010-brought-tokens.sql" with { type: "text" };
import traffic from "./migrations/0011-traffic.sql" with { type: "text" };

/** The steps in order. A step that was released is never edited: add another file. */
const migrations: readonly { readonly version: number; readonly sql: string }[] = [
  { version: 1, sql: init },
  { version: 2, sql: pipeline },
  { version: 3, sql: records },
  { version: 4, sql: cron },
  { version: 5, sql: nodes },
  { version: 7, sql: canvas },
  { version: 10, sql: broughtTokens },
  { version: 11, sql: traffic },
];

export const schemaVersion = migrations.at(-1)!.version;

/** Brings the schema up to date, each step once and in a transaction of its own. Refuses a newer file's schema. */
export function migrate(sqlite: Sqlite): void {
  const current = sqlite.query<{ user_version: number }, []>("PRAGMA user_version").get()!.user_version;
  if (current > schemaVersion) {
    throw new Error(
      `the state was written by a newer Clawdia (schema ${current}, this one knows ${schemaVersion}): ` +
        "start the newer version",
    );
  }
  for (const step of migrations) {
    if (step.version <= current) continue;
    sqlite.transaction(() => {
      sqlite.exec(step.sql);
      sqlite.exec(`PRAGMA user_version = ${step.version}`);
    })();
  }
}
