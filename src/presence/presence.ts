import { type Clock, Throttle } from "../lib/index.ts";
import { PreparedJson, type PresenceEntry, type Publish } from "../protocol/index.ts";
import type { presenceEvents } from "./presence.events.ts";

/** Changes within this time are told together. */
export const presenceIntervalMs = 250;
/** How long an entry stays after its connection went. */
export const presenceLifeMs = 5 * 60_000;
export const presenceMax = 200;
/** Entries without a connection that stay: the list goes to everybody, and short visits must not make it long. */
export const goneMax = 50;
/** A list of everybody to everybody grows with the square: for every so many listeners one interval more. */
const listenersPerInterval = 100;
const snapshotLifeMs = 1_000;

export interface PresenceParts {
  readonly clock: Clock;
  readonly publish: Publish<typeof presenceEvents>;
  /** The gateway's own entry, without its time. */
  readonly self: Omit<PresenceEntry, "ts">;
  readonly listenersCount: () => number;
  /** Raised before `publish`, so that the event carries the new number. */
  readonly bumpVersion: () => void;
}

interface Kept {
  entry: PresenceEntry;
  /** Connections that keep the entry alive. */
  readonly connections: Set<string>;
}

/** Who is there. In memory; an entry lives as long as its connection and a little longer. */
export class Presence implements Disposable {
  readonly #parts: PresenceParts;
  readonly #kept = new Map<string, Kept>();
  /** Entries whose connections went, in the order in which they did. */
  readonly #gone = new Set<string>();
  readonly #telling: Throttle;
  #snapshot: { readonly list: PreparedJson<PresenceEntry[]>; readonly madeAtMs: number } | undefined;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    const intervalMs = () => presenceIntervalMs * Math.max(1, Math.ceil(parts.listenersCount() / listenersPerInterval));
    this.#telling = new Throttle(parts.clock, intervalMs, () => {
      parts.bumpVersion();
      parts.publish("presence", { presence: this.list() });
    });
  }

  connected(connectionId: string, key: string, entry: Omit<PresenceEntry, "ts">): void {
    const kept = this.#upsert(key, { ...entry, reason: "connect" });
    kept.connections.add(connectionId);
    this.#changed();
  }

  disconnected(connectionId: string, key: string): void {
    const kept = this.#kept.get(key.toLowerCase());
    if (!kept?.connections.delete(connectionId)) return;
    if (kept.connections.size === 0) this.#leave(key.toLowerCase(), kept);
    this.#changed();
  }

  /** A client's own word about itself. True when it says something that others did not know. */
  beacon(key: string, entry: Omit<PresenceEntry, "ts">): boolean {
    const before = this.#kept.get(key.toLowerCase())?.entry;
    const { entry: after } = this.#upsert(key, entry);
    this.#changed();
    const telling = ["host", "ip", "version", "mode", "reason"] as const;
    const quiet = after.reason === "heartbeat" || (after.reason?.startsWith("periodic") ?? false);
    return (
      telling.some((field) => field !== "reason" && before?.[field] !== after[field]) ||
      (!quiet && before?.reason !== after.reason)
    );
  }

  /** The list as JSON, at most a moment old: many ask, little changes. */
  snapshot(): PreparedJson<PresenceEntry[]> {
    const nowMs = this.#parts.clock.elapsedMs();
    if (!this.#snapshot || nowMs - this.#snapshot.madeAtMs > snapshotLifeMs) {
      this.#snapshot = { list: new PreparedJson(this.list()), madeAtMs: nowMs };
    }
    return this.#snapshot.list;
  }

  /** Newest first. */
  list(): PresenceEntry[] {
    const nowMs = this.#parts.clock.nowMs();
    for (const [key, { entry, connections }] of this.#kept) {
      if (connections.size > 0 || nowMs - entry.ts <= presenceLifeMs) continue;
      this.#kept.delete(key);
      this.#gone.delete(key);
    }
    const others = [...this.#kept.values()].map(({ entry }) => entry);
    return [{ ...this.#parts.self, ts: nowMs }, ...others].sort((left, right) => right.ts - left.ts);
  }

  /** Nothing is told any more. */
  [Symbol.dispose](): void {
    this.#telling.close();
  }

  #leave(id: string, kept: Kept): void {
    kept.entry = { ...kept.entry, ts: this.#parts.clock.nowMs(), reason: "disconnect" };
    this.#gone.add(id);
    const [longest] = this.#gone;
    if (this.#gone.size <= goneMax || longest === undefined) return;
    this.#gone.delete(longest);
    this.#kept.delete(longest);
  }

  #changed(): void {
    this.#snapshot = undefined;
    this.#telling.request();
  }

  #upsert(key: string, entry: Omit<PresenceEntry, "ts">): Kept {
    const id = key.toLowerCase();
    const before = this.#kept.get(id);
    const merged: PresenceEntry = {
      ...before?.entry,
      ...entry,
      ...union("roles", before?.entry, entry),
      ...union("scopes", before?.entry, entry),
      ts: this.#parts.clock.nowMs(),
    };
    const kept: Kept = { entry: merged, connections: before?.connections ?? new Set() };
    if (!before) this.#makeRoom();
    this.#gone.delete(id);
    this.#kept.set(id, kept);
    return kept;
  }

  /** Those that are gone leave before those that are connected, the oldest first. */
  #makeRoom(): void {
    // One more comes, and the gateway itself is on the list.
    if (this.#kept.size < presenceMax - 1) return;
    const ranked = [...this.#kept].map(([key, { entry, connections }]) => ({
      key,
      isConnected: connections.size > 0,
      ts: entry.ts,
    }));
    const [first] = ranked.toSorted(
      (left, right) => Number(left.isConnected) - Number(right.isConnected) || left.ts - right.ts,
    );
    if (!first) return;
    this.#kept.delete(first.key);
    this.#gone.delete(first.key);
  }
}

function union(field: "roles" | "scopes", before: Partial<PresenceEntry> | undefined, entry: Partial<PresenceEntry>) {
  const all = [...new Set([...(before?.[field] ?? []), ...(entry[field] ?? [])])];
  return all.length === 0 ? {} : { [field]: all };
}
