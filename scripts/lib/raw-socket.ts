import { randomBytes } from "node:crypto";

/**
 * A WebSocket client that costs next to nothing: frames are encoded by hand over plain TCP, so that a benchmark
 * measures the server, and a fuzzer can send what no library would. RFC 6455.
 */

export interface RawFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

export interface RawOptions {
  readonly port: number;
  readonly hostname?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly onFrame?: (frame: RawFrame) => void;
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Masked with zeros: a mask is required, its value is not. */
export function encodeFrame(payload: string | Uint8Array, opcode: number = opcodes.text, isFinal = true): Buffer {
  const body = typeof payload === "string" ? Buffer.from(payload, "utf8") : Buffer.from(payload);
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

export class RawSocket {
  onFrame: (frame: RawFrame) => void;
  readonly closed: Promise<void>;
  /** Status line of the answer to the upgrade. */
  status = "";
  #socket!: Bun.Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #pieces: Buffer[] = [];
  #piecesLength = 0;
  /** Bytes of the frame that is not whole yet. */
  #wanted = 0;
  #isUp = false;
  #waiting: Buffer[] = [];
  readonly #up = Promise.withResolvers<void>();
  readonly #end = Promise.withResolvers<void>();

  private constructor(options: RawOptions) {
    this.onFrame = options.onFrame ?? (() => undefined);
    this.closed = this.#end.promise;
  }

  /** Resolves once the upgrade was answered, whatever the answer was. */
  static async connect(options: RawOptions): Promise<RawSocket> {
    const raw = new RawSocket(options);
    raw.#socket = await Bun.connect({
      hostname: options.hostname ?? "127.0.0.1",
      port: options.port,
      socket: {
        open: (socket) => void socket.write(upgradeRequest(options)),
        data: (_socket, bytes) => raw.#receive(bytes),
        drain: () => raw.#writeWaiting(),
        close: () => raw.#ended(),
        error: () => raw.#ended(),
      },
    });
    await Promise.race([raw.#up.promise, raw.closed]);
    return raw;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  send(payload: string | Uint8Array, opcode?: number): void {
    this.write(encodeFrame(payload, opcode));
  }

  write(bytes: Buffer): void {
    this.#waiting.push(bytes);
    if (this.#waiting.length === 1) this.#writeWaiting();
  }

  /** Stops reading, as a client does that hangs. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #writeWaiting(): void {
    while (this.#waiting.length > 0) {
      const bytes = this.#waiting[0]!;
      const written = this.#socket.write(bytes);
      if (written < 0) return;
      if (written < bytes.length) {
        this.#waiting[0] = bytes.subarray(written);
        return;
      }
      this.#waiting.shift();
    }
  }

  #receive(bytes: Buffer): void {
    // A frame of some MiB comes in many pieces: they are put together once.
    this.#pieces.push(Buffer.from(bytes));
    this.#piecesLength += bytes.length;
    if (this.#buffer.length + this.#piecesLength < this.#wanted) return;
    this.#buffer =
      this.#buffer.length === 0 ? Buffer.concat(this.#pieces) : Buffer.concat([this.#buffer, ...this.#pieces]);
    this.#pieces = [];
    this.#piecesLength = 0;
    if (!this.#isUp && !this.#readHead()) return;
    this.#readFrames();
  }

  #readHead(): boolean {
    const end = this.#buffer.indexOf("\r\n\r\n");
    if (end === -1) return false;
    this.status = this.#buffer.toString("latin1", 0, this.#buffer.indexOf("\r\n"));
    this.#buffer = this.#buffer.subarray(end + 4);
    this.#isUp = this.status.includes(" 101 ");
    this.#up.resolve();
    return this.#isUp;
  }

  #readFrames(): void {
    let at = 0;
    const buffer = this.#buffer;
    this.#wanted = 0;
    while (buffer.length - at >= 2) {
      const size = buffer[at + 1]! & 0x7f;
      const head = size < 126 ? 2 : size === 126 ? 4 : 10;
      if (buffer.length - at < head) break;
      const length =
        size < 126 ? size : size === 126 ? buffer.readUInt16BE(at + 2) : Number(buffer.readBigUInt64BE(at + 2));
      this.#wanted = head + length;
      if (buffer.length - at < this.#wanted) break;
      this.#wanted = 0;
      const payload = buffer.subarray(at + head, at + head + length);
      this.onFrame({ opcode: buffer[at]! & 0x0f, payload });
      at += head + length;
    }
    this.#buffer = buffer.subarray(at);
  }

  #ended(): void {
    this.#up.resolve();
    this.#end.resolve();
  }
}

function upgradeRequest({ port, path = "/", headers = {}, hostname = "127.0.0.1" }: RawOptions): string {
  const fields = {
    Host: `${hostname}:${port}`,
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    "Sec-WebSocket-Version": "13",
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}
