import { type Clock, type Random, sha256Text } from "../lib/index.ts";
import type { Sender } from "../providers/index.ts";
import type { Database } from "../storage/index.ts";

/** People who ask to talk to the agent, and those who may. Codes are kept as hashes. */

export const codeLifeMs = 3_600_000;
/** Open requests of one account; further strangers get no code until one is decided or expires. */
export const requestsMax = 3;
/** Wrong codes in a row, over all accounts, before guessing has to pause. */
const guessesMax = 10;
const guessPauseMs = 60_000;
const codeChars = 8;
/** No letter or digit that is mistaken for another. */
const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

export interface ApprovalRequest {
  readonly provider: string;
  readonly accountId: string;
  readonly senderId: string;
  readonly senderName: string | undefined;
  readonly peerId: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface ApprovedSender {
  readonly provider: string;
  readonly accountId: string;
  readonly senderId: string;
  readonly senderName: string | undefined;
  readonly isOwner: boolean;
  readonly approvedAtMs: number;
}

interface RequestRow {
  provider: string;
  account_id: string;
  sender_id: string;
  sender_name: string | null;
  peer_id: string;
  created_at: number;
  expires_at: number;
}

export type Asked =
  /** The code is told once, now. */
  | { readonly kind: "code"; readonly code: string }
  /** The person has a code already and is not told again. */
  | { readonly kind: "known" }
  | { readonly kind: "full" };

export class Approvals {
  readonly #database: Database;
  readonly #clock: Pick<Clock, "nowMs" | "elapsedMs">;
  readonly #random: Random;
  #guesses = 0;
  #guessesFromMs = 0;

  constructor(database: Database, clock: Pick<Clock, "nowMs" | "elapsedMs">, random: Random) {
    this.#database = database;
    this.#clock = clock;
    this.#random = random;
  }

  /** Call it inside the transaction that holds the message. */
  ask(provider: string, accountId: string, sender: Sender, peerId: string): Asked {
    const nowMs = this.#clock.nowMs();
    this.#database.query("DELETE FROM approval_requests WHERE expires_at <= ?").run(nowMs);
    const open = this.#requests("WHERE provider = ? AND account_id = ?", provider, accountId);
    if (open.some(({ senderId }) => senderId === sender.id)) return { kind: "known" };
    if (open.length >= requestsMax) return { kind: "full" };
    const code = this.#newCode();
    this.#database
      .query(
        `INSERT INTO approval_requests (provider, account_id, sender_id, sender_name, peer_id, code_hash, created_at,
           expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        provider,
        accountId,
        sender.id,
        sender.name ?? sender.handle ?? null,
        peerId,
        hashOf(code),
        nowMs,
        nowMs + codeLifeMs,
      );
    return { kind: "code", code };
  }

  requests(): ApprovalRequest[] {
    return this.#requests("WHERE expires_at > ?", this.#clock.nowMs());
  }

  /** `too-many`: codes were guessed; wait a minute. */
  byCode(code: string): ApprovalRequest | "too-many" | undefined {
    const nowMs = this.#clock.elapsedMs();
    if (nowMs - this.#guessesFromMs > guessPauseMs) {
      this.#guesses = 0;
      this.#guessesFromMs = nowMs;
    }
    if (this.#guesses >= guessesMax) return "too-many";
    const wanted = hashOf(code.trim().toUpperCase());
    const found = this.#requests("WHERE code_hash = ? AND expires_at > ?", wanted, this.#clock.nowMs())[0];
    if (!found) this.#guesses++;
    return found;
  }

  bySender(provider: string, accountId: string, senderId: string): ApprovalRequest | undefined {
    return this.#requests(
      "WHERE provider = ? AND account_id = ? AND sender_id = ? AND expires_at > ?",
      provider,
      accountId,
      senderId,
      this.#clock.nowMs(),
    )[0];
  }

  /** Call it inside a transaction. */
  approve(
    { provider, accountId, senderId, senderName }: Omit<ApprovalRequest, "peerId" | "createdAtMs" | "expiresAtMs">,
    isOwner: boolean,
    by: string,
  ): void {
    this.#database
      .query(
        `INSERT OR REPLACE INTO approved_senders (provider, account_id, sender_id, sender_name, is_owner, approved_at,
           approved_by) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(provider, accountId, senderId, senderName ?? null, isOwner ? 1 : 0, this.#clock.nowMs(), by);
    this.reject(provider, accountId, senderId);
  }

  /** False when there was no such request. */
  reject(provider: string, accountId: string, senderId: string): boolean {
    return (
      this.#database
        .query("DELETE FROM approval_requests WHERE provider = ? AND account_id = ? AND sender_id = ?")
        .run(provider, accountId, senderId).changes > 0
    );
  }

  /** False when there was no such approval. */
  revoke(provider: string, accountId: string, senderId: string): boolean {
    return (
      this.#database
        .query("DELETE FROM approved_senders WHERE provider = ? AND account_id = ? AND sender_id = ?")
        .run(provider, accountId, senderId).changes > 0
    );
  }

  find(provider: string, accountId: string, senderId: string): { readonly isOwner: boolean } | undefined {
    const row = this.#database
      .query<{ is_owner: number }>(
        "SELECT is_owner FROM approved_senders WHERE provider = ? AND account_id = ? AND sender_id = ?",
      )
      .get(provider, accountId, senderId);
    return row ? { isOwner: row.is_owner === 1 } : undefined;
  }

  approved(): ApprovedSender[] {
    return this.#database
      .query<{
        provider: string;
        account_id: string;
        sender_id: string;
        sender_name: string | null;
        is_owner: number;
        approved_at: number;
      }>("SELECT * FROM approved_senders ORDER BY approved_at DESC LIMIT 1000")
      .all()
      .map((row) => ({
        provider: row.provider,
        accountId: row.account_id,
        senderId: row.sender_id,
        senderName: row.sender_name ?? undefined,
        isOwner: row.is_owner === 1,
        approvedAtMs: row.approved_at,
      }));
  }

  #requests(where: string, ...args: (string | number)[]): ApprovalRequest[] {
    return this.#database
      .query<RequestRow>(`SELECT * FROM approval_requests ${where} ORDER BY created_at`)
      .all(...args)
      .map((row) => ({
        provider: row.provider,
        accountId: row.account_id,
        senderId: row.sender_id,
        senderName: row.sender_name ?? undefined,
        peerId: row.peer_id,
        createdAtMs: row.created_at,
        expiresAtMs: row.expires_at,
      }));
  }

  #newCode(): string {
    return [...this.#random.bytes(codeChars)].map((byte) => alphabet[byte & 31]).join("");
  }
}

function hashOf(code: string): string {
  return sha256Text(`approval:${code}`);
}
