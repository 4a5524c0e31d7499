import type { Clock, Ids } from "../lib/index.ts";
import { invalidRequest } from "../protocol/index.ts";
import type { Database } from "../storage/index.ts";
import type { MediaStore } from "./media.store.ts";
import type { Session, SessionDelivery } from "./session.ts";
import {
  agentIdOf,
  canonicalKey,
  isMainSession,
  kindOf,
  mainSessionKey,
  type SessionKey,
  type SessionNames,
} from "./session-key.ts";
import { type SessionFilter, SessionStore } from "./sessions.store.ts";
import { patchSettings } from "./settings-patch.ts";
import { SystemEvents } from "./system-events.ts";
import { Transcript } from "./transcript.ts";

/** Which agents there are; lent by `agents`. */
export interface KnownAgents {
  require(id: string): { readonly id: string };
}

/** Whether a model may be chosen; lent by `engine`. */
export interface KnownModels {
  /** The model's canonical reference, or undefined when there is none of that name. */
  resolve(
    reference: string,
  ): { readonly provider: string; readonly model: string; readonly isDefault: boolean } | undefined;
}

export interface SessionsParts {
  readonly database: Database;
  readonly media: MediaStore;
  readonly clock: Pick<Clock, "nowMs">;
  readonly ids: Ids;
  readonly names: SessionNames;
  readonly agents: KnownAgents;
  readonly models: KnownModels;
}

export type { SessionDelivery } from "./session.ts";

/** What a message tells of its session. */
export interface Heard {
  readonly delivery: SessionDelivery;
  readonly displayName: string | undefined;
  readonly atMs: number;
}

export interface SessionPatch extends Readonly<Record<string, unknown>> {
  readonly label?: string | null;
  readonly model?: string | null;
  readonly spawnedBy?: string | null;
  readonly execNode?: string | null;
}

/** The conversations: found by any spelling of their key, made when first used. */
export class Sessions {
  readonly transcript: Transcript;
  readonly media: MediaStore;
  readonly systemEvents: SystemEvents;
  readonly #parts: SessionsParts;
  readonly #store: SessionStore;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    this.media = parts.media;
    this.#store = new SessionStore(parts.database);
    this.systemEvents = new SystemEvents(parts.database, parts.clock);
    this.transcript = new Transcript({
      database: parts.database,
      store: this.#store,
      media: parts.media,
      ids: parts.ids,
    });
  }

  get names(): SessionNames {
    return this.#parts.names;
  }

  get mainKey(): SessionKey {
    return mainSessionKey(this.names);
  }

  canonical(written: string): SessionKey {
    return canonicalKey(written, this.names);
  }

  /** Whether a session could have that key at all. */
  isKey(written: string): boolean {
    try {
      return this.canonical(written) !== "";
    } catch {
      return false;
    }
  }

  agentIdOf(written: string): string {
    return agentIdOf(this.canonical(written), this.names);
  }

  find(written: string): Session | undefined {
    return this.#store.find(this.canonical(written));
  }

  count(): number {
    return this.#store.count();
  }

  countOf(agentId: string): number {
    return this.#store.countOf(agentId);
  }

  list(filter: Omit<SessionFilter, "search">): Session[] {
    return this.#store.list(filter);
  }

  /** The same with a search, while others go on. */
  async listInTurns(filter: SessionFilter): Promise<Session[]> {
    return this.#store.listInTurns(filter);
  }

  findBy(column: "session_id" | "label", value: string): Session[] {
    return this.#store.findAll(column, value);
  }

  /** The session, made when it is not there. Call it inside the transaction that needs it. */
  ensure(key: SessionKey): Session {
    const known = this.#store.find(key);
    if (known) return known;
    const nowMs = this.#parts.clock.nowMs();
    const agentId = agentIdOf(key, this.names);
    this.#parts.agents.require(agentId);
    const made: Session = {
      key,
      agentId,
      sessionId: this.#parts.ids.uuid(),
      kind: kindOf(key),
      label: undefined,
      spawnedBy: undefined,
      settings: {},
      inputTokens: 0,
      outputTokens: 0,
      abortedLastRun: false,
      systemSent: false,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      displayName: undefined,
      delivery: undefined,
      lastHumanAtMs: undefined,
      summary: undefined,
      contextTokens: undefined,
    };
    this.#store.insert(made);
    return made;
  }

  /** Notes where somebody last spoke in it. Call it inside the transaction that takes the message on. */
  heard(key: SessionKey, heard: Heard): Session {
    const { delivery, displayName, atMs } = heard;
    const before = this.ensure(key);
    const after = { ...before, delivery, displayName: displayName ?? before.displayName, lastHumanAtMs: atMs };
    this.#store.update(after);
    return after;
  }

  /** Sets old entries aside, with a summary in their place. Call it inside a transaction. */
  summarise(key: SessionKey, entryIds: readonly string[], summary: string): void {
    const session = this.#store.find(key);
    if (!session) return;
    this.transcript.archive(entryIds);
    this.#store.update({ ...session, summary });
  }

  noteContext(key: SessionKey, contextTokens: number): void {
    const session = this.#store.find(key);
    if (session) this.#store.update({ ...session, contextTokens });
  }

  /** Takes back that it was used since `sinceMs`, unless a person did. Call it inside a transaction. */
  untouch(key: SessionKey, sinceMs: number, usedAtMs: number): void {
    const session = this.#store.find(key);
    if (!session || (session.lastHumanAtMs ?? 0) >= sinceMs) return;
    this.#store.update({ ...session, updatedAtMs: usedAtMs });
  }

  addUsage(key: SessionKey, usage: { readonly input: number; readonly output: number }, aborted: boolean): void {
    this.#store.addTokens(key, usage.input, usage.output, aborted);
  }

  patch(written: string, patch: SessionPatch): Session {
    return this.#parts.database.transaction(() => {
      const before = this.ensure(this.canonical(written));
      const settings = this.#withModel(patchSettings(before.settings, patch), patch.model);
      const after: Session = {
        ...before,
        label: patch.label === undefined ? before.label : this.#label(before, patch.label),
        spawnedBy: patch.spawnedBy === undefined ? before.spawnedBy : spawnedByOf(before, patch.spawnedBy),
        settings: withNode(settings, patch.execNode),
        updatedAtMs: this.#parts.clock.nowMs(),
      };
      this.#store.update(after);
      return after;
    });
  }

  /** A new conversation under the same key: what was set for the person stays, what was set for the task goes. */
  reset(written: string): Session {
    return this.#parts.database.transaction(() => {
      const before = this.ensure(this.canonical(written));
      const { thinkingLevel, verboseLevel, reasoningLevel, responseUsage, model, modelProvider, sendPolicy } =
        before.settings;
      const kept = { thinkingLevel, verboseLevel, reasoningLevel, responseUsage, model, modelProvider, sendPolicy };
      const after: Session = {
        ...before,
        sessionId: this.#parts.ids.uuid(),
        spawnedBy: undefined,
        settings: JSON.parse(JSON.stringify(kept)) as Session["settings"],
        inputTokens: 0,
        outputTokens: 0,
        abortedLastRun: false,
        systemSent: false,
        summary: undefined,
        contextTokens: undefined,
        updatedAtMs: this.#parts.clock.nowMs(),
      };
      this.#store.update(after);
      return after;
    });
  }

  /** The main session is not deleted, but reset. */
  refuseToDeleteMain(key: SessionKey): void {
    if (isMainSession(key, this.names)) throw invalidRequest(`Cannot delete the main session (${key}).`);
  }

  /** False when there was none. The transcript goes first, so that a crash leaves nothing that nobody finds. */
  async delete(key: SessionKey, deleteTranscript: boolean): Promise<boolean> {
    this.refuseToDeleteMain(key);
    const session = this.#store.find(key);
    if (!session) return false;
    if (deleteTranscript) return this.transcript.remove(session.sessionId, () => this.#store.remove(key));
    return this.#parts.database.commit(() => this.#store.remove(key));
  }

  async compact(
    { key, sessionId }: Session,
    keep: number,
  ): Promise<{ readonly kept: number; readonly archived: number }> {
    const result = await this.transcript.compact(sessionId, keep);
    if (result.archived === 0) return result;
    await this.#parts.database.commit(() => {
      const session = this.#store.find(key);
      if (session?.sessionId === sessionId) this.#store.update({ ...session, inputTokens: 0, outputTokens: 0 });
    });
    return result;
  }

  #label(session: Session, label: string | null): string | undefined {
    if (label === null) return undefined;
    const wanted = label.trim();
    if (wanted === "") throw invalidRequest("invalid label: empty");
    const holder = this.#store.findAll("label", wanted)[0];
    if (holder && holder.key !== session.key) throw invalidRequest(`label already in use: ${wanted}`);
    return wanted;
  }

  #withModel(settings: Session["settings"], reference: string | null | undefined): Session["settings"] {
    if (reference === undefined) return settings;
    const { model: _model, modelProvider: _provider, ...rest } = settings;
    if (reference === null) return rest;
    const found = this.#parts.models.resolve(reference);
    if (!found) throw invalidRequest(`model not allowed: ${reference} (see models.list)`);
    return found.isDefault ? rest : { ...rest, model: found.model, modelProvider: found.provider };
  }
}

function spawnedByOf(session: Session, spawnedBy: string | null): string | undefined {
  if (session.spawnedBy !== undefined && spawnedBy !== session.spawnedBy) {
    throw invalidRequest("spawnedBy cannot be changed once set");
  }
  if (spawnedBy?.trim() === "") throw invalidRequest("invalid spawnedBy (use a session key, or null)");
  if (spawnedBy !== null && !session.key.includes(":subagent:")) {
    throw invalidRequest("spawnedBy is only supported for subagent: sessions");
  }
  return spawnedBy ?? undefined;
}

function withNode(settings: Session["settings"], execNode: string | null | undefined): Session["settings"] {
  if (execNode === undefined) return settings;
  if (execNode?.trim() === "") throw invalidRequest("invalid execNode (use a node's id, or null)");
  const { execNode: _before, ...rest } = settings;
  return execNode === null ? rest : { ...rest, execNode };
}
