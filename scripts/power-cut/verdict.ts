import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { realClock, sha256Bytes } from "../../src/lib/index.ts";
import { MediaStore } from "../../src/sessions/index.ts";
import { Database, SecretFiles } from "../../src/storage/index.ts";
import type { Ack, AckKind } from "./acks.ts";
import type { Image } from "./disk.ts";

/** The judge: puts an image on a real disk, opens it as a start of the gateway does, and looks for what is missing. */

const problemsMax = 20;

/** Puts the image into the folder, which is emptied before. */
export function layOut(image: Image, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  for (const path of image.folders) mkdirSync(join(folder, path), { mode: 0o700 });
  for (const [path, bytes] of image.files) writeFileSync(join(folder, path), bytes, { mode: 0o600 });
}

/** What is wrong with the state in the folder, in words; nothing when it is as it was promised. */
export function judge(folder: string, acks: readonly Ack[]): string[] {
  try {
    using database = new Database(join(folder, "clawdia.db"), realClock);
    const problems = [
      ...integrityOf(database),
      ...missingRows(database, acks),
      ...brokenPromises(database),
      ...lostFiles(database, folder),
      ...lostChoices(database, folder, acks),
    ];
    return problems.slice(0, problemsMax);
  } catch (error) {
    return [`it does not open: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function integrityOf(database: Database): string[] {
  const found = database.query<{ integrity_check: string }>("PRAGMA integrity_check").all();
  const strays = database.query("PRAGMA foreign_key_check").all();
  const lines = found.map(({ integrity_check: line }) => line).filter((line) => line !== "ok");
  return [...lines, ...strays.map((stray) => `a row refers to nothing: ${JSON.stringify(stray)}`)];
}

/** For each kind of acknowledgement, the ids that the database still knows. */
const known: Readonly<Record<Exclude<AckKind, "choice">, string>> = {
  inbound: "SELECT peer_id || '/' || message_id AS id FROM inbound",
  run: `SELECT runs.id AS id FROM runs JOIN idempotency ON idempotency.ref = runs.id
        WHERE EXISTS (SELECT 1 FROM entries WHERE run_id = runs.id AND role = 'user')`,
  final: `SELECT id FROM runs WHERE state = 'ok'
          AND EXISTS (SELECT 1 FROM entries WHERE run_id = runs.id AND role = 'assistant')`,
  ended: "SELECT id FROM runs WHERE state = 'ok'",
  left: "SELECT send_id AS id FROM outbox WHERE state IN ('sending', 'sent')",
  sent: "SELECT message_id AS id FROM outbox WHERE state = 'sent'",
};

function missingRows(database: Database, acks: readonly Ack[]): string[] {
  return Object.entries(known).flatMap(([kind, sql]) => {
    const rows = database.query<{ id: string }>(sql).all();
    const ids = new Set(rows.map(({ id }) => id));
    return acks
      .filter((ack) => ack.kind === kind && !ids.has(ack.id))
      .map(({ id }) => `acknowledged and gone: ${kind} ${id}`);
  });
}

/** What one transaction writes is there together or not at all. */
const promises: Readonly<Record<string, string>> = {
  "a message belongs to a run that is not there":
    "SELECT id FROM inbound WHERE run_id IS NOT NULL AND run_id NOT IN (SELECT id FROM runs)",
  "a run for a chat ended without its reply in the outbox":
    "SELECT id FROM runs WHERE state = 'ok' AND delivery IS NOT NULL AND id NOT IN (SELECT run_id FROM outbox)",
  "a run ended and its message did not":
    "SELECT inbound.id FROM inbound JOIN runs ON runs.id = run_id WHERE runs.state = 'ok' AND inbound.state <> 'done'",
  "a request is remembered and its run is not":
    "SELECT ref AS id FROM idempotency WHERE method = 'chat.send' AND ref NOT IN (SELECT id FROM runs)",
};

function brokenPromises(database: Database): string[] {
  return Object.entries(promises).flatMap(([words, sql]) =>
    database
      .query<{ id: string }>(sql)
      .all()
      .map(({ id }) => `${words}: ${id}`),
  );
}

interface KeptFile {
  readonly sha256?: string;
  readonly path?: string;
  readonly bytes?: number;
}

/** Files are on disk before a row names them. */
function lostFiles(database: Database, folder: string): string[] {
  const media = new MediaStore(join(folder, "media"));
  const payloads = database.query<{ payload: string }>("SELECT payload FROM inbound").all();
  const kept = payloads.flatMap(({ payload }) => (JSON.parse(payload) as { kept: KeptFile[] }).kept);
  const bodies = database.query<{ body: string }>("SELECT body FROM entries WHERE body LIKE '%sha256%'").all();
  const shown = bodies.flatMap(({ body }) => (JSON.parse(body) as { content: KeptFile[] }).content);
  return [...kept, ...shown].flatMap(({ sha256, path, bytes }) => {
    const problems: string[] = [];
    if (sha256 !== undefined && sha256Of(media.get(sha256)) !== sha256) problems.push(`a row names media ${sha256}`);
    if (path !== undefined && sizeOf(join(folder, "workspace", path)) !== bytes) problems.push(`a row names ${path}`);
    return problems.map((problem) => `${problem}, which is not there as a whole`);
  });
}

/** The key of a model is an old one or a new one as a whole, and never older than what was confirmed. */
function lostChoices(database: Database, folder: string, acks: readonly Ack[]): string[] {
  const confirmed = Math.max(0, ...acks.filter(({ kind }) => kind === "choice").map(({ id }) => Number(id)));
  const key = new SecretFiles(join(folder, "secrets")).get("models.near.apiKey");
  const [, number] = /^key-(\d+)-k{700}-end$/.exec(key ?? "key-0-end") ?? [];
  const problems: string[] = [];
  if (key !== undefined && number === undefined) problems.push(`a torn key: ${key.length} characters`);
  if (Number(number ?? 0) < confirmed) problems.push(`acknowledged and gone: the key of choice ${confirmed}`);
  const chosen = database.query<{ value: string }>("SELECT value FROM choices WHERE name = 'model.default'").get();
  const model = Number(chosen?.value.replace("near/m", "") ?? 0);
  if (model < confirmed) problems.push(`acknowledged and gone: choice ${confirmed}`);
  if (model > Number(number ?? 0)) problems.push(`model ${model} is chosen and its key is not there`);
  return problems;
}

function sha256Of(bytes: Uint8Array | undefined): string | undefined {
  return bytes && sha256Bytes(bytes);
}

function sizeOf(path: string): number | undefined {
  return existsSync(path) ? readFileSync(path).length : undefined;
}
