import {
  type Clock,
  errorFields,
  type Ids,
  type Log,
  readTextIfPresent,
  sha256Text,
  writePrivateFile,
} from "../lib/index.ts";
import { checkerOf, invalidRequest, problemsOf } from "../protocol/index.ts";
import { type AllowlistEntry, closedPolicy, ExecPolicyFile } from "./policy-file.ts";

/** The owner's rules on disk, one private file that is replaced as a whole and guarded by a hash of what was read. */

export interface PolicySnapshot {
  readonly path: string;
  readonly exists: boolean;
  /** SHA-256 of the text, of the empty text when there is no file. */
  readonly hash: string;
  /** Without the secret of its socket. */
  readonly file: ExecPolicyFile;
}

export interface PolicyStoreParts {
  /** Undefined keeps the rules in memory. */
  readonly path: string | undefined;
  readonly clock: Pick<Clock, "nowMs">;
  readonly ids: Ids;
  readonly log: Log;
}

/** Largest text that is read as rules. */
const fileCharsMax = 1024 * 1024;
/** Entries of one agent; at the limit nothing is added and the owner is asked each time. */
const entriesMax = 1024;
/** An entry's last use is written at most this often, so that a command costs no disk. */
const usedStepMs = 3_600_000;

export class ExecPolicyStore {
  readonly #parts: PolicyStoreParts;
  #inMemory: string | undefined;

  constructor(parts: PolicyStoreParts) {
    this.#parts = parts;
  }

  /** The rules as they are now. A file that cannot be understood switches commands off. */
  get file(): ExecPolicyFile {
    return this.#parse(this.#read());
  }

  snapshot(): PolicySnapshot {
    const source = this.#read();
    return {
      path: this.#parts.path ?? "exec-approvals.json (in memory)",
      exists: source !== undefined,
      hash: sha256Text(typeof source === "string" ? source : ""),
      file: withoutSecret(this.#parse(source)),
    };
  }

  /** Replaces the rules. Whoever sends them must have read those that are there. */
  replace(file: ExecPolicyFile, basedOn: string | undefined): PolicySnapshot {
    const source = this.#read();
    refuseUnread(source, basedOn);
    const token = file.socket?.token ?? this.#parse(source).socket?.token;
    this.#write(token === undefined ? file : { ...file, socket: { ...file.socket, token } });
    this.#parts.log.info("exec-policy.replaced", { agents: Object.keys(file.agents ?? {}).length });
    return this.snapshot();
  }

  /** Adds to an agent's allow-list what a person allowed for always. */
  allow(agentId: string, entry: Omit<AllowlistEntry, "id" | "source">): void {
    const { file } = this;
    if (file === closedPolicy) return;
    const agent = file.agents?.[agentId] ?? {};
    const allowlist = agent.allowlist ?? [];
    const isThere = allowlist.some(
      (known) =>
        known.pattern === entry.pattern &&
        known.argPattern === entry.argPattern &&
        known.lastResolvedPath === entry.lastResolvedPath,
    );
    if (isThere || allowlist.length >= entriesMax) return;
    const added: AllowlistEntry = { id: this.#parts.ids.uuid(), source: "allow-always", ...entry };
    this.#write({
      ...file,
      agents: { ...file.agents, [agentId]: { ...agent, allowlist: [...allowlist, added] } },
    });
    this.#parts.log.info("exec-policy.allowed", { agentId, program: entry.pattern });
  }

  /** Notes that an entry let a command run. */
  used(agentId: string, entry: AllowlistEntry, commandText: string): void {
    const nowMs = this.#parts.clock.nowMs();
    if (nowMs - (entry.lastUsedAt ?? 0) < usedStepMs) return;
    const { file } = this;
    if (file === closedPolicy) return;
    const noted = { lastUsedAt: nowMs, lastUsedCommand: commandText };
    const agents = Object.entries(file.agents ?? {}).map(([id, agent]) => {
      if (id !== agentId && id !== "*") return [id, agent] as const;
      const allowlist = agent.allowlist?.map((known) => (isSame(known, entry) ? { ...known, ...noted } : known));
      return [id, { ...agent, ...(allowlist && { allowlist }) }] as const;
    });
    this.#write({ ...file, agents: Object.fromEntries(agents) });
  }

  /** The text; undefined when there is none, the failure when it cannot be read. */
  #read(): string | undefined | Error {
    const { path } = this.#parts;
    try {
      return path === undefined ? this.#inMemory : readTextIfPresent(path);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #write(file: ExecPolicyFile): void {
    const { path } = this.#parts;
    const text = `${JSON.stringify(file, undefined, 2)}\n`;
    if (text.length > fileCharsMax) throw invalidRequest(`exec approvals are longer than ${fileCharsMax} characters`);
    if (path === undefined) this.#inMemory = text;
    else writePrivateFile(path, text);
  }

  #parse(source: string | undefined | Error): ExecPolicyFile {
    if (source === undefined) return { version: 1 };
    try {
      if (source instanceof Error) throw source;
      if (source.length > fileCharsMax) throw new Error(`longer than ${fileCharsMax} characters`);
      const parsed: unknown = JSON.parse(source);
      if (checkerOf(ExecPolicyFile).Check(parsed)) return parsed;
      throw new Error(problemsOf(ExecPolicyFile, parsed));
    } catch (error) {
      this.#parts.log.error("exec-policy.unreadable", { path: this.#parts.path, ...errorFields(error) });
      return closedPolicy;
    }
  }
}

function refuseUnread(source: string | undefined | Error, basedOn: string | undefined): void {
  if (source === undefined) return;
  if (source instanceof Error) {
    throw invalidRequest("exec approvals base hash unavailable; re-run exec.approvals.get and retry");
  }
  if (basedOn === undefined || basedOn.trim() === "") {
    throw invalidRequest("exec approvals base hash required; re-run exec.approvals.get and retry");
  }
  if (basedOn !== sha256Text(source)) {
    throw invalidRequest("exec approvals changed since last load; re-run exec.approvals.get and retry");
  }
}

function withoutSecret(file: ExecPolicyFile): ExecPolicyFile {
  const { socket, ...rest } = file;
  if (!socket) return file;
  const { token: _secret, ...shown } = socket;
  return { ...rest, socket: shown };
}

function isSame(left: AllowlistEntry, right: AllowlistEntry): boolean {
  return left.pattern === right.pattern && left.argPattern === right.argPattern && left.id === right.id;
}
