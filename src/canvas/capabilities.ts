import { type Clock, hmacText, type Ids, sameSecret } from "../lib/index.ts";

/**
 * Who may open the canvas: a secret in the path, because web views send no headers of ours. A connection's own is good
 * while it is there and a little longer; a view link is signed and says itself until when it is good.
 */

/** files: read files and hear of changes. view: see the surfaces too. act: press their buttons too. */
export type CanvasRight = "files" | "view" | "act";

export interface CanvasGrant {
  readonly right: CanvasRight;
  /** The client that it belongs to; undefined for links and this machine's own browser. */
  readonly holder: CanvasHolder | undefined;
  /** A view link's last moment. */
  readonly endsAtMs?: number;
}

export interface CanvasHolder {
  readonly connectionId: string;
  readonly deviceId: string | undefined;
  readonly displayName: string;
}

interface Issued {
  readonly grant: CanvasGrant;
  /** Undefined while the connection is there. */
  expiresAtMs: number | undefined;
}

export interface CapabilitiesParts {
  readonly clock: Pick<Clock, "nowMs">;
  readonly ids: Pick<Ids, "secret">;
  /** View links survive a restart, so this is kept. */
  readonly linkKey: Uint8Array;
}

/** A page that is being loaded when its connection breaks gets the rest of its files. */
export const graceMs = 60_000;
export const linkDurationMaxMs = 30 * 86_400_000;

export class Capabilities {
  readonly #parts: CapabilitiesParts;
  readonly #issued = new Map<string, Issued>();
  readonly #ofConnection = new Map<string, string[]>();

  constructor(parts: CapabilitiesParts) {
    this.#parts = parts;
  }

  /** For one connection; it ends with `release`. */
  issue(holder: CanvasHolder, right: CanvasRight): string {
    this.#sweep();
    const secret = this.#parts.ids.secret();
    this.#issued.set(secret, { grant: { right, holder }, expiresAtMs: undefined });
    const own = this.#ofConnection.get(holder.connectionId) ?? [];
    this.#ofConnection.set(holder.connectionId, [...own, secret]);
    return secret;
  }

  /** For a page on this machine: as long as the gateway runs. */
  issueLocal(right: CanvasRight): string {
    const secret = this.#parts.ids.secret();
    this.#issued.set(secret, { grant: { right, holder: undefined }, expiresAtMs: undefined });
    return secret;
  }

  /** The connection is gone. */
  release(connectionId: string): void {
    const expiresAtMs = this.#parts.clock.nowMs() + graceMs;
    for (const secret of this.#ofConnection.get(connectionId) ?? []) {
      const issued = this.#issued.get(secret);
      if (issued) issued.expiresAtMs = expiresAtMs;
    }
    this.#ofConnection.delete(connectionId);
  }

  /** A link that shows and lets nobody act. */
  viewLink(durationMs: number): { readonly capability: string; readonly expiresAtMs: number } {
    const expiresAtMs = this.#parts.clock.nowMs() + Math.min(durationMs, linkDurationMaxMs);
    const head = `v1.${expiresAtMs.toString(36)}`;
    return { capability: `${head}.${this.#sign(head)}`, expiresAtMs };
  }

  /** Undefined for whatever is not good now. */
  judge(capability: string): CanvasGrant | undefined {
    const nowMs = this.#parts.clock.nowMs();
    const issued = this.#issued.get(capability);
    if (issued) return issued.expiresAtMs === undefined || issued.expiresAtMs > nowMs ? issued.grant : undefined;
    const endsAtMs = this.#linkEndMs(capability);
    return endsAtMs !== undefined && endsAtMs > nowMs ? { right: "view", holder: undefined, endsAtMs } : undefined;
  }

  /** A view link of ours whose time is over: its holder may be told so. */
  isOver(capability: string): boolean {
    const endsAtMs = this.#linkEndMs(capability);
    return endsAtMs !== undefined && endsAtMs <= this.#parts.clock.nowMs();
  }

  #linkEndMs(capability: string): number | undefined {
    const link = /^(v1\.([0-9a-z]{1,12}))\.([A-Za-z0-9_-]{1,128})$/.exec(capability);
    const isOurs = link !== null && sameSecret(link[3]!, this.#sign(link[1]!));
    return isOurs ? Number.parseInt(link[2]!, 36) : undefined;
  }

  #sign(head: string): string {
    return hmacText(this.#parts.linkKey, `canvas-view-link ${head}`);
  }

  #sweep(): void {
    const nowMs = this.#parts.clock.nowMs();
    for (const [secret, { expiresAtMs }] of this.#issued) {
      if (expiresAtMs !== undefined && expiresAtMs <= nowMs) this.#issued.delete(secret);
    }
  }
}
