import { type BinaryNode, decodeBinaryNode, encodeBinaryNode } from "@whiskeysockets/baileys";
import type { Account, Device } from "./accounts.ts";
import { Noise } from "./noise.ts";
import { node, server, serverId } from "./nodes.ts";
import type { Relay } from "./relay.ts";

/** What carries the bytes: a socket of the server. */
export interface Wire {
  send(bytes: Uint8Array): void;
  terminate(): void;
}

/** One client's connection: frames, handshake, login; its nodes go to the relay. */
export class Connection {
  readonly #relay: Relay;
  readonly #wire: Wire;
  readonly #noise = new Noise();
  #buffered: Buffer = Buffer.alloc(0);
  #phase: "intro" | "hello" | "finish" | "open" | "over" = "intro";
  #turn: Promise<void> = Promise.resolve();
  #isFrozen = false;
  #delayMs = 0;
  account: Account | undefined;
  device: Device | undefined;
  /** Keys of a client that wants to be linked. */
  registering: { readonly noiseKey: Buffer; readonly identity: Buffer } | undefined;

  constructor(relay: Relay, wire: Wire) {
    this.#relay = relay;
    this.#wire = wire;
  }

  /** `15550001111:1@s.whatsapp.net`. */
  get jid(): string {
    return `${this.account!.number}:${this.device!.id}@${server}`;
  }

  get isOpen(): boolean {
    return this.#phase === "open" && this.device !== undefined;
  }

  received(bytes: Uint8Array): void {
    if (this.#isFrozen) return;
    this.#turn = this.#turn
      .then(() => this.#relay.pause(this.#delayMs))
      .then(() => this.#take(Buffer.from(bytes)))
      .catch((error: unknown) => {
        this.#relay.trouble.push(error);
        this.cut();
      });
  }

  send(one: BinaryNode): void {
    if (this.#isFrozen || this.#phase === "over") return;
    this.#frame(this.#noise.seal(encodeBinaryNode(one)));
  }

  /** The answer to a query. */
  answer(to: BinaryNode, content?: readonly BinaryNode[]): void {
    const attrs = { from: to.attrs["to"] ?? serverId, id: to.attrs["id"], type: "result", t: this.#relay.seconds() };
    this.send(node("iq", attrs, content && [...content]));
  }

  /** The end of the stream, with the server's reason. The client hangs up. */
  streamError(code: number | undefined, conflict?: "replaced" | "device_removed"): void {
    const reason = conflict === undefined ? undefined : [node("conflict", { type: conflict })];
    this.send(node("stream:error", { code: code === undefined ? undefined : String(code) }, reason));
    this.over();
  }

  failure(reason: number): void {
    this.send(node("failure", { reason: String(reason), location: "frc" }));
    this.over();
  }

  /** As when a cable is cut. */
  cut(): void {
    this.over();
    this.#wire.terminate();
  }

  /** Nothing is said and nothing is heard any more, and the socket stays open. */
  freeze(): void {
    this.#isFrozen = true;
  }

  slow(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** The socket is gone, or will be soon. */
  over(): void {
    this.#phase = "over";
    if (this.device?.connection === this) this.device.connection = undefined;
    this.#relay.left(this);
  }

  #frame(body: Uint8Array): void {
    const length = Buffer.from([body.length >> 16, (body.length >> 8) & 255, body.length & 255]);
    this.#wire.send(Buffer.concat([length, body]));
  }

  async #take(bytes: Buffer): Promise<void> {
    this.#buffered = Buffer.concat([this.#buffered, bytes]);
    if (this.#phase === "intro") {
      if (this.#buffered.length < 4) return;
      const hasRoute = this.#buffered.toString("latin1", 0, 2) === "ED";
      const route = hasRoute ? 7 + ((this.#buffered[4]! << 16) | this.#buffered.readUInt16BE(5)) : 0;
      this.#buffered = this.#buffered.subarray(route + 4);
      this.#phase = "hello";
    }
    while (this.#buffered.length >= 3) {
      const length = this.#buffered.readUIntBE(0, 3);
      if (this.#buffered.length < 3 + length) return;
      const body = this.#buffered.subarray(3, 3 + length);
      this.#buffered = this.#buffered.subarray(3 + length);
      await this.#body(body);
    }
  }

  async #body(body: Buffer): Promise<void> {
    if (this.#phase === "hello") {
      this.#frame(this.#noise.hello(body));
      this.#phase = "finish";
    } else if (this.#phase === "finish") {
      const { payload, noiseKey } = this.#noise.finish(body);
      this.#phase = "open";
      this.#relay.joins(this, payload, noiseKey);
    } else if (this.#phase === "open") {
      await this.#relay.heard(this, await decodeBinaryNode(this.#noise.open(body)));
    }
  }
}
