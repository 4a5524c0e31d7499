import type { Clock, Log } from "../lib/index.ts";
import {
  type ConnectParams,
  errorText,
  GatewayError,
  type Principal,
  responseText,
  type Role,
  toWire,
  wireLimits,
} from "../protocol/index.ts";
import type { TailscaleIdentity } from "../tailscale/index.ts";
import type { Listener } from "./broadcast.ts";
import type { Act, Connection } from "./connection.ts";
import type { Caller, Dispatcher } from "./dispatch.ts";
import type { Listener as Entrance } from "./listeners.ts";
import type { Outgoing } from "./outgoing.ts";

/** How a socket came in; see `approach.ts`. */
export interface SocketApproach {
  readonly address: string;
  readonly origin: string | undefined;
  readonly isLocal: boolean;
  /** Through a proxy that is trusted: others are turned away. */
  readonly isForwarded: boolean;
  readonly host: string;
  /** The gateway's own address as the client sees it, without a path. */
  readonly baseUrl: string;
  /** Who its user is at Tailscale, where it came that way and somebody is named. */
  readonly tailscale?: TailscaleIdentity | undefined;
}

/** Who decides about `connect` and greets who may come in; lent by the house. */
export interface Door {
  /** The principal and the hello, or a thrown `GatewayError`. */
  admit(entry: Entry): Admitted;
  /** After hello-ok was sent. */
  opened(entry: Entry, principal: Principal): void;
  /** Lets a connection call a method that is not for its role, because a person allowed it. */
  alsoMay(principal: Principal, method: string): boolean;
  /** Of every connection that was opened. `presenceKey` as it was admitted with. */
  closed(connectionId: string, presenceKey: string | undefined): void;
}

export interface Admitted {
  readonly principal: Principal;
  readonly hello: unknown;
  /** Under which the client is shown to others; undefined when it is not. */
  readonly presenceKey: string | undefined;
  /** SHA-256 of the shared secret that let it in; undefined when another credential did. */
  readonly openedBy?: string | undefined;
}

export interface Entry {
  readonly connectionId: string;
  readonly params: ConnectParams;
  readonly protocol: number;
  readonly nonce: string;
  readonly approach: SocketApproach;
}

export interface DriverParts {
  readonly connectionId: string;
  readonly nonce: string;
  readonly approach: SocketApproach;
  readonly connection: Connection;
  readonly outgoing: Outgoing;
  readonly door: Door;
  readonly dispatcher: Dispatcher;
  readonly clock: Pick<Clock, "elapsedMs" | "nowMs">;
  readonly log: Log;
  /** What listens where it came in. */
  readonly cameBy?: Entrance | undefined;
  /** Leaves the waiting room: the handshake is over. */
  readonly handshakeOver: () => void;
  readonly onOpen: (driver: Driver) => void;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const goneReason = new Error("the connection is gone");

/** Performs the acts of one connection: authenticates, dispatches, sends, closes. */
export class Driver implements Caller, Listener {
  readonly connectionId: string;
  readonly outgoing: Outgoing;
  inFlight = 0;
  readonly #parts: DriverParts;
  // Made when first needed: most clients are idle, and there may be many.
  #gone: AbortController | undefined;
  #topicNames: Map<string, string> | undefined;
  #heardTopics: Set<string> | undefined;
  #isGone = false;
  /** Since the last tick. */
  #isHeard = true;
  #heardAtMs = 0;
  #pingedAtMs = 0;
  #principal: Principal | undefined;
  #presenceKey: string | undefined;
  #openedBy: string | undefined;

  constructor(parts: DriverParts) {
    this.#parts = parts;
    this.connectionId = parts.connectionId;
    this.outgoing = parts.outgoing;
  }

  get principal(): Principal {
    if (!this.#principal) throw new Error("the connection has no principal yet");
    return this.#principal;
  }

  get cameBy(): Entrance | undefined {
    return this.#parts.cameBy;
  }

  get openedBy(): string | undefined {
    return this.#openedBy;
  }

  get signal(): AbortSignal {
    this.#gone ??= new AbortController();
    if (this.#isGone) this.#gone.abort(goneReason);
    return this.#gone.signal;
  }

  /** The socket is open: the challenge goes out first. */
  start(): void {
    const payload = { nonce: this.#parts.nonce, ts: this.#parts.clock.nowMs() };
    this.outgoing.targeted(JSON.stringify({ type: "event", event: "connect.challenge", payload }));
  }

  /** The client gave a sign of life. */
  heard(): void {
    this.#isHeard = true;
  }

  message(frame: string | Uint8Array): void {
    this.#isHeard = true;
    const { connection } = this.#parts;
    if (typeof frame === "string") {
      const bytes = connection.isOpen ? frame.length : Buffer.byteLength(frame);
      return this.#perform(connection.text(frame, bytes));
    }
    let text: string | undefined;
    if (connection.isOpen || frame.length <= wireLimits.greetingBytesMax) {
      try {
        text = utf8.decode(frame);
      } catch {
        text = undefined;
      }
    }
    this.#perform(text === undefined ? connection.garbage(frame.length) : connection.text(text, frame.length));
  }

  tick(nowMs: number): void {
    this.#perform(this.#parts.connection.tick(nowMs));
    this.outgoing.tick(nowMs);
    if (this.#parts.connection.isOpen) this.#watchSilence(nowMs);
  }

  close(code: number, reason: string): void {
    this.#parts.connection.closed();
    this.#parts.handshakeOver();
    this.outgoing.close(code, reason);
  }

  /** The socket is gone. */
  ended(): void {
    this.#parts.connection.closed();
    this.#parts.handshakeOver();
    this.#isGone = true;
    this.#gone?.abort(goneReason);
    if (this.#principal) this.#parts.door.closed(this.connectionId, this.#presenceKey);
  }

  isOf(deviceId: string, role: Role | undefined): boolean {
    return this.#principal?.deviceId === deviceId && (role === undefined || this.#principal.role === role);
  }

  reply(text: string): void {
    this.outgoing.reply(text);
  }

  nameTopic(topic: string, name: string): void {
    if (topic === name) {
      this.#topicNames?.delete(topic);
      return;
    }
    this.#topicNames ??= new Map();
    if (this.#topicNames.size < wireLimits.topicNamesMax || this.#topicNames.has(topic)) {
      this.#topicNames.set(topic, name);
    }
  }

  topicName(topic: string): string | undefined {
    return this.#topicNames?.get(topic);
  }

  hearTopic(topic: string, name: string): void {
    this.nameTopic(topic, name);
    this.#heardTopics ??= new Set();
    if (this.#heardTopics.size < wireLimits.topicNamesMax) this.#heardTopics.add(topic);
  }

  leaveTopic(topic: string): void {
    this.#heardTopics?.delete(topic);
  }

  hears(topic: string): boolean {
    return this.#heardTopics?.has(topic) === true;
  }

  overstepped(): void {
    this.#perform(this.#parts.connection.overstepped(this.#parts.clock.elapsedMs()));
  }

  /** TCP may not notice for hours that a peer is gone; pings that nobody answers tell. */
  #watchSilence(nowMs: number): void {
    if (this.#isHeard) {
      this.#isHeard = false;
      this.#heardAtMs = nowMs;
    }
    if (nowMs - this.#heardAtMs > wireLimits.silenceMaxMs) {
      this.#parts.log.info("connection.silent", { connectionId: this.connectionId });
      return this.outgoing.terminate();
    }
    if (nowMs - Math.max(this.#heardAtMs, this.#pingedAtMs) < wireLimits.pingIntervalMs) return;
    this.#pingedAtMs = nowMs;
    this.outgoing.ping();
  }

  /** `isLogged`: who calls has told the log already why the connection ends. */
  #perform(acts: readonly Act[], isLogged = false): void {
    for (const act of acts) {
      switch (act.do) {
        case "dispatch":
          this.#parts.dispatcher.dispatch(act.request, this);
          break;
        case "authenticate":
          this.#authenticate(act.requestId, act.params, act.protocol);
          break;
        case "refuse":
          this.reply(errorText(act.requestId, toWire(act.error)));
          break;
        case "close":
          if (!isLogged) this.#logEnd(act.code, act.reason);
          this.close(act.code, act.reason);
          break;
      }
    }
  }

  #logEnd(closeCode: number, reason: string): void {
    const { connectionId, approach, log } = this.#parts;
    const event = this.#principal ? "connection.cut" : "connection.refused";
    log.warn(event, { connectionId, address: approach.address, closeCode, reason: reason || "handshake timeout" });
  }

  #authenticate(requestId: string, params: ConnectParams, protocol: number): void {
    const { connectionId, nonce, approach, door, connection, log } = this.#parts;
    const entry: Entry = { connectionId, params, protocol, nonce, approach };
    try {
      const { principal, hello, presenceKey, openedBy } = door.admit(entry);
      this.#openedBy = openedBy;
      this.#principal = principal;
      this.#presenceKey = presenceKey;
      connection.admitted();
      this.#parts.handshakeOver();
      this.reply(responseText(requestId, hello));
      this.#parts.onOpen(this);
      door.opened(entry, principal);
      log.info("connection.opened", {
        connectionId,
        client: params.client.id,
        mode: params.client.mode,
        role: principal.role,
        principal: principal.id,
        protocol,
        local: approach.isLocal,
      });
    } catch (error) {
      const known =
        error instanceof GatewayError
          ? error
          : new GatewayError("INTERNAL", "connect failed: a fault of the gateway", { cause: error });
      const cause = known === error ? undefined : String(error);
      log.warn("connection.refused", {
        connectionId,
        client: params.client.id,
        address: approach.address,
        code: known.code,
        reason: known.message,
        cause,
      });
      this.#perform(connection.refused(requestId, known), true);
    }
  }
}
