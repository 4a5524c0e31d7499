import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { isJson, type Json } from "../telegram/wire.ts";
import type { Watch } from "../watch.ts";
import { acceptKey, encodeFrame, FrameReader, opcodes } from "./frames.ts";

/** One connection of the app. */
export interface AppSocket {
  readonly number: number;
  send(message: Json): void;
  close(): void;
}

/** Slack takes no more of one app. */
const socketsMax = 10;

/** Socket Mode's connections: who is there, and what they say. */
export class SocketSide {
  readonly #watch: Watch;
  readonly #hear: (message: Json) => void;
  readonly #open = new Map<number, AppSocket>();
  readonly #tickets = new Set<string>();
  #opened = 0;
  #most = 0;
  #isFrozen = false;
  #isSilent = false;
  /** Told of every new connection, after its hello. */
  onOpen: () => void = () => undefined;

  constructor(watch: Watch, hear: (message: Json) => void) {
    this.#watch = watch;
    this.#hear = hear;
  }

  /** The latest is the one that is spoken to. */
  get current(): AppSocket | undefined {
    return this.#isFrozen ? undefined : [...this.#open.values()].at(-1);
  }

  get count(): number {
    return this.#open.size;
  }

  /** How many were ever opened, and how many were open at one time at most. */
  get opened(): number {
    return this.#opened;
  }

  get most(): number {
    return this.#most;
  }

  ticket(): string {
    const ticket = `ticket-${this.#tickets.size + 1}-${this.#opened}`;
    this.#tickets.add(ticket);
    return ticket;
  }

  /** Connections stay open, and nothing is said or answered on them. */
  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
  }

  /** New connections are taken, and told no hello. */
  beSilent(): void {
    this.#isSilent = true;
  }

  /** What Slack says before it closes connections. */
  turnAway(reason: string, closes: boolean): void {
    for (const socket of this.#open.values()) {
      socket.send({ type: "disconnect", reason, debug_info: { host: "wss-double" } });
      if (closes) socket.close();
    }
  }

  readonly take = (request: IncomingMessage, socket: Socket): void => {
    const ticket = new URL(request.url ?? "/", "http://double").searchParams.get("ticket") ?? "";
    const key = request.headers["sec-websocket-key"];
    // An address is good for one connection.
    if (!this.#tickets.delete(ticket) || key === undefined) {
      socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    const accepted = ["HTTP/1.1 101 Switching Protocols", "upgrade: websocket", "connection: Upgrade"];
    socket.write([...accepted, `sec-websocket-accept: ${acceptKey(key)}`, "", ""].join("\r\n"));
    this.#greet(socket);
  };

  #greet(socket: Socket): void {
    const number = ++this.#opened;
    const app: AppSocket = {
      number,
      send: (message) => void socket.write(encodeFrame(opcodes.text, JSON.stringify(message))),
      close: () => socket.end(encodeFrame(opcodes.close, Buffer.from([0x03, 0xe8]))),
    };
    const leave = () => {
      socket.destroy();
      if (this.#open.delete(number)) this.#watch.changed();
    };
    for (const event of ["end", "close", "error"]) socket.on(event, leave);
    const reader = new FrameReader();
    socket.on("data", (bytes: Uint8Array) => {
      if (this.#isFrozen) return;
      for (const { opcode, payload } of reader.push(bytes)) {
        if (opcode === opcodes.ping) socket.write(encodeFrame(opcodes.pong, payload));
        if (opcode === opcodes.close) return leave();
        if (opcode === opcodes.text) this.#understand(payload.toString("utf8"));
      }
    });
    if (this.#open.size >= socketsMax) {
      app.send({ type: "disconnect", reason: "too_many_websockets", debug_info: { host: "wss-double" } });
      return app.close();
    }
    this.#open.set(number, app);
    this.#most = Math.max(this.#most, this.#open.size);
    this.#watch.changed();
    if (this.#isSilent) return;
    const debug = { host: "wss-double", approximate_connection_time: 18_060, build_number: 1 };
    const connection = { app_id: "A0CLAWDIA" };
    app.send({ type: "hello", num_connections: this.#open.size, connection_info: connection, debug_info: debug });
    socket.write(encodeFrame(opcodes.ping, "Ping from double"));
    this.#watch.changed();
    this.onOpen();
  }

  #understand(text: string): void {
    const message: unknown = JSON.parse(text);
    if (isJson(message)) this.#hear(message);
  }
}
