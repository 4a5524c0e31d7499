import { slept } from "../lib/index.ts";
import { judgeAccess, type MethodTable, type PayloadOf, type Role, type StateVersion } from "../protocol/index.ts";
import type { Front } from "../tailscale/index.ts";
import type { ApproachPolicy } from "./approach.ts";
import { Broadcast } from "./broadcast.ts";
import { Connection } from "./connection.ts";
import { Dispatcher } from "./dispatch.ts";
import { type Door, Driver, type SocketApproach } from "./driver.ts";
import { type Events, events } from "./events.ts";
import { methods, type MethodHouse } from "./methods.ts";
import { Outgoing, type SocketPort } from "./outgoing.ts";
import { isReached, serve } from "./server.ts";
import type { Refused } from "./side-door.ts";
import type { GatewayParts, Outside } from "./gateway-parts.ts";
import { policyOf, type PolicySettings } from "./gateway-settings.ts";
import { tickSeconds } from "./ticks.ts";
import { endWhenAnswered, leaveListeners, type Leaving } from "./leaving.ts";
import { type Listener, Listeners, type ListenSettings } from "./listeners.ts";
import { serveSide } from "./side-server.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** Connections at the same time. */
export const connectionsMax = 16_384;

/** The socket: who is connected, what they ask, what they are told. */
export class Gateway implements AsyncDisposable {
  readonly #parts: GatewayParts;
  readonly #drivers = new Set<Driver>();
  readonly #open = new Set<Driver>();
  readonly #broadcast: Broadcast<Events>;
  readonly #stateVersion: StateVersion = { presence: 1, health: 1 };
  readonly #stop = new AbortController();
  #listeners: Listeners | undefined;
  #settings: PolicySettings;
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
    return this.#listeners?.port ?? 0;
  }

  /** Of the side door's own port; undefined when there is none, or it was taken. */
  get sidePort(): number | undefined {
    return this.#listeners?.sidePort;
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
    const shared = {
      policy: () => this.#policy,
      onFault: (error: unknown) => log.error("http.failed", { error: String(error) }),
      onRefused: (refused: Refused) => this.#noteRefused(refused),
    };
    this.#listeners = new Listeners(settings, {
      log,
      isReached,
      serve: (at, listener) =>
        serve({
          ...at,
          ...shared,
          webhooks: { find: outside.webhook, clock, log },
          doors: { find: outside.door, clock, ids, log },
          sideDoor: outside.sideDoor,
          vouch: outside.vouch,
          http: { ...outside, isStopping: () => this.#isStopping },
          waitingRoom,
          hasRoom: () => this.#drivers.size < connectionsMax && !this.#isStopping,
          drive: (approach, socket, handshakeOver) =>
            this.#drive(approach, socket, handshakeOver, { door, dispatcher, cameBy: listener() }),
          onEnded: (driver) => this.#forget(driver),
        }),
      serveSide: (at) => serveSide({ ...at, ...shared, door: outside.sideDoor, home: outside.sideHome }),
    });
    this.#listeners.open();
    const { supervisor } = this.#parts;
    const tell = () => this.publish("tick", { ts: clock.nowMs() });
    const ticks = { clock, log, signal: this.#stop.signal, drivers: this.#drivers, tell };
    void supervisor.keep("clients' ticks", () => tickSeconds(ticks), this.#stop.signal);
  }

  /** Whom requests may come from, from now on. Connections that are there stay. */
  follow(settings: PolicySettings): void {
    this.#settings = settings;
    this.#judgeAnew();
  }

  /** Names that lead here because they were announced; this machine's addresses are looked up anew with them. */
  answerTo(announced: readonly string[]): void {
    this.#announced = announced;
    this.#judgeAnew();
  }

  /** What stands in front of the port from now on. */
  standBehind(front: Front | undefined): void {
    this.#policy = { ...this.#policy, front };
  }

  #judgeAnew(addresses = this.listening.addresses): void {
    const { front } = this.#policy;
    this.#policy = { ...policyOf({ ...this.#settings, addresses }, this.#announced), front };
  }

  /** Where it listens, as it was asked for. */
  get listening(): ListenSettings {
    return this.#listeners?.settings ?? this.#parts.settings;
  }

  /** Listens by other settings; rejects, with all as it was, when that cannot be. `leave` makes it final. */
  async move(next: ListenSettings, policy: PolicySettings): Promise<void> {
    this.#settings = policy;
    this.#judgeAnew(next.addresses);
    try {
      await this.#listeners!.move(next);
    } finally {
      this.#judgeAnew();
    }
  }

  /** Ends what came in by addresses that are left, and says why first; how many clients those are. */
  leave(reason: string, afterMs: number): number {
    const tell = (driver: Driver) => {
      if (!this.#open.has(driver)) return;
      this.tell(driver.connectionId, "shutdown", { reason, restartExpectedMs: comeBackMs });
    };
    const leaving = this.#leaving({ afterMs, patienceMs: movePatienceMs, code: 1012, reason });
    return leaveListeners(this.#listeners!, this.#drivers, { ...leaving, tell });
  }

  /** Ends the connections that a credential opened which opens nothing any more; how many those are. */
  closeOpenedBy(isGood: (secretHash: string) => boolean): number {
    const gone = [...this.#open].filter(({ openedBy }) => openedBy !== undefined && !isGood(openedBy));
    const reason = "the credential that opened this connection was changed";
    const leaving = this.#leaving({ afterMs: 0, patienceMs: credentialPatienceMs, code: 1008, reason });
    void endWhenAnswered(gone, leaving);
    return gone.length;
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
    this.#listeners?.stop();
  }

  /** Tells everybody and ends every connection with 1012. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#broadcast.flush();
    for (const driver of this.#drivers) driver.close(1012, "service restart");
    const late = slept(this.#parts.clock, closePauseMs, this.#stop.signal);
    if (this.#drivers.size > 0) await Promise.race([this.#empty.promise, late]);
    this.#stop.abort();
    await this.#listeners?.close();
  }

  #drive(
    approach: SocketApproach,
    socket: SocketPort,
    handshakeOver: () => void,
    { door, dispatcher, cameBy }: Behind,
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
      cameBy,
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

  #leaving(ending: Omit<Leaving, "clock" | "signal">): Leaving {
    return { ...ending, clock: this.#parts.clock, signal: this.#stop.signal };
  }
}

/** What a connection came in by, and who is behind it. */
interface Behind {
  readonly door: Door;
  readonly dispatcher: Dispatcher;
  readonly cameBy: Listener | undefined;
}

/** Answers under way may take this long when the address changes, and when a credential does. */
const movePatienceMs = 10_000;
const credentialPatienceMs = 500;
/** When clients of an address that is left may come back. */
const comeBackMs = 1_500;

/** Time for clients to take their close frames before the sockets are ended. */
const closePauseMs = 1_000;

/** Somebody tries credentials. */
function isGuess(status: number): boolean {
  return status === 401 || status === 429;
}
