import { type Clock, Throttle } from "../lib/index.ts";
import type { PresenceEntry, Publish } from "../protocol/index.ts";
import type { presenceEvents } from "./presence.events.ts";

/** Changes within this time are told together. */
export const presenceIntervalMs = 250;
/** How long an entry stays after its connection went. */
export const presenceLifeMs = 5 * 60_000;
export const presenceMax = 200;

export interface PresenceParts {
  readonly clock: Clock;
  readonly publish: Publish<typeof presenceEvents>;
  /** The gateway's own entry, without its time. */
  readonly self: Omit<PresenceEntry, "ts">;
  /** Raised before `publish`, so that the event carries the new number. */
  readonly bumpVersion: () => void;
}

interface Kept {
  entry: PresenceEntry;
  /** Connections that keep the entry alive. */
  readonly connections: Set<string>;
}

/** Who is there. In memory; an entry lives as long as its connection and a little longer. */
export class Presence {
  readonly #parts: PresenceParts;
  readonly #kept = new Map<string, Kept>();
  readonly #telling: Throttle;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#telling = new Throttle(parts.clock, presenceIntervalMs, () => {
      parts.bumpVersion();
      parts.publish("presence", { presence: this.list() });
    });
  }

  connected(connectionId: string, key: string, entry: Omit<PresenceEntry, "ts">): void {
    const kept = this.#upsert(key, { ...entry, reason: "connect" });
    kept.connections.add(connectionId);
    this.#telling.request();
  }

  disconnected(connectionId: string, key: string): void {
    const kept = this.#kept.get(key.toLowerCase());
    if (!kept?.connections.delete(connectionId)) return;
    if (kept.connections.size === 0)
      kept.entry = { ...kept.entry, ts: this.#parts.clock.nowMs(), reason: "disconnect" };
    this.#telling.request();
  }

  /** A client's own word about itself. True when it says something that others did not know. */
  beacon(key: string, entry: Omit<PresenceEntry, "ts">): boolean {
    const before = this.#kept.get(key.toLowerCase())?.entry;
    const { entry: after } = this.#upsert(key, entry);
    this.#telling.request();
    const telling = ["host", "ip", "version", "mode", "reason"] as const;
    const quiet = after.reason === "heartbeat" || (after.reason?.startsWith("periodic") ?? false);
    return (
      telling.some((field) => field !== "reason" && before?.[field] !== after[field]) ||
      (!quiet && before?.reason !== after.reason)
    );
  }

  /** Newest first. */
  list(): PresenceEntry[] {
    const nowMs = this.#parts.clock.nowMs();
    for (const [key, { entry, connections }] of this.#kept) {
      if (connections.size === 0 && nowMs - entry.ts > presenceLifeMs) this.#kept.delete(key);
    }
    const others = [...this.#kept.values()].map(({ entry }) => entry);
    return [{ ...this.#parts.self, ts: nowMs }, ...others].sort((left, right) => right.ts - left.ts);
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
    this.#kept.set(id, kept);
    this.#evictOldest();
    return kept;
  }

  #evictOldest(): void {
    if (this.#kept.size < presenceMax) return;
    let oldest: string | undefined;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const [key, { entry }] of this.#kept) {
      if (entry.ts >= oldestMs) continue;
      oldest = key;
      oldestMs = entry.ts;
    }
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}

function union(field: "roles" | "scopes", before: Partial<PresenceEntry> | undefined, entry: Partial<PresenceEntry>) {
  const all = [...new Set([...(before?.[field] ?? []), ...(entry[field] ?? [])])];
  return all.length === 0 ? {} : { [field]: all };
}
