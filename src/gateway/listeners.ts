import type { Log } from "../lib/index.ts";
import type { GatewaySettings } from "./gateway-settings.ts";

/** Where the gateway listens, and how that changes while it runs: the new is opened and tried, then the old is left. */

export type ListenSettings = Pick<GatewaySettings, "addresses" | "port" | "sidePort" | "tls" | "sideTls">;

export interface ListenAt {
  readonly hostname: string;
  readonly port: number;
  readonly tls: GatewaySettings["tls"];
}

/** What of a server of the runtime is used. */
export interface ListeningServer {
  readonly port: number | undefined;
  readonly pendingRequests: number;
  readonly pendingWebSockets: number;
  /** Takes no new connections; with `true` the ones that are there end, too. */
  stop(now?: boolean): Promise<void>;
}

/** One open address. */
export interface Listener {
  readonly kind: "gateway" | "side";
  readonly hostname: string;
  /** As it was asked for: 0 for any. */
  readonly wantedPort: number;
  readonly tls: GatewaySettings["tls"];
  readonly server: ListeningServer;
  /** False once it takes no new connections. */
  isOpen: boolean;
}

export interface ListenersParts {
  readonly log: Log;
  readonly serve: (at: ListenAt, listener: () => Listener | undefined) => ListeningServer;
  readonly serveSide: (at: ListenAt) => ListeningServer;
  /** Whether a new address is answered by this gateway. */
  readonly isReached: (at: ListenAt) => Promise<boolean>;
}

interface Wanted extends ListenAt {
  readonly kind: Listener["kind"];
  readonly wantedPort: number;
}

export class Listeners {
  readonly #parts: ListenersParts;
  #settings: ListenSettings;
  #open: Listener[] = [];
  /** Not wanted any more; those that came in by them are still there. */
  #left: Listener[] = [];
  /** Take nothing new any more. */
  #taken: Listener[] = [];

  constructor(settings: ListenSettings, parts: ListenersParts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  get settings(): ListenSettings {
    return this.#settings;
  }

  get port(): number {
    return this.#of("gateway")[0]?.server.port ?? 0;
  }

  get sidePort(): number | undefined {
    return this.#of("side")[0]?.server.port;
  }

  /** The first address must be free; the others are taken when they can be. */
  open(): void {
    this.#open = this.#opened(this.#settings, []);
  }

  /**
   * Listens by other settings. Rejects, with all as it was, when that cannot be. The caller ends what came in by the
   * listeners that are left, when nothing else can take the change back any more.
   */
  async move(next: ListenSettings): Promise<void> {
    const before = { open: this.#open, left: this.#left, settings: this.#settings };
    const kept = [...before.open, ...before.left].filter(({ isOpen }) => isOpen);
    let now: Listener[] = [];
    try {
      now = this.#opened(next, kept);
      await this.#tryOut(now.filter((listener) => !kept.includes(listener)));
    } catch (error) {
      for (const listener of now) if (!kept.includes(listener)) this.#close(listener);
      this.#open = this.#opened(
        before.settings,
        before.open.filter(({ isOpen }) => isOpen),
      );
      this.#left = [...before.left, ...before.open.filter((listener) => !this.#open.includes(listener))];
      throw error;
    }
    this.#settings = next;
    this.#open = now;
    this.#left = [...new Set([...before.open, ...before.left])].filter((listener) => !now.includes(listener));
  }

  /** The listeners that are left take nothing new from now on; they are the caller's to end. */
  takeLeft(): readonly Listener[] {
    const left = this.#left;
    this.#left = [];
    this.#taken = [...this.#taken.filter(({ server }) => server.pendingWebSockets > 0), ...left];
    for (const listener of left) this.#stop(listener);
    return left;
  }

  /** Whether who came in by a listener could do so now. */
  covers(listener: Listener): boolean {
    return this.#open.some(
      ({ kind, hostname, server, tls }) =>
        kind === listener.kind &&
        server.port === listener.server.port &&
        isSameTls(tls, listener.tls) &&
        (hostname === listener.hostname || (hostname === "0.0.0.0" && !listener.hostname.includes(":"))),
    );
  }

  stop(): void {
    for (const listener of [...this.#open, ...this.#left]) this.#stop(listener);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open, ...this.#left, ...this.#taken].map(({ server }) => server.stop(true)));
  }

  #of(kind: Listener["kind"]): Listener[] {
    return this.#open.filter((listener) => listener.kind === kind);
  }

  /** What is wanted: of the kept ones, or new. */
  #opened(settings: ListenSettings, kept: readonly Listener[]): Listener[] {
    const { addresses, port, sidePort, tls, sideTls } = settings;
    const opened: Listener[] = [];
    const wish = (kind: Listener["kind"], hostname: string, wantedPort: number): Wanted => {
      const first = opened.find((listener) => listener.kind === kind);
      const spoken = kind === "side" ? sideTls : tls;
      return { kind, hostname, wantedPort, port: first?.server.port ?? wantedPort, tls: spoken };
    };
    try {
      for (const hostname of addresses) {
        const wanted = wish("gateway", hostname, port);
        const listener = opened.length === 0 ? this.#openOne(wanted, kept) : this.#tryOne(wanted, kept);
        if (listener) opened.push(listener);
      }
      for (const hostname of sidePort === undefined ? [] : addresses) {
        const listener = this.#tryOne(wish("side", hostname, sidePort!), kept);
        if (listener) opened.push(listener);
      }
      return opened;
    } catch (error) {
      for (const listener of opened) if (!kept.includes(listener)) this.#close(listener);
      throw error;
    }
  }

  #openOne(wanted: Wanted, kept: readonly Listener[]): Listener {
    const same = kept.find((listener) => listener.isOpen && isWanted(listener, wanted));
    if (same) return same;
    try {
      return this.#start(wanted);
    } catch (error) {
      // One address cannot be listened on twice: where it is ours, the old gives way, for less than a moment.
      const inTheWay = kept.filter(({ isOpen, server }) => isOpen && server.port === wanted.port);
      if (inTheWay.length === 0) throw error;
      for (const listener of inTheWay) this.#stop(listener);
      return this.#start(wanted);
    }
  }

  #tryOne(wanted: Wanted, kept: readonly Listener[]): Listener | undefined {
    const { kind, hostname, port } = wanted;
    try {
      return this.#openOne(wanted, kept);
    } catch (error) {
      const { log } = this.#parts;
      if (kind === "side") log.warn("canvas.port-taken", { hostname, port, error: String(error) });
      else log.info("gateway.address-skipped", { hostname, error: String(error) });
      return undefined;
    }
  }

  #start(wanted: Wanted): Listener {
    const { kind, hostname, wantedPort, tls } = wanted;
    let listener: Listener | undefined;
    const server = kind === "gateway" ? this.#parts.serve(wanted, () => listener) : this.#parts.serveSide(wanted);
    return (listener = { kind, hostname, wantedPort, tls, server, isOpen: true });
  }

  async #tryOut(fresh: readonly Listener[]): Promise<void> {
    for (const { kind, hostname, tls, server } of fresh) {
      if (kind !== "gateway") continue;
      const at = { hostname, port: server.port ?? 0, tls };
      if (!(await this.#parts.isReached(at))) throw new Error(`nothing answers at ${hostname}:${at.port}`);
    }
  }

  #stop(listener: Listener): void {
    if (listener.isOpen) void listener.server.stop();
    listener.isOpen = false;
  }

  #close(listener: Listener): void {
    listener.isOpen = false;
    void listener.server.stop(true);
  }
}

function isWanted(listener: Listener, { kind, hostname, wantedPort, tls }: Wanted): boolean {
  const { kind: itsKind, hostname: itsName, wantedPort: itsPort } = listener;
  return kind === itsKind && hostname === itsName && wantedPort === itsPort && isSameTls(tls, listener.tls);
}

function isSameTls(left: GatewaySettings["tls"], right: GatewaySettings["tls"]): boolean {
  return left?.cert === right?.cert && left?.key === right?.key;
}
