import { randomBytes } from "node:crypto";
import { createConnection, type Socket } from "node:net";
import { connectParams, type Challenge, type Greeting } from "./greeting.ts";

/** A WebSocket client by hand over plain TCP: it sends what no library would, from any address, and hides nothing. */

export interface WireFrame {
  readonly type: "res" | "event";
  readonly id?: string;
  readonly ok?: boolean;
  readonly event?: string;
  readonly seq?: number;
  readonly stateVersion?: unknown;
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
    readonly retryable?: boolean;
    readonly retryAfterMs?: number;
  };
}

export interface WireOptions {
  readonly port: number;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another address of this host to come from. */
  readonly localAddress?: string;
}

export interface Closing {
  /** 1006 when the connection ended without a close frame. */
  readonly code: number;
  readonly reason: string;
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

interface Watcher {
  readonly fits: (frame: WireFrame) => boolean;
  readonly resolve: (frame: WireFrame) => void;
  readonly reject: (error: Error) => void;
}

export class WireClient implements Disposable {
  readonly frames: WireFrame[] = [];
  /** As they came, before parsing. */
  readonly texts: string[] = [];
  readonly received: number[] = [];
  status = 0;
  /** What an HTTP answer said, where there was no upgrade. */
  body = "";
  #isUp = false;
  #isGone = false;
  #closing: Closing = { code: 1006, reason: "" };
  #buffer: Buffer = Buffer.alloc(0);
  #watchers: Watcher[] = [];
  readonly #socket: Socket;
  readonly #answered = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<Closing>();

  /** Starts to connect; see `answered`. */
  constructor({ port, path = "/", headers = {}, localAddress }: WireOptions) {
    const from = localAddress === undefined ? {} : { localAddress };
    this.#socket = createConnection({ host: "127.0.0.1", port, ...from }, () => {
      this.#socket.write(upgradeRequest(path, { Host: `127.0.0.1:${port}`, ...headers }));
    });
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (bytes) => this.#receive(Buffer.from(bytes)));
    this.#socket.on("close", () => this.#end());
    this.#socket.on("error", () => this.#end());
  }

  /** Resolves with the client once the upgrade was answered, whatever the answer was. */
  async answered(): Promise<this> {
    await this.#answered.promise;
    return this;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** How the connection ended. */
  get closed(): Promise<Closing> {
    return this.#ended.promise;
  }

  send(frame: unknown): void {
    this.sendText(JSON.stringify(frame));
  }

  request(id: string, method: string, params?: unknown): void {
    this.send({ type: "req", id, method, ...(params !== undefined && { params }) });
  }

  sendText(text: string): void {
    this.sendFrame(opcodes.text, text);
  }

  sendBinary(bytes: string | Uint8Array): void {
    this.sendFrame(opcodes.binary, bytes);
  }

  sendFrame(opcode: number, payload: string | Uint8Array, isFinal = true): void {
    this.#socket.write(encodeFrame(opcode, payload, isFinal));
  }

  /** Bytes as they are, no frame around them. */
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The first frame that fits, seen already or still to come. */
  async next(fits: (frame: WireFrame) => boolean): Promise<WireFrame> {
    const seen = this.frames.find(fits);
    if (seen) return seen;
    if (!this.#isUp || this.#isGone) throw this.#endedError();
    return new Promise((resolve, reject) => this.#watchers.push({ fits, resolve, reject }));
  }

  response(id: string): Promise<WireFrame> {
    return this.next((frame) => frame.type === "res" && frame.id === id);
  }

  async call(method: string, params?: unknown): Promise<WireFrame> {
    const id = `call-${++this.#calls}`;
    this.request(id, method, params);
    return this.response(id);
  }

  #calls = 0;

  async challenge(): Promise<Challenge> {
    const { payload } = await this.next((frame) => frame.event === "connect.challenge");
    return payload as unknown as Challenge;
  }

  /** Sends `connect` and waits for its answer. */
  async greet(greeting: Greeting): Promise<WireFrame> {
    this.request("hello", "connect", await connectParams(greeting, await this.challenge()));
    return this.response("hello");
  }

  stopReading(): void {
    this.#socket.pause();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    if (!this.#isUp && !this.#readHead()) return;
    while (this.#readFrame());
  }

  #readHead(): boolean {
    const end = this.#buffer.indexOf("\r\n\r\n");
    if (end === -1) return false;
    this.status ||= Number(this.#buffer.toString("latin1", 9, 12));
    this.#isUp = this.status === 101;
    if (this.#isUp) this.#buffer = this.#buffer.subarray(end + 4);
    else {
      const length = /content-length: (\d+)/i.exec(this.#buffer.toString("latin1", 0, end))?.[1];
      this.body = this.#buffer.toString("utf8", end + 4);
      if (this.body.length < Number(length ?? 0)) return false;
    }
    this.#answered.resolve();
    return this.#isUp;
  }

  #readFrame(): boolean {
    const buffer = this.#buffer;
    if (buffer.length < 2) return false;
    const size = buffer[1]! & 0x7f;
    const head = size < 126 ? 2 : size === 126 ? 4 : 10;
    if (buffer.length < head) return false;
    const length = size < 126 ? size : size === 126 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
    if (buffer.length < head + length) return false;
    const payload = buffer.subarray(head, head + length);
    this.#buffer = buffer.subarray(head + length);
    this.#take(buffer[0]! & 0x0f, payload);
    return true;
  }

  #take(opcode: number, payload: Buffer): void {
    this.received.push(opcode);
    if (opcode === opcodes.close) {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#closing = { code, reason: payload.toString("utf8", 2) };
      this.sendFrame(opcodes.close, payload);
    }
    if (opcode !== opcodes.text) return;
    this.texts.push(payload.toString("utf8"));
    const frame = JSON.parse(payload.toString("utf8")) as WireFrame;
    this.frames.push(frame);
    const watchers = this.#watchers.filter(({ fits }) => fits(frame));
    this.#watchers = this.#watchers.filter((watcher) => !watchers.includes(watcher));
    for (const { resolve } of watchers) resolve(frame);
  }

  #end(): void {
    this.#answered.resolve();
    this.#ended.resolve(this.#closing);
    this.#isGone = true;
    for (const { reject } of this.#watchers.splice(0)) reject(this.#endedError());
  }

  #endedError(): Error {
    const { code, reason } = this.#closing;
    const last = this.texts.at(-1) ?? this.body;
    return new Error(`no connection: status ${this.status}, closed ${code} ${reason}, after: ${last}`);
  }
}

/** Masked with zeros: a mask is required, its value is not. */
export function encodeFrame(opcode: number, payload: string | Uint8Array, isFinal = true): Buffer {
  const body = Buffer.from(payload as Uint8Array);
  const first = (isFinal ? 0x80 : 0) | opcode;
  const mask = Buffer.alloc(4);
  if (body.length < 126) return Buffer.concat([Buffer.from([first, 0x80 | body.length]), mask, body]);
  const head = Buffer.alloc(body.length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = 0x80 | (body.length < 65_536 ? 126 : 127);
  if (body.length < 65_536) head.writeUInt16BE(body.length, 2);
  else head.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([head, mask, body]);
}

function upgradeRequest(path: string, headers: Readonly<Record<string, string>>): string {
  const fields = {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    "Sec-WebSocket-Version": "13",
    ...headers,
  };
  return `GET ${path} HTTP/1.1\r\n${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
}
