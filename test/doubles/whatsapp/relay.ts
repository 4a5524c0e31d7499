import type { BinaryNode, proto } from "@whiskeysockets/baileys";
import { type Account, Accounts, type Device, type Group } from "./accounts.ts";
import type { Connection } from "./connection.ts";
import { Faults } from "./faults.ts";
import { answerQuery } from "./queries.ts";
import { node, server, serverId } from "./nodes.ts";
import { Phones } from "./phones.ts";
import { routeChatState, routeMessage, routeReceipt } from "./routing.ts";
import { Watch } from "../watch.ts";

/** A node that a client sent, and which client. */
export interface Heard {
  /** `15550001111:1`, or `new` before it is linked. */
  readonly from: string;
  readonly node: BinaryNode;
}

/** WhatsApp between its clients: it routes what it cannot read. */
export class Relay {
  readonly accounts = new Accounts();
  readonly groups = new Map<string, Group>();
  readonly faults = new Faults();
  readonly phones = new Phones(this);
  readonly watch = new Watch();
  readonly heardNodes: Heard[] = [];
  /** Ids of messages that the network has, and of those that a device of this account said it has. */
  readonly messageIds = new Set<string>();
  readonly receiptIds = new Set<string>();
  /** Faults of the relay's own. */
  readonly trouble: unknown[] = [];
  /** Connections that are there, with whoever is not logged in yet. */
  readonly connections = new Set<Connection>();
  /** With this code the next logins of an account fail. */
  readonly loginFailures = new Map<string, number>();
  /** Ids of messages by the devices that have not said yet that they have it. */
  readonly #undelivered = new Map<string, { readonly devices: Set<Device>; readonly done: () => void }>();
  readonly #nowMs: () => number;
  readonly #sleep: (ms: number) => Promise<void>;
  /** For bringing it once more. */
  lastMessage: BinaryNode | undefined;
  mediaHost = "";
  #sequence = 0;

  constructor(nowMs: () => number, sleep: (ms: number) => Promise<void>) {
    this.#nowMs = nowMs;
    this.#sleep = sleep;
  }

  nextId(): string {
    return `srv-${++this.#sequence}`;
  }

  seconds(): string {
    return String(Math.floor(this.#nowMs() / 1000));
  }

  pause(ms: number): Promise<void> {
    return ms === 0 ? Promise.resolve() : this.#sleep(ms);
  }

  /** A client finished its handshake: it wants to be linked, or logs in. */
  joins(connection: Connection, payload: proto.ClientPayload, noiseKey: Buffer): void {
    this.connections.add(connection);
    if (payload.devicePairingData) {
      const identity = Buffer.from(payload.devicePairingData.eIdent!);
      connection.registering = { noiseKey, identity };
      return this.phones.offer(connection);
    }
    const account = this.accounts.find(`${String(payload.username)}@${server}`);
    const device = account?.devices.get(payload.device ?? 0);
    if (!account || !device?.noiseKey.equals(noiseKey)) return connection.failure(401);
    const failure = this.loginFailures.get(account.number);
    if (failure !== undefined) return connection.failure(failure);
    device.connection?.streamError(undefined, "replaced");
    connection.account = account;
    connection.device = device;
    device.connection = connection;
    connection.send(
      node("success", { t: this.seconds(), lid: `${account.lid}:${device.id}@lid`, location: "frc", props: "27" }),
    );
    const waiting = device.queue.splice(0);
    for (const one of waiting) connection.send({ ...one, attrs: { ...one.attrs, offline: "1" } });
    connection.send(node("ib", { from: serverId }, [node("offline", { count: String(waiting.length) })]));
    this.#unconfirmed(device).push(...waiting.filter(({ tag }) => tag === "message"));
    this.watch.changed();
  }

  async heard(connection: Connection, one: BinaryNode): Promise<void> {
    const from = connection.device ? `${connection.account!.number}:${connection.device.id}` : "new";
    this.heardNodes.push({ from, node: one });
    if (one.tag === "message") this.messageIds.add(one.attrs["id"]!);
    const isDelivery = one.tag === "receipt" && (one.attrs["type"] ?? "inactive") === "inactive";
    if (isDelivery && !connection.device?.isPerson) this.receiptIds.add(one.attrs["id"]!);
    if (one.tag === "iq") answerQuery(this, connection, one);
    else if (!connection.device) return;
    else if (one.tag === "message") routeMessage(this, connection, one);
    else if (one.tag === "receipt") routeReceipt(this, connection, one);
    else if (one.tag === "ack") this.#confirmed(connection.device, one);
    else if (one.tag === "chatstate") routeChatState(this, connection, one);
    else if (one.tag === "presence" && one.attrs["name"]) connection.account!.name = one.attrs["name"];
    this.watch.changed();
    await Promise.resolve();
  }

  /** Its socket is gone: what it did not confirm comes again. */
  left(connection: Connection): void {
    this.connections.delete(connection);
    const { device } = connection;
    if (!device) return;
    device.queue.unshift(...this.#unconfirmed(device).splice(0));
    for (const [id, { devices, done }] of this.#undelivered) {
      if (devices.delete(device) && devices.size === 0) this.#finish(id, done);
    }
    this.watch.changed();
  }

  deliver(device: Device, one: BinaryNode): boolean {
    if (!device.connection?.isOpen) {
      device.queue.push(one);
      return false;
    }
    if (one.tag === "message") {
      this.#unconfirmed(device).push(one);
      this.lastMessage = one;
    }
    device.connection.send(one);
    return true;
  }

  /** Runs `done` once all of these devices have said that they have the message. */
  whenDelivered(id: string, devices: readonly Device[], done: () => void): void {
    if (devices.length === 0) return done();
    this.#undelivered.set(id, { devices: new Set(devices), done });
  }

  /** The device told that it has the message, or that it cannot read it. */
  told(device: Device, ids: readonly string[]): void {
    const waiting = this.#unconfirmed(device);
    for (const id of ids) {
      const at = waiting.findIndex((one) => one.attrs["id"] === id);
      if (at !== -1) waiting.splice(at, 1);
      const entry = this.#undelivered.get(id);
      if (entry?.devices.delete(device) && entry.devices.size === 0) this.#finish(id, entry.done);
    }
  }

  #confirmed(device: Device, one: BinaryNode): void {
    if (one.attrs["class"] === "message") this.told(device, [one.attrs["id"] ?? ""]);
  }

  readonly #waiting = new WeakMap<Device, BinaryNode[]>();

  #unconfirmed(device: Device): BinaryNode[] {
    const known = this.#waiting.get(device) ?? [];
    this.#waiting.set(device, known);
    return known;
  }

  #finish(id: string, done: () => void): void {
    this.#undelivered.delete(id);
    done();
  }
}

export type { Account, Device };
