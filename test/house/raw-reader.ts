import { connect, type Socket } from "node:net";

/** A WebSocket client down to its TCP socket, which can stop reading while it stays connected. */
export class RawReader implements Disposable {
  readonly events: { readonly event: string; readonly seq?: number; readonly payload?: unknown }[] = [];
  /** The close frame, or undefined when the connection ended without one. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string } | undefined>;
  readonly #socket: Socket;
  readonly #ended = Promise.withResolvers<{ code: number; reason: string } | undefined>();
  readonly #greeted = Promise.withResolvers<void>();
  #bytes: Buffer = Buffer.alloc(0);
  #isUpgraded = false;

  private constructor(port: number, token: string) {
    this.closed = this.#ended.promise;
    this.#socket = connect(port, "127.0.0.1");
    const lines = ["GET / HTTP/1.1", `Host: 127.0.0.1:${port}`, "Upgrade: websocket", "Connection: Upgrade"];
    const key = Buffer.alloc(16, 7).toString("base64");
    this.#socket.write([...lines, `Sec-WebSocket-Key: ${key}`, "Sec-WebSocket-Version: 13", "", ""].join("\r\n"));
    this.#socket.on("data", (chunk) => this.#receive(Buffer.from(chunk), token));
    this.#socket.on("error", () => this.#ended.resolve(undefined));
    this.#socket.on("close", () => this.#ended.resolve(undefined));
  }

  /** Connected, with the shared token and without a device. */
  static async open(port: number, token: string): Promise<RawReader> {
    const reader = new RawReader(port, token);
    await reader.#greeted.promise;
    return reader;
  }

  /** From now on what comes stays in the buffers of the kernel, and then in those of the gateway. */
  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer, token: string): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (!this.#isUpgraded) {
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end === -1) return;
      this.#isUpgraded = true;
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    for (let frame = this.#nextFrame(); frame; frame = this.#nextFrame())
      this.#hear(frame.opcode, frame.payload, token);
  }

  #nextFrame(): { readonly opcode: number; readonly payload: Buffer } | undefined {
    const bytes = this.#bytes;
    if (bytes.length < 2) return undefined;
    const short = bytes[1]! & 127;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < head) return undefined;
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < head + length) return undefined;
    this.#bytes = bytes.subarray(head + length);
    return { opcode: bytes[0]! & 15, payload: bytes.subarray(head, head + length) };
  }

  #hear(opcode: number, payload: Buffer, token: string): void {
    if (opcode === 8) {
      const [code, reason] = [payload.readUInt16BE(0), payload.subarray(2).toString("utf8")];
      return this.#ended.resolve({ code, reason });
    }
    if (opcode !== 1) return;
    const frame = JSON.parse(payload.toString("utf8")) as { type: string; event: string; ok?: boolean };
    if (frame.event === "connect.challenge") this.#send(connectRequest(token));
    else if (frame.type === "res" && frame.ok) this.#greeted.resolve();
    else if (frame.type === "event") this.events.push(frame);
  }

  /** One text frame of at most 64 KiB, masked with zeros. */
  #send(message: object): void {
    const payload = Buffer.from(JSON.stringify(message), "utf8");
    const head = Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
    this.#socket.write(Buffer.concat([head, payload]));
  }
}

function connectRequest(token: string): object {
  const client = { id: "test", mode: "test", version: "1", platform: "linux" };
  const params = { minProtocol: 3, maxProtocol: 4, client, role: "operator", scopes: [], auth: { token } };
  return { type: "req", id: "1", method: "connect", params };
}
