import { Database as Sqlite } from "bun:sqlite";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseJson5 } from "../lib/index.ts";
import { type Fields, fieldsOf, listOf, type Source, stringOf } from "./source.ts";

/**
 * What OpenClaw keeps in files up to spring 2026, and in SQLite after that: the same things from both. A database is
 * copied before it is opened, because even reading one writes beside it.
 */
export class Stores implements Disposable {
  readonly #source: Source;
  readonly #folder = mkdtempSync(join(tmpdir(), "clawdia-import-"));
  readonly #open: Sqlite[] = [];
  readonly #shared: Sqlite | undefined;

  constructor(source: Source) {
    this.#source = source;
    this.#shared = this.#copyOf("shared", "state", "openclaw.sqlite");
  }

  /** Approved devices, with the names of fields that the file has. */
  devices(): Fields[] {
    const inFile = Object.values(fieldsOf(this.#source.json("devices", "paired.json"))).map(fieldsOf);
    const rows = rowsOf(this.#shared, "device_pairing_paired", "SELECT * FROM device_pairing_paired");
    const inTable = rows.map((row) => ({
      deviceId: row["device_id"],
      publicKey: row["public_key"],
      displayName: row["operator_label"] ?? row["display_name"],
      platform: row["platform"],
      deviceFamily: row["device_family"],
      clientId: row["client_id"],
      clientMode: row["client_mode"],
      role: row["role"],
      roles: jsonIn(row["roles_json"]),
      scopes: jsonIn(row["approved_scopes_json"]) ?? jsonIn(row["scopes_json"]),
      tokens: jsonIn(row["tokens_json"]),
    }));
    return [...inFile, ...inTable];
  }

  /** People whom the owner let in by a code. */
  people(): { readonly channel: string; readonly account: string; readonly ids: readonly unknown[] }[] {
    const inFiles = this.#source.names("credentials").flatMap((name) => {
      const [, channel, account = "default"] = /^([a-z]+)(?:-(.+))?-allowFrom\.json$/.exec(name) ?? [];
      if (channel === undefined) return [];
      return [{ channel, account, ids: listOf(fieldsOf(this.#source.json("credentials", name))["allowFrom"]) }];
    });
    const table = "channel_pairing_allow_entries";
    const inTable = rowsOf(this.#shared, table, `SELECT * FROM ${table} ORDER BY sort_order`).map((row) => ({
      channel: stringOf(row["channel_key"]) ?? "",
      account: stringOf(row["account_id"]) ?? "default",
      ids: [row["entry"]],
    }));
    return [...inFiles, ...inTable];
  }

  /** Keys of models, those of the first agent before others': `{type, provider, key}`. */
  modelKeys(): Fields[] {
    const agents = this.#source.names("agents");
    const inFiles = agents.map((agent) => this.#source.json("agents", agent, "agent", "auth-profiles.json"));
    const sql = "SELECT value_json FROM config_machine_state WHERE state_key = 'authProfiles.store'";
    const inTable = rowsOf(this.#shared, "config_machine_state", sql).map((row) => jsonIn(row["value_json"]));
    return [...inFiles, ...inTable].flatMap((store) =>
      Object.values(fieldsOf(fieldsOf(store)["profiles"])).map(fieldsOf),
    );
  }

  jobs(): Fields[] {
    const inFile = listOf(fieldsOf(this.#source.json("cron", "jobs.json"))["jobs"]).map(fieldsOf);
    const rows = rowsOf(this.#shared, "cron_jobs", "SELECT job_id, job_json FROM cron_jobs ORDER BY sort_order");
    return [...inFile, ...rows.map((row) => ({ ...fieldsOf(jsonIn(row["job_json"])), id: row["job_id"] }))];
  }

  /** Conversations: their key, and the lines of what was said. */
  *conversations(): Generator<{ readonly key: string; readonly lines: readonly unknown[] }> {
    const agents = this.#source.names("agents");
    for (const folder of [...agents.map((agent) => ["agents", agent, "sessions"]), ["sessions"]]) {
      for (const [key, value] of Object.entries(fieldsOf(this.#source.json(...folder, "sessions.json")))) {
        const file = `${String(fieldsOf(value)["sessionId"])}.jsonl`;
        if (!file.includes("/")) yield { key, lines: this.#source.lines(...folder, file) };
      }
    }
    for (const [index, agent] of agents.entries()) {
      const store = this.#copyOf(`agent-${index}`, "agents", agent, "agent", "openclaw-agent.sqlite");
      const sessions = rowsOf(store, "session_nodes", "SELECT session_key, current_session_id FROM session_nodes");
      for (const row of sessions) {
        const key = stringOf(row["session_key"]);
        if (key !== undefined) yield { key, lines: eventsOf(store!, String(row["current_session_id"])) };
      }
    }
  }

  [Symbol.dispose](): void {
    for (const database of this.#open) database.close(false);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** With the log beside it, which has what was written last. */
  #copyOf(name: string, ...path: readonly string[]): Sqlite | undefined {
    const from = this.#source.path(...path);
    if (!existsSync(from)) return undefined;
    const to = join(this.#folder, `${name}.sqlite`);
    for (const suffix of ["", "-wal"]) if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
    const database = new Sqlite(to, { strict: true });
    this.#open.push(database);
    return database;
  }
}

/** Nothing where the table is missing: each version has others. */
function rowsOf(database: Sqlite | undefined, table: string, sql: string): Fields[] {
  const found = database?.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table);
  return database && found ? database.query<Record<string, unknown>, []>(sql).all() : [];
}

function eventsOf(database: Sqlite, sessionId: string): unknown[] {
  const sql = "SELECT * FROM transcript_events WHERE session_id = ? ORDER BY seq";
  return database
    .query<Record<string, unknown>, [string]>(sql)
    .all(sessionId)
    .map(({ event_json: json, event_zstd: packed }) =>
      jsonIn(packed instanceof Uint8Array ? Buffer.from(Bun.zstdDecompressSync(packed)).toString("utf8") : json),
    );
}

function jsonIn(value: unknown): unknown {
  if (typeof value !== "string" || value === "") return undefined;
  try {
    return parseJson5(value);
  } catch {
    return undefined;
  }
}
