import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";

export interface DoorOptions {
  readonly port: number;
  readonly hostname: string;
  /** PEM; without it the door speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** The one port of the double. It can cut every connection, go down and come back at the same place. */
export class Door {
  readonly #options: DoorOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;

  private constructor(options: DoorOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  static async open(options: DoorOptions): Promise<Door> {
    const door = new Door(options);
    await door.up();
    return door;
  }

  get url(): string {
    return `http${this.#options.tls ? "s" : ""}://${this.#options.hostname}:${this.#port}`;
  }

  get socketUrl(): string {
    return this.url.replace(/^http/, "ws");
  }

  async up(): Promise<void> {
    if (this.#server) return;
    const { tls, serve, upgrade, hostname } = this.#options;
    const server = tls ? createTlsServer(tls, serve) : createServer(serve);
    // An idle connection is never closed from here: that would be a fault that nobody asked for.
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    server.on("upgrade", upgrade);
    server.on(tls ? "secureConnection" : "connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, hostname, resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Refuses new connections and cuts the old ones. */
  down(): void {
    this.#server?.close();
    this.#server = undefined;
    this.cut();
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
