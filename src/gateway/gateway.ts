import { type Clock, errorFields, type Ids, type Log, slept, type Supervisor } from "../lib/index.ts";
import {
  type FindDoor,
  judgeAccess,
  type MethodTable,
  type PayloadOf,
  type Role,
  type StateVersion,
  wireLimits,
} from "../protocol/index.ts";
import type { Front, Vouched } from "../tailscale/index.ts";
import type { ApproachPolicy } from "./approach.ts";
import { Broadcast } from "./broadcast.ts";
import { Connection } from "./connection.ts";
import { Dispatcher } from "./dispatch.ts";
import { type Door, Driver, type SocketApproach } from "./driver.ts";
import { type Events, events } from "./events.ts";
import { methods, type MethodHouse } from "./methods.ts";
import { Outgoing, type SocketPort } from "./outgoing.ts";
import { serve } from "./server.ts";
import type { Refused, SideDoor } from "./side-door.ts";
import { type GatewaySettings, policyOf } from "./gateway-settings.ts";
import { openSides } from "./side-servers.ts";
import type { WebhookParts } from "./webhooks.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** Connections at the same time. */
export const connectionsMax = 16_384;
const secondMs = 1_000;

/** What plain HTTP asks of the house. */
export interface Outside {
  /** Why the house accepts nothing new; undefined while it does. For strangers: it names no path. */
  readonly trouble: () => string | undefined;
  /** What is wrong though it does; undefined while nothing is. For strangers as well. */
  readonly recovering: () => string | undefined;
  readonly webhook: WebhookParts["find"];
  readonly door: FindDoor;
  readonly sideDoor: SideDoor;
  /** Who is at an address of the tailnet. */
  readonly vouch: (address: string) => Promise<Vouched>;
  /** Where the root of the side door's own port leads. */
  readonly sideHome: string;
}

export interface GatewayParts {
  readonly settings: GatewaySettings;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly checksResults: boolean;
  readonly supervisor: Supervisor;
}

/** The socket: who is connected, what they ask, what they are told. */
export class Gateway implements AsyncDisposable {
  readonly #parts: GatewayParts;
  readonly #drivers = new Set<Driver>();
  readonly #open = new Set<Driver>();
  readonly #broadcast: Broadcast<Events>;
  readonly #stateVersion: StateVersion = { presence: 1, health: 1 };
  readonly #stop = new AbortController();
  #servers: Pick<ReturnType<typeof serve>, "port" | "stop">[] = [];
  #sides: ReturnType<typeof openSides> = [];
  #settings: GatewaySettings;
  #announced: readonly string[] = [];
  #policy: ApproachPolicy;
  #isStopping = false;
  readonly #elapsedMs = () => this.#parts.clock.elapsedMs();
  readonly #empty = Promise.withResolvers<void>();

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#policy = policyOf(parts.settings, []);
    this.#broadcast = new Broadcast({
      events,
      listeners: () => this.#open,
      stateVersion: () => this.#stateVersion,
      soon: (run) => parts.clock.soon(run),
    });
  }

  get publish() {
    return this.#broadcast.publish;
  }

  get stateVersion(): StateVersion {
    return { ...this.#stateVersion };
  }

  get connectionCount(): number {
    return this.#open.size;
  }

  get port(): number {
    return this.#servers[0]?.port ?? 0;
  }

  /** Of the side door's own port; undefined when there is none, or it was taken. */
  get sidePort(): number | undefined {
    return this.#sides[0]?.port;
  }

  bump(counter: keyof StateVersion): void {
    this.#stateVersion[counter]++;
  }

  /** Listens. Requests are served with `house`, and `door` decides who may come in. */
  listen(house: MethodHouse, door: Door, outside: Outside): void {
    const { clock, ids, log, settings } = this.#parts;
    const dispatcher = new Dispatcher({
      methods: methods as MethodTable,
      house,
      alsoMay: (principal, name) => door.alsoMay(principal, name),
      ids,
      log,
      elapsedMs: () => clock.elapsedMs(),
      checksResults: this.#parts.checksResults,
    });
    const waitingRoom = new WaitingRoom(clock);
    for (const [index, hostname] of settings.addresses.entries()) {
      const start = () =>
        serve({
          hostname,
          port: index === 0 ? settings.port : this.port,
          tls: settings.tls,
          policy: () => this.#policy,
          webhooks: { find: outside.webhook, clock, log },
          doors: { find: outside.door, clock, ids, log },
          sideDoor: outside.sideDoor,
          vouch: outside.vouch,
          http: { ...outside, isStopping: () => this.#isStopping },
          waitingRoom,
          hasRoom: () => this.#drivers.size < connectionsMax && !this.#isStopping,
          drive: (approach, socket, handshakeOver) =>
            this.#drive(approach, socket, handshakeOver, { door, dispatcher }),
          onEnded: (driver) => this.#forget(driver),
          onFault: (error) => log.error("http.failed", { error: String(error) }),
          onRefused: (refused) => this.#noteRefused(refused),
        });
      if (index === 0) this.#servers.push(start());
      else this.#tryAlso(start, hostname);
    }
    this.#openSide(outside);
    const { supervisor } = this.#parts;
    void supervisor.keep("clients' ticks", () => this.#tickSeconds(), this.#stop.signal);
  }

  /** Whom requests may come from, from now on. Connections that are there stay. */
  follow(settings: Pick<GatewaySettings, "allowedOrigins" | "allowedHosts" | "trustedProxies">): void {
    this.#settings = { ...this.#parts.settings, ...settings };
    this.#policy = { ...policyOf(this.#settings, this.#announced), front: this.#policy.front };
  }

  /** Names that lead here because they were announced; this machine's addresses are looked up anew with them. */
  answerTo(announced: readonly string[]): void {
    this.#announced = announced;
    this.#policy = { ...policyOf(this.#settings, announced), front: this.#policy.front };
  }

  /** What stands in front of the port from now on. */
  standBehind(front: Front | undefined): void {
    this.#policy = { ...this.#policy, front };
  }

  closeDevice(deviceId: string, choice: { readonly role?: Role; readonly exceptConnectionId?: string }): void {
    for (const driver of this.#open) {
      if (driver.isOf(deviceId, choice.role) && driver.connectionId !== choice.exceptConnectionId) {
        driver.close(1008, "device access was revoked");
      }
    }
  }

  /** Tells one connection alone, without a number; false when it is gone. */
  tell<N extends keyof Events>(connectionId: string, name: N, payload: PayloadOf<Events[N]>): boolean {
    const driver = this.#find(connectionId);
    driver?.outgoing.targeted(JSON.stringify({ type: "event", event: name, payload }));
    return driver !== undefined;
  }

  closeConnection(connectionId: string, code: number, reason: string): void {
    this.#find(connectionId)?.close(code, reason);
  }

  /** True when another connection than this one is there that may hear the event. */
  hasListener(event: keyof Events, exceptConnectionId?: string): boolean {
    const { access } = events[event];
    return [...this.#open].some(
      ({ principal, connectionId }) =>
        connectionId !== exceptConnectionId && judgeAccess(access, principal).kind === "allowed",
    );
  }

  /** Takes no new connections; those that are there go on. */
  stopListening(): void {
    this.#isStopping = true;
    for (const server of this.#servers) void server.stop();
  }

  /** Tells everybody and ends every connection with 1012. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#broadcast.flush();
    for (const driver of this.#drivers) driver.close(1012, "service restart");
    const late = slept(this.#parts.clock, closePauseMs, this.#stop.signal);
    if (this.#drivers.size > 0) await Promise.race([this.#empty.promise, late]);
    this.#stop.abort();
    await Promise.all(this.#servers.map((server) => server.stop(true)));
  }

  #drive(
    approach: SocketApproach,
    socket: SocketPort,
    handshakeOver: () => void,
    { door, dispatcher }: { readonly door: Door; readonly dispatcher: Dispatcher },
  ): Driver {
    const { clock, ids, log } = this.#parts;
    const driver: Driver = new Driver({
      connectionId: ids.uuid(),
      nonce: ids.uuid(),
      approach,
      connection: new Connection(clock.elapsedMs()),
      outgoing: new Outgoing(socket, this.#broadcast.scheduleFlush, this.#elapsedMs),
      door,
      dispatcher,
      clock,
      log,
      handshakeOver,
      onOpen: (opened) => this.#open.add(opened),
    });
    this.#drivers.add(driver);
    return driver;
  }

  #find(connectionId: string): Driver | undefined {
    for (const driver of this.#open) if (driver.connectionId === connectionId) return driver;
    return undefined;
  }

  #forget(driver: Driver): void {
    this.#drivers.delete(driver);
    this.#open.delete(driver);
    if (this.#isStopping && this.#drivers.size === 0) this.#empty.resolve();
  }

  #noteRefused({ address, status, code, host, origin }: Refused): void {
    const { log } = this.#parts;
    if (code !== undefined) log.warn("connection.refused", { address, status, code, host, origin });
    else log[isGuess(status) ? "warn" : "debug"]("http.refused", { address, status, host, origin });
  }

  /** Last, so that the gateway's own port is the first of the servers. */
  #openSide({ sideDoor: door, sideHome: home }: Outside): void {
    const { settings, log } = this.#parts;
    const onRefused = (refused: Refused) => this.#noteRefused(refused);
    this.#sides = openSides(settings, log, { policy: () => this.#policy, door, home, onRefused });
    this.#servers.push(...this.#sides);
  }

  #tryAlso(start: () => ReturnType<typeof serve>, hostname: string): void {
    try {
      this.#servers.push(start());
    } catch (error) {
      this.#parts.log.info("gateway.address-skipped", { hostname, error: String(error) });
    }
  }

  /** A fault in one connection ends that one. */
  #tick(driver: Driver, nowMs: number): void {
    try {
      driver.tick(nowMs);
    } catch (error) {
      this.#parts.log.error("connection.failed", { connectionId: driver.connectionId, ...errorFields(error) });
      driver.close(1011, "a fault of the gateway");
    }
  }

  async #tickSeconds(): Promise<void> {
    const { clock } = this.#parts;
    let nextTickMs = clock.elapsedMs() + wireLimits.tickIntervalMs;
    while (await slept(clock, secondMs, this.#stop.signal)) {
      const nowMs = clock.elapsedMs();
      for (const driver of this.#drivers) this.#tick(driver, nowMs);
      if (nowMs < nextTickMs) continue;
      nextTickMs = nowMs + wireLimits.tickIntervalMs;
      this.publish("tick", { ts: clock.nowMs() });
    }
  }
}

/** Time for clients to take their close frames before the sockets are ended. */
const closePauseMs = 1_000;

/** Somebody tries credentials. */
function isGuess(status: number): boolean {
  return status === 401 || status === 429;
}
