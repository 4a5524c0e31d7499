import { type BinaryNode, Curve, type KeyPair } from "@whiskeysockets/baileys";
import type { Connection } from "./connection.ts";
import { server, serverOf, userOf } from "./nodes.ts";

/** Who is at the network: accounts by their number, and the devices that are linked to them. */
export interface Device {
  readonly id: number;
  readonly noiseKey: Buffer;
  readonly identity: Buffer;
  registration?: Buffer;
  signedKey?: BinaryNode;
  /** Keys for one session each; whoever wants to write takes one. */
  preKeys: BinaryNode[];
  connection: Connection | undefined;
  /** What waits for it to connect. */
  readonly queue: BinaryNode[];
  /** Stays up while the network is down for others. */
  isPerson: boolean;
}

export class Account {
  readonly number: string;
  /** The network's own id of the account. */
  readonly lid: string;
  /** With it the phone vouches for its devices. */
  readonly adv: KeyPair = Curve.generateKeyPair();
  readonly identity: KeyPair = Curve.generateKeyPair();
  readonly devices = new Map<number, Device>();
  name: string;
  #lastDevice = 0;

  constructor(number: string, name: string) {
    this.number = number;
    this.lid = `9${number}`;
    this.name = name;
  }

  get jid(): string {
    return `${this.number}@${server}`;
  }

  addDevice(noiseKey: Buffer, identity: Buffer): Device {
    const id = ++this.#lastDevice;
    const device: Device = {
      id,
      noiseKey,
      identity,
      preKeys: [],
      connection: undefined,
      queue: [],
      isPerson: false,
    };
    this.devices.set(id, device);
    return device;
  }
}

export class Accounts {
  readonly #accounts = new Map<string, Account>();

  get all(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  /** The account with this number, made when there is none. */
  of(number: string, name = `user ${number.slice(-4)}`): Account {
    const known = this.#accounts.get(number);
    if (known) return known;
    const made = new Account(number, name);
    this.#accounts.set(number, made);
    return made;
  }

  find(jid: string): Account | undefined {
    const user = userOf(jid);
    if (serverOf(jid) === "lid") return this.all.find(({ lid }) => lid === user);
    return this.#accounts.get(user);
  }
}

export interface Group {
  readonly jid: string;
  readonly subject: string;
  /** Numbers. */
  readonly members: readonly string[];
  /** Which of the two ids of a person stands in its messages. */
  readonly addressing: "pn" | "lid";
}
